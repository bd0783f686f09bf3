import { allMeasures, type Measure } from '@grokscope/interpret';
import { builtIn, isBuiltIn, type FullCatalogue } from '@grokscope/parts';
import { kindsOf } from '@grokscope/schema';
import { markOf, nameOf, PartFault, type DefinedPart, type PartMark } from './defined.js';
import type { Sink } from './define-sink.js';

/** A file of parts that a run uses, as its `run.json` lists it. */
export interface UsedFile {
  /** Absolute path. */
  readonly file: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Everything that a run may use: the parts that its spec may name, the measures, and the sinks. */
export interface OwnParts {
  /** The parts that a spec may name. */
  readonly catalogue: FullCatalogue;
  /** Measures beside the built-in ones. */
  readonly measures: readonly Measure[];
  readonly sinks: readonly Sink[];
  /** The files that the parts were read from; a spec that uses them names them in `use`. */
  readonly files: readonly UsedFile[];
}

/** The built-in parts alone. */
export const noOwnParts: OwnParts = { catalogue: builtIn, measures: [], sinks: [], files: [] };

/** Whether there are parts beside the built-in ones. */
export const hasOwnParts = ({ catalogue, measures, sinks }: OwnParts): boolean =>
  !isBuiltIn(catalogue) || measures.length > 0 || sinks.length > 0;

/** The lists of a catalogue, by the role of the parts they hold. */
const lists = {
  task: 'tasks',
  model: 'models',
  optimizer: 'optimizers',
  gradientStep: 'gradientSteps',
  loss: 'losses',
  activation: 'activations',
} as const;

/**
 * Appends parts to others; a part that is already among them is not added again. Throws `PartFault` for a part whose
 * name is taken, and `TypeError` for a value that `define…` did not make.
 */
export function withParts(own: OwnParts, parts: readonly DefinedPart[]): OwnParts {
  return parts.reduce(withPart, own);
}

function withPart(own: OwnParts, part: DefinedPart): OwnParts {
  const mark = markOf(part);
  if (mark === undefined)
    throw new TypeError('parts: one is no part; allowed is what defineTask, defineModel, … return');
  // A file that both a spec and its reader use gives the same parts twice.
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

/** Refuses a name that is taken: with two parts of one name, a word of a spec would have two meanings. */
function refuseTaken(mark: PartMark, names: readonly string[]): void {
  if (names.includes(mark.name))
    throw new PartFault(
      mark,
      mark.role === 'sink' ? 'name' : 'kind',
      `there is a ${nameOf(mark)} already; allowed is any name but ${names.join(', ')}`,
    );
}
