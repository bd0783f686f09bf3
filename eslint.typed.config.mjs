import tseslint from 'typescript-eslint';

/*
 * Rules that ask for types, and so for a minute and files that are part of a project: apart from eslint.config.mjs, by
 * which the house test lints code that is no file.
 */

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/build/',
      '**/*.{js,mjs}',
      // AssemblyScript.
      'libs/*/assembly/',
      'libs/engine/fixtures/deliberate-violation.ts',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        tsconfigRootDir: import.meta.dirname,
        project: [
          'tsconfig.tests.json',
          'tools/tsconfig.json',
          'apps/dashboard/tsconfig.json',
          // Programs that nobody imports, such as workers.
          'apps/{runner,server}/tsconfig.json',
          'libs/grokscope/tsconfig.json',
        ],
      },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { noInlineConfig: true },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
);
