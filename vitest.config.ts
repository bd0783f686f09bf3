import { availableParallelism } from 'node:os';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Tests read the rooms' sources (condition "@grokscope/source"); workers start from built files.
const conditions = ['@grokscope/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'libs/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'examples/**/*.test.ts',
    ],
    // Vitest leaves a processor free, which on two of them halves the work; tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    // What is waited for comes; on a busy machine not within the one second that is usual.
    expect: { poll: { timeout: 10_000 } },
  },
});
