import { specError, type SpecError } from '@grokscope/schema';
import { hashOf } from './load-parts.js';
import type { UsedFile } from './own-parts.js';

/**
 * The files of parts that are not as a run has kept them, an error each whose value is the file. One that is not there is
 * none of them: it does not load, and that says more.
 */
export async function changedParts(files: readonly UsedFile[] = []): Promise<readonly SpecError[]> {
  const found = await Promise.all(files.map(async ({ file }) => hashOf(file)));
  return files.flatMap(({ file, sha256 }, i) => {
    const now = found[i];
    if (now === undefined || now === sha256) return [];
    const allowed = 'the file as it was when the run began, or --allow-changed-parts';
    const message = `has changed since the run began: its SHA-256 is ${now.slice(0, 12)}…, and was ${sha256.slice(0, 12)}…`;
    return [specError(`use.${i}`, file, allowed, message)];
  });
}
