import tseslint from 'typescript-eslint';
import plain from './eslint.config.mjs';

/*
 * All of eslint.config.mjs, and the rules that ask for types, and so for a minute and files that are part of a project:
 * apart from it, because the house test lints code that is no file by it.
 */

export default tseslint.config(...plain, {
  files: ['**/*.{ts,tsx}'],
  languageOptions: {
    // One project for all: with one for each room the rooms below are read again and again.
    parserOptions: { tsconfigRootDir: import.meta.dirname, project: 'tsconfig.lint.json' },
  },
  rules: {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'error',
  },
});
