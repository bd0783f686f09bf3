import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Tests read the rooms' sources (condition "@grokscope/source"); workers start from built files.
const conditions = ['@grokscope/source', ...defaultServerConditions];

const testFiles = ['libs', 'apps', 'tools', 'examples'].flatMap((folder) =>
  readdirSync(path.join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !/(^|[\\/])(node_modules|dist|build)[\\/]/.test(file))
    .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/'))),
);

/** What changes or counts things that a whole process shares: modules, clocks, globals, flags, threads, children. */
const sharedByAll =
  /\bvi\.|\bglobalThis\b|\bprocess\.(?!platform|cwd|hrtime|version)|node:(v8|vm|child_process|worker_threads|async_hooks|perf_hooks)/;

const isAlone = (file: string): boolean =>
  sharedByAll.test(readFileSync(path.join(import.meta.dirname, file), 'utf8'));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Vitest leaves a processor free, which on two of them halves the work; tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes; on a busy machine not within the one second that is usual.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      // Loading the rooms takes longer than most files of tests do: those that leave nothing behind load them once.
      {
        extends: true,
        test: { name: 'together', isolate: false, include: testFiles.filter((file) => !isAlone(file)) },
      },
      { extends: true, test: { name: 'alone', isolate: true, include: testFiles.filter(isAlone) } },
    ],
  },
});
