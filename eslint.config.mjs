import { readdirSync, readFileSync } from 'node:fs';
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { portableRooms, rooms, roomsWithoutFpTs, roomsWithoutRxjs } from './tools/lib/house.mjs';

const source = ['**/*.{ts,tsx,js,mjs}'];
const tests = ['**/*.test.{ts,tsx}'];
const apps = ['runner', 'server', 'dashboard'];

const folderOf = (room) => `${apps.includes(room) ? 'apps' : 'libs'}/${room}`;

/** The entries that the libraries' packages declare, e.g. `@grokscope/engine/testing`. */
const packageEntries = readdirSync(new URL('libs/', import.meta.url)).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(new URL(`libs/${folder}/package.json`, import.meta.url), 'utf8'));
  return Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1));
});

/** Imports that are wrong everywhere. */
const wrongEverywhere = [
  {
    group: ['@grokscope/*/**', 'grokscope/**', ...packageEntries.map((entry) => `!${entry}`)],
    message: 'Nothing imports past a package entry: export it there, or do without.',
  },
  { regex: '^@grokscope/(runner|server|dashboard|e2e)(/|$)', message: 'Nobody imports an app.' },
  { regex: '^(\\.\\./)+(libs|apps)/', message: 'Import a package by its name, not by a path.' },
  { group: ['rxjs/internal/**'], message: 'Import from "rxjs".' },
  {
    group: ['fp-ts/*', '!fp-ts/lib', '!fp-ts/lib/*.js'],
    message: 'Node resolves only "fp-ts" and "fp-ts/lib/<Module>.js".',
  },
];

const noNode = { regex: '^node:', message: "This room runs in a page too: none of Node's modules here." };
const noRxjs = {
  group: ['rxjs', 'rxjs/*'],
  message: 'RxJS begins in training; this room is plain functions.',
};
const noFpTs = {
  group: ['fp-ts', 'fp-ts/**'],
  message: 'No fp-ts in kernels and in what they run.',
};

/** A room's own limits on foreign packages; a later setting of the rule replaces an earlier one, so each is whole. */
const roomLimits = Object.keys(rooms)
  .filter((room) => !['tools', 'e2e'].includes(room))
  .map((room) => ({
    files: [`${folderOf(room)}/src/**/*.{ts,tsx}`],
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...wrongEverywhere,
            ...(portableRooms.includes(room) ? [noNode] : []),
            ...(roomsWithoutRxjs.includes(room) ? [noRxjs] : []),
            ...(roomsWithoutFpTs.includes(room) ? [noFpTs] : []),
          ],
        },
      ],
    },
  }));

/** Which room may import which; the table is tools/lib/house.mjs. */
const boundaries = {
  // Tests take an example's parts as its readers do: from its one file.
  allow: ['../../../examples/**', '../../../../examples/**'],
  enforceBuildableLibDependency: false,
  depConstraints: Object.entries(rooms).map(([room, mayImport]) => ({
    sourceTag: `room:${room}`,
    onlyDependOnLibsWithTags: mayImport.map((other) => `room:${other}`),
  })),
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/build/',
      '.nx/',
      'runs/',
      'coverage/',
      'test-results/',
      'playwright-report/',
      // AssemblyScript: TypeScript's syntax, another language.
      'libs/engine-wasm/assembly/',
      'libs/interpret/assembly/',
      // Wrong on purpose; `npm test` lints it by itself.
      'libs/engine/fixtures/deliberate-violation.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: source,
    plugins: { '@nx': nx },
    // What a rule forbids is changed here, in sight, not waved through beside the code.
    linterOptions: { noInlineConfig: true },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries],
      'no-restricted-imports': ['error', { patterns: wrongEverywhere }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      // How a list of measures adds its values to what events hold.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-self-compare': 'error',
      'default-case-last': 'error',
      // TypeScript knows the names that exist.
      'no-undef': 'off',
    },
  },
  ...roomLimits,
  {
    // A benchmark runs on the built package, so it names it, its own room's included.
    files: ['libs/*/bench/**'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { ...boundaries, allowCircularSelfDependency: true }],
    },
  },
  { files: ['libs/*/src/**/*.ts'], ignores: tests, rules: { 'no-console': 'error' } },
);
