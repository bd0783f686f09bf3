import { allMeasures, type Measure } from '@grokscope/interpret';
import { builtIn, isBuiltIn, type FullCatalogue } from '@grokscope/parts';
import { kindsOf } from '@grokscope/schema';
import { markOf, nameOf, PartFault, type DefinedPart, type PartMark } from './defined.js';
import type { Sink } from './define-sink.js';

/** A file of parts that a run uses, as its `run.json` names it. */
export interface UsedFile {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Everything that a run may be made of: what its spec may name, what is measured, and who listens. */
export interface OwnParts {
  /** The parts that a spec may name. */
  readonly catalogue: FullCatalogue;
  /** Measures beside the built-in ones. */
  readonly measures: readonly Measure[];
  readonly sinks: readonly Sink[];
  /** The files that parts were read from; a spec that uses them names them in `use`. */
  readonly files: readonly UsedFile[];
}

/** Nothing but what is built in. */
export const noOwnParts: OwnParts = { catalogue: builtIn, measures: [], sinks: [], files: [] };

/** Whether there is anything beside the built-in parts. */
export const hasOwnParts = ({ catalogue, measures, sinks }: OwnParts): boolean =>
  !isBuiltIn(catalogue) || measures.length > 0 || sinks.length > 0;

/** The lists of a catalogue, by the role of what they hold. */
const lists = {
  task: 'tasks',
  model: 'models',
  optimizer: 'optimizers',
  gradientStep: 'gradientSteps',
  loss: 'losses',
  activation: 'activations',
} as const;

/**
 * Parts with more parts behind them; one that is there already is there once. Throws `PartFault` for a part whose name is taken, and `TypeError` for what
 * `define…` did not make.
 */
export function withParts(own: OwnParts, parts: readonly DefinedPart[]): OwnParts {
  return parts.reduce(withPart, own);
}

function withPart(own: OwnParts, part: DefinedPart): OwnParts {
  const mark = markOf(part);
  if (mark === undefined)
    throw new TypeError('parts: one is no part; allowed is what defineTask, defineModel, … return');
  // Of a file that is used by a spec and by who reads it.
  const { catalogue, measures: known, sinks } = own;
  const all: readonly object[] = [
    ...Object.values(lists).flatMap((list): readonly object[] => catalogue[list]),
    ...known,
    ...sinks,
  ];
  if (all.includes(part)) return own;
  if (mark.role === 'measure') {
    const measures = [...own.measures, part as unknown as Measure];
    try {
      allMeasures(measures);
    } catch (thrown) {
      throw new PartFault(mark, 'name', thrown instanceof Error ? thrown.message : String(thrown));
    }
    return { ...own, measures };
  }
  if (mark.role === 'sink') {
    const sink = part as unknown as Sink;
    refuseTaken(
      mark,
      own.sinks.map(({ name }) => name),
    );
    return { ...own, sinks: [...own.sinks, sink] };
  }
  const list = lists[mark.role];
  refuseTaken(mark, kindsOf(own.catalogue[list]));
  return { ...own, catalogue: { ...own.catalogue, [list]: [...own.catalogue[list], part] } };
}

/** Two parts of one name would be one word of a spec with two meanings. */
function refuseTaken(mark: PartMark, names: readonly string[]): void {
  if (names.includes(mark.name))
    throw new PartFault(
      mark,
      mark.role === 'sink' ? 'name' : 'kind',
      `there is a ${nameOf(mark)} already; allowed is any name but ${names.join(', ')}`,
    );
}
