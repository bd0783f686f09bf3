import type {
  BasedSpecInput as AnyBasedSpecInput,
  RunSpec as AnyRunSpec,
  RunSpecInput as AnyRunSpecInput,
  Catalogue,
  SpecError,
  TaskSpec,
} from '@grokscope/schema';
import { decodeRunSpec as decodeBy } from '@grokscope/schema';
import type { MlpSpec, TransformerSpec } from '@grokscope/model';
import type { BuiltInTaskInput, BuiltInTaskSpec } from '@grokscope/tasks';
import type * as E from 'fp-ts/lib/Either.js';
import { builtIn, type BuiltIn } from './catalogue.js';

/** The RunSpec of a catalogue; for the built-in one, its task narrows by `kind`. */
export type RunSpecOf<C extends Catalogue> = C extends BuiltIn
  ? AnyRunSpec<BuiltInTaskSpec, BuiltInModelSpec>
  : AnyRunSpec<TaskSpec>;
/** The model section of a spec of built-in parts; it narrows by `kind`, which a transformer need not have. */
export type BuiltInModelSpec = TransformerSpec | MlpSpec;
/** The same as a user writes it. */
export type BuiltInModelInput = Partial<TransformerSpec> | (Pick<MlpSpec, 'kind'> & Partial<MlpSpec>);
/** The full description of a run of built-in parts, every default filled in. */
export type RunSpec = RunSpecOf<BuiltIn>;
/** A RunSpec of built-in parts as a user writes it: only `task` is required. */
export type RunSpecInput = AnyRunSpecInput<BuiltInTaskInput, BuiltInModelInput>;
/** A RunSpec of built-in parts as a user writes it over a preset, whose settings apply where it leaves them out. */
export type BasedSpecInput = AnyBasedSpecInput<BuiltInTaskInput, BuiltInModelInput>;
/**
 * The input that every entry point accepts: a RunSpec, complete or without keys that have defaults, or one over a
 * preset.
 */
export type SpecInput = RunSpec | RunSpecInput | BasedSpecInput;

/**
 * Decodes a RunSpec from a JSON-like value, by the built-in parts unless others are given; see `decodeRunSpec` of the
 * room `schema`.
 */
export const decodeRunSpec = <const C extends Catalogue = BuiltIn>(
  input: unknown,
  catalogue?: C,
): E.Either<readonly SpecError[], RunSpecOf<C>> =>
  decodeBy(input, catalogue ?? builtIn) as E.Either<readonly SpecError[], RunSpecOf<C>>;
