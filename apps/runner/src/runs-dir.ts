import { resolve } from 'node:path';

/** The runs folder: `--runs`, else `GROKSCOPE_RUNS`, else `runs/` in the current folder. */
export function runsDirOf(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const fromEnvironment = env['GROKSCOPE_RUNS'];
  return resolve(
    option ?? (fromEnvironment === undefined || fromEnvironment === '' ? 'runs' : fromEnvironment),
  );
}
