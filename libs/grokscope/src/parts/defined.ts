import { fileURLToPath } from 'node:url';

/*
 * Parts that are not built in. `define…` (`define.ts`) marks a part with what it is and where it was defined, so that a
 * file may simply export its parts, and an error inside a part names the author's own line.
 */

/** What a part may be, in the order in which messages list it. */
export const partRoles = [
  'task',
  'model',
  'optimizer',
  'gradientStep',
  'loss',
  'activation',
  'measure',
  'sink',
] as const;
/** What a part may be. */
export type PartRole = (typeof partRoles)[number];

/** A place in the source text of a part. */
export interface SourcePlace {
  /** Path of the file, or its address where it has no path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a part is, and where it was defined. */
export interface PartMark {
  readonly role: PartRole;
  /** `model.kind`, `training.loss`, …; of measures and sinks their name. */
  readonly name: string;
  readonly defined?: SourcePlace;
}

// By the registry of all modules: a program and a file of parts may have loaded this library twice.
const MARK = Symbol.for('grokscope.part');

/** A part, marked. */
export type DefinedPart<P extends object = object> = P & { readonly [MARK]: PartMark };

/** The part itself, marked as one. */
export const marked = <P extends object>(part: P, mark: PartMark): DefinedPart<P> =>
  Object.defineProperty(part, MARK, { value: mark }) as DefinedPart<P>;

/** What `define…` said of a value; undefined where the value is no defined part. */
export const markOf = (value: unknown): PartMark | undefined =>
  typeof value === 'object' && value !== null ? (value as { readonly [MARK]?: PartMark })[MARK] : undefined;

/** `task maxOfTwo`: a part as messages name it. */
export const nameOf = ({ role, name }: PartMark): string => `${ROLE_WORDS[role]} ${name}`;

const ROLE_WORDS: Readonly<Record<PartRole, string>> = {
  task: 'task',
  model: 'model',
  optimizer: 'optimizer',
  gradientStep: 'gradient step',
  loss: 'loss',
  activation: 'activation',
  measure: 'measure',
  sink: 'sink',
};

/** Something wrong in a part: the part, its rule (a function or key of it), what was wrong, and the author's line. */
export class PartFault extends Error {
  override readonly name = 'PartFault';
  readonly _tag = 'PartFault';

  constructor(
    readonly part: PartMark,
    /** `forward`, `answer(3, 4)`: the function or key of the part. */
    readonly rule: string,
    /** What it did, and what is allowed. */
    readonly problem: string,
    readonly place: SourcePlace | undefined = part.defined,
    options?: ErrorOptions,
  ) {
    super(
      `${nameOf(part)}, ${rule}: ${problem}${place === undefined ? '' : ` (${formatPlace(place)})`}`,
      options,
    );
  }
}

/** Whether something that was thrown is a part's fault, whichever copy of this library it comes from. */
export const isPartFault = (thrown: unknown): thrown is PartFault =>
  thrown instanceof Error && thrown.name === 'PartFault';

/** `/lab/my-parts.mjs:31:9`. */
export const formatPlace = ({ file, line, column }: SourcePlace): string => `${file}:${line}:${column}`;

/** The fault of a part's function that threw; a fault of a part within is passed on as it is. */
export function thrownBy(part: PartMark, rule: string, thrown: unknown): PartFault {
  if (isPartFault(thrown)) return thrown;
  const message = thrown instanceof Error ? `${kindOf(thrown)}${thrown.message}` : `threw ${String(thrown)}`;
  const place = thrown instanceof Error ? placeIn(thrown, part.defined?.file) : undefined;
  return new PartFault(part, rule, message, place ?? part.defined, { cause: thrown });
}

/** `TypeError: ` where that says more than the message. */
const kindOf = ({ name }: Error): string => (name === 'Error' ? '' : `${name}: `);

/** The places on the way to an error, the innermost first. */
export function placesOf({ stack = '' }: Error): readonly SourcePlace[] {
  return stack.split('\n').flatMap((line) => {
    const found =
      /(?:\(|at (?:async )?)((?:file:|https?:|\/|[A-Za-z]:\\)[^()]*?)(?:\?[^():]*)?:(\d+):(\d+)\)?\s*$/.exec(
        line,
      );
    if (!found) return [];
    const [, address, row, column] = found;
    const file = address!.startsWith('file:') ? fileURLToPath(address!) : address!;
    return [{ file, line: Number(row), column: Number(column) }];
  });
}

/** The innermost line of this file on the way to an error. */
const placeIn = (error: Error, file: string | undefined): SourcePlace | undefined =>
  placesOf(error).find((frame) => frame.file === file);

/** Where the function that calls `define…` stands: the first frame behind those of `definer`. */
export function callerOf(definer: (...args: never[]) => unknown): SourcePlace | undefined {
  const here = new Error();
  Error.captureStackTrace(here, definer);
  return placesOf(here)[0];
}
