import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { cyclesOf } from './lib/cycles.mjs';
import { runNode } from './lib/process.mjs';
import { libRooms, rooms } from './lib/house.mjs';
import { commandScript, fromRoot, root } from './lib/workspace.mjs';
import { nxEnvironment } from './build.mjs';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

const folders = ['libs', 'apps'].flatMap((kind) =>
  readdirSync(fromRoot(kind)).map((folder) => ({ room: folder, folder: path.join(kind, folder) })),
);
const packageName = (room: string): string => (room === 'grokscope' ? 'grokscope' : `@grokscope/${room}`);
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(fromRoot(folder, 'package.json'), 'utf8')) as Manifest;

/** What a package ships: its own code without tests and what only tests use. */
const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(fromRoot(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|(^|[\\/])testing[\\/]/.test(file))
    .map((file) => fromRoot(folder, 'src', file));

/** Names of the packages that a source imports; types count too, since a reader of the declarations needs them. */
const importedPackages = (source: string): readonly string[] =>
  ts
    .preProcessFile(source)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !/^(?:\.|node:|virtual:)/.test(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );

describe('the packages are the rooms of the house', () => {
  it.each([...folders, { room: 'e2e', folder: 'e2e' }])(
    '$room carries its tag and name',
    ({ room, folder }) => {
      const manifest = manifestOf(folder);
      expect(manifest.nx?.tags).toEqual([`room:${room}`]);
      expect(manifest.name).toBe(packageName(room));
      expect(Object.keys(rooms)).toContain(room);
    },
  );

  it.each(folders)('$room declares only rooms it may import', ({ room, folder }) => {
    const allowed = new Set((rooms[room] ?? []).map(packageName));
    const declared = Object.keys(manifestOf(folder).dependencies ?? {});
    const ours = declared.filter((name) => name === 'grokscope' || name.startsWith('@grokscope/'));
    expect(ours.filter((name) => !allowed.has(name))).toEqual([]);
  });

  it.each(folders)('$room declares every package that its sources import', ({ folder }) => {
    const { name, dependencies = {} } = manifestOf(folder);
    const declared = new Set([name, ...Object.keys(dependencies)]);
    const missing = sourcesOf(folder).flatMap((file) =>
      importedPackages(readFileSync(file, 'utf8'))
        .filter((imported) => !declared.has(imported))
        .map((imported) => `${path.relative(root, file)}: ${imported}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(folders)('$room has no import cycle, types included', ({ folder }) => {
    const files = readdirSync(fromRoot(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => fromRoot(folder, 'src', file));
    const known = new Set(files);
    const importsOf = (file: string): readonly string[] =>
      ts
        .preProcessFile(readFileSync(file, 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => path.resolve(path.dirname(file), fileName).replace(/\.jsx?$/, ''))
        .flatMap((stem) => [`${stem}.ts`, `${stem}.tsx`].filter((candidate) => known.has(candidate)));
    const cycles = cyclesOf(new Map(files.map((file) => [file, importsOf(file)])));
    expect(cycles.map((cycle) => cycle.map((file) => path.relative(root, file)))).toEqual([]);
  });

  it.each(folders)('$room lists in its tsconfig the rooms its package depends on', ({ room, folder }) => {
    const file = fromRoot(folder, 'tsconfig.json');
    expect(existsSync(file), file).toBe(true);
    const references = (
      JSON.parse(readFileSync(file, 'utf8')) as { references?: readonly { path: string }[] }
    ).references;
    // The dashboard is bundled, and checked from the sources; it has no references to keep.
    if (room === 'dashboard') return;
    const referenced = (references ?? []).map(({ path: to }) => packageName(path.basename(to))).sort();
    const declared = Object.keys(manifestOf(folder).dependencies ?? {});
    expect(referenced).toEqual(
      declared.filter((name) => name === 'grokscope' || name.startsWith('@grokscope/')).sort(),
    );
  });
});

describe('a task is known to its own file alone', () => {
  const tasks = sourcesOf('libs/tasks').map((file) => readFileSync(file, 'utf8'));
  const kinds = tasks
    .filter((code) => /= (?:pair|table|drawn)Task\(\{/.test(code))
    // `table` and `text` are words of every room: nothing could be told from finding them, so their files name them once.
    .filter((code) => !/^const KIND = '(?:table|text)';$/m.test(code))
    .map((code) => /^ {2}kind: '(\w+)',$/m.exec(code)?.[1] ?? 'a task without a kind');

  it('is told by its kind', () => {
    expect(kinds).toEqual(expect.arrayContaining(['modularAddition', 'rot13', 'skipTrigram']));
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it.each(folders.filter(({ room }) => room !== 'tasks'))('$room names none', ({ folder }) => {
    const naming = sourcesOf(folder)
      // The conformance suite is test code, although it ships: it has to choose some task.
      .filter((file) => !/[\\/]conformance[\\/]/.test(file))
      .flatMap((file) => {
        const code = readFileSync(file, 'utf8');
        return kinds
          .filter((kind) => new RegExp(`['"\`]${kind}['"\`]|\\b${kind}:`).test(code))
          .map((kind) => `${path.relative(root, file)}: ${kind}`);
      });
    expect(naming).toEqual([]);
  });
});

describe('ESLint keeps the rooms apart', () => {
  let eslint: ESLint;

  const problems = async (file: string, code: string): Promise<readonly string[]> => {
    const [result] = await eslint.lintText(code, { filePath: fromRoot(file) });
    return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId}: ${message}`);
  };
  const importing = (name: string): string => `import * as it from '${name}';\nexport const used = it;\n`;

  beforeAll(async () => {
    // The rule reads the project graph from Nx's cache and reports nothing without one.
    await runNode(commandScript('nx', 'nx'), ['show', 'projects'], {
      cwd: root,
      env: nxEnvironment,
      output: 'ignore',
    });
    eslint = new ESLint({ cwd: root });
  });

  it.each(Object.keys(libRooms))('%s may import exactly the rooms of its row', async (room) => {
    const others = Object.keys(libRooms).filter((other) => other !== room);
    const verdicts = await Promise.all(
      others.map(async (other) => {
        const found = await problems(`libs/${room}/src/new.ts`, importing(packageName(other)));
        return [other, !found.some((line) => line.startsWith('@nx/enforce-module-boundaries'))] as const;
      }),
    );
    const admitted = verdicts.filter(([, isAdmitted]) => isAdmitted).map(([other]) => other);
    expect(admitted.sort()).toEqual([...(rooms[room] ?? [])].sort());
  });

  it.each([
    [
      'the page reading the store',
      'apps/dashboard/src/new.tsx',
      '@grokscope/store',
      'enforce-module-boundaries',
    ],
    [
      'end-to-end tests reaching into an engine',
      'e2e/new.ts',
      '@grokscope/engine',
      'enforce-module-boundaries',
    ],
    ['a tool importing a room', 'tools/new.ts', '@grokscope/base', 'enforce-module-boundaries'],
    ['a library importing an app', 'libs/grokscope/src/new.ts', '@grokscope/server', 'no-restricted-imports'],
    [
      'a path into another room',
      'libs/engine/src/new.ts',
      '../../base/src/index.js',
      'enforce-module-boundaries',
    ],
    [
      'an example reaching past the front door',
      'examples/new.ts',
      '../libs/base/src/index.js',
      'no-restricted-imports',
    ],
    [
      'a file behind a package entry',
      'libs/engine/src/new.ts',
      '@grokscope/base/src/random.js',
      'no-restricted-imports',
    ],
    [
      'a built file of a package',
      'apps/runner/src/new.ts',
      'grokscope/dist/index.js',
      'no-restricted-imports',
    ],
    ['disk access in a room that pages use', 'libs/formats/src/new.ts', 'node:fs', 'no-restricted-imports'],
    ['RxJS before training', 'libs/engine/src/new.ts', 'rxjs', 'no-restricted-imports'],
    ['fp-ts in a kernel', 'libs/engine-wasm/src/new.ts', 'fp-ts', 'no-restricted-imports'],
    [
      'fp-ts by a path that Node cannot resolve',
      'libs/schema/src/new.ts',
      'fp-ts/Either',
      'no-restricted-imports',
    ],
  ])('refuses %s', async (_what, file, name, rule) => {
    expect((await problems(file, importing(name))).join('\n')).toContain(rule);
  });

  it.each([
    [
      'a second entry that the package declares',
      'libs/engine-wasm/src/new.test.ts',
      '@grokscope/engine/testing',
    ],
    ['disk access in a test', 'libs/formats/src/new.test.ts', 'node:fs'],
    ['RxJS in training', 'libs/training/src/new.ts', 'rxjs'],
    ['fp-ts by the path that Node resolves', 'libs/schema/src/new.ts', 'fp-ts/lib/Either.js'],
    ['any library in an app', 'apps/runner/src/new.ts', '@grokscope/engine-wasm'],
  ])('accepts %s', async (_what, file, name) => {
    expect(await problems(file, importing(name))).toEqual([]);
  });

  it('gives no file a way to switch a rule off', async () => {
    const code = `/* eslint-disable */\n${importing('rxjs')}`;
    expect((await problems('libs/engine/src/new.ts', code)).join('\n')).toContain('no-restricted-imports');
  });
});
