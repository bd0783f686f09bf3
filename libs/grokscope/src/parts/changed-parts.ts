import { specError, type SpecError } from '@grokscope/schema';
import { hashOf } from './load-parts.js';
import type { UsedFile } from './own-parts.js';

/**
 * Returns an error for each file of parts that differs from the one a run recorded; the error's value is the file. A
 * missing file is not reported here: it fails to load, and that error says more.
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
