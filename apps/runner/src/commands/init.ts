import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { commandLine } from '../paste.js';

/** The project that is copied; it is an example of the repository and also runs there. */
const LAB = fileURLToPath(new URL('../../../../examples/lab', import.meta.url));
const FILES = ['parts.mjs', 'spec.yaml', 'sweep.yaml', 'parts.test.mjs', 'README.md'];
const COMMAND = fileURLToPath(new URL('../../bin/grokscope.mjs', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../../../libs/grokscope', import.meta.url));

/** `grokscope init`: writes a small project with parts of the user's own into a new or empty folder, ready to run. */
export async function initCommand(given: string, output: Output): Promise<E.Either<CliError, number>> {
  const folder = resolve(given);
  const found = await lstat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) return E.left(usage(`${given} is a file, not a folder`));
  const inside = found === undefined ? [] : await readdir(folder);
  const isLab = FILES.every((file) => inside.includes(file));
  if (!isLab && inside.some((name) => !name.startsWith('.')))
    return E.left(
      usage(
        `${given} is not empty (it has ${inside.slice(0, 3).join(', ')}); give a new folder, or a lab to link again`,
      ),
    );
  try {
    if (!isLab) await writeLab(folder);
    await linkLibrary(folder);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return E.left(usage(`${given} could not be written: ${message}`));
  }
  output.out(isLab ? `Linked Grokscope into ${given} again; its files are unchanged.\n` : written(given));
  return E.right(EXIT.done);
}

function written(folder: string): string {
  const lines = [
    `Wrote a lab into ${folder}:`,
    '  parts.mjs       a task, a model, an optimizer, a loss, a measure and a sink of your own',
    '  spec.yaml       one run that uses them',
    '  sweep.yaml      eight runs, and a finding',
    '  parts.test.mjs  a test of them',
    'Next:',
    `  cd ${folder} && ${commandLine('run', 'spec.yaml')}`,
  ];
  return `${lines.join('\n')}\n`;
}

async function writeLab(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of FILES) await copyFile(join(LAB, file), join(folder, file));
  const manifest = {
    name:
      basename(folder)
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/g, '-')
        .replace(/^[._-]+/, '') || 'lab',
    private: true,
    type: 'module',
    scripts: { test: 'node --test', start: 'grokscope serve --use parts.mjs' },
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, '.gitignore'), 'node_modules/\nruns/\n');
}

/**
 * Makes `grokscope` and the packages that its parts import available in the folder by links: nothing has to be
 * installed, and the Grokscope that wrote the parts runs them.
 */
async function linkLibrary(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  const rxjs = dirname(createRequire(join(LIBRARY, 'package.json')).resolve('rxjs/package.json'));
  await link(LIBRARY, join(modules, 'grokscope'));
  await link(rxjs, join(modules, 'rxjs'));
  await link(COMMAND, join(modules, '.bin', 'grokscope'));
}

async function link(target: string, path: string): Promise<void> {
  const known = await lstat(path).catch(() => undefined);
  // What is not a link was installed here and stays.
  if (known !== undefined && !known.isSymbolicLink()) return;
  await rm(path, { force: true });
  if (existsSync(target)) await symlink(target, path, 'junction');
}
