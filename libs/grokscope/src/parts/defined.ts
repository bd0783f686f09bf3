import { fileURLToPath } from 'node:url';

/*
 * Parts that are not built in. Each `define…` function marks a part with its role and the place of its definition, so
 * that a file can simply export its parts, and an error inside a part names the author's own line.
 */

/** The roles of parts, in the order in which messages list them. */
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
/** The role of a part. */
export type PartRole = (typeof partRoles)[number];

/** A position in the source text of a part. */
export interface SourcePlace {
  /** The file's path, or its URL if it has no path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The role of a part, and the place of its definition. */
export interface PartMark {
  readonly role: PartRole;
  /** `model.kind`, `training.loss`, …; for measures and sinks, their name. */
  readonly name: string;
  readonly defined?: SourcePlace;
}

// In the symbol registry that all modules share: a program and a file of parts may have loaded this library twice.
const MARK = Symbol.for('grokscope.part');

/** A part with its mark. */
export type DefinedPart<P extends object = object> = P & { readonly [MARK]: PartMark };

/** Returns the part itself, marked. */
export const marked = <P extends object>(part: P, mark: PartMark): DefinedPart<P> =>
  Object.defineProperty(part, MARK, { value: mark }) as DefinedPart<P>;

/** The mark that `define…` put on a value; undefined if the value is no defined part. */
export const markOf = (value: unknown): PartMark | undefined =>
  typeof value === 'object' && value !== null ? (value as { readonly [MARK]?: PartMark })[MARK] : undefined;

/** `task maxOfTwo`: a part's name in messages. */
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

/** An error in a part: the part, its rule (a function or key), the problem, and the author's line. */
export class PartFault extends Error {
  override readonly name = 'PartFault';
  readonly _tag = 'PartFault';

  constructor(
    readonly part: PartMark,
    /** The function or key of the part: `forward`, `answer(3, 4)`. */
    readonly rule: string,
    /** What the rule did, and what is allowed. */
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

/** Whether a thrown value is a part's fault, whichever copy of this library it comes from. */
export const isPartFault = (thrown: unknown): thrown is PartFault =>
  thrown instanceof Error && thrown.name === 'PartFault';

/** `/lab/my-parts.mjs:31:9`. */
export const formatPlace = ({ file, line, column }: SourcePlace): string => `${file}:${line}:${column}`;

/** The fault for an exception in a part's function; a fault of a part inside it is passed on unchanged. */
export function thrownBy(part: PartMark, rule: string, thrown: unknown): PartFault {
  if (isPartFault(thrown)) return thrown;
  const message = thrown instanceof Error ? `${kindOf(thrown)}${thrown.message}` : `threw ${String(thrown)}`;
  const place = thrown instanceof Error ? placeIn(thrown, part.defined?.file) : undefined;
  return new PartFault(part, rule, message, place ?? part.defined, { cause: thrown });
}

/** `TypeError: ` if the name adds something to the message. */
const kindOf = ({ name }: Error): string => (name === 'Error' ? '' : `${name}: `);

/** The places in an error's stack, innermost first. */
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

/** The innermost line of this file in an error's stack. */
const placeIn = (error: Error, file: string | undefined): SourcePlace | undefined =>
  placesOf(error).find((frame) => frame.file === file);

/** The place of the call of `define…`: the first frame outside `definer`. */
export function callerOf(definer: (...args: never[]) => unknown): SourcePlace | undefined {
  const here = new Error();
  Error.captureStackTrace(here, definer);
  return placesOf(here)[0];
}
