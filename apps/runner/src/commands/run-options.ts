import type { EngineChoice } from 'grokscope';

/** Options of `grokscope run`, as commander gives them. */
export interface RunOptions {
  readonly set: readonly string[];
  readonly engine?: EngineChoice;
  readonly threads?: number;
  readonly steps?: string;
  readonly seed?: string;
  /** False with `--no-rewrites`. */
  readonly rewrites: boolean;
  readonly keepAllCheckpoints?: true;
  readonly initFrom?: string;
  readonly resume?: string;
  readonly runs?: string;
  readonly json?: true;
}
