import type { EngineChoice } from 'grokscope';

/** Options of `grokscope run`, as commander passes them. */
export interface RunOptions {
  readonly set: readonly string[];
  /** Files of parts, in addition to those that the spec names. */
  readonly use?: readonly string[];
  readonly engine?: EngineChoice;
  readonly threads?: number;
  readonly steps?: string;
  readonly seed?: string;
  /** False with `--no-rewrites`. */
  readonly rewrites: boolean;
  readonly keepAllCheckpoints?: true;
  readonly initFrom?: string;
  readonly resume?: string;
  /** For a resumed run: true accepts files of parts that have changed. */
  readonly allowChangedParts?: true;
  readonly runs?: string;
  readonly json?: true;
}
