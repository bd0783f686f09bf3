import { defineConfig } from 'vitest/config';

// Tests read the rooms' sources (condition "@grokscope/source"); workers start from built files.
export default defineConfig({
  resolve: { conditions: ['@grokscope/source'] },
  ssr: { resolve: { conditions: ['@grokscope/source'] } },
  test: {
    include: [
      'libs/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'examples/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
});
