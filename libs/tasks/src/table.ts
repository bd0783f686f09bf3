import { filePath, trueOrFalse, withDefault, type Files } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { TaskShape } from './data/dataset.js';
import type { FileFault } from './errors.js';
import { baseName, contentsOf, fileFault, remembered, type ContentFault } from './files/file-fault.js';
import { readTable, type FileTable } from './files/read-table.js';
import type { Table } from './forms/table.js';
import { tableTask } from './forms/task.js';
import { recognise, type Recognised } from './groups/recognise.js';

const KIND = 'table';
const TEACHES = 'whatever the rows of a file of your own have in common: its last column from the others';

interface Parameters {
  readonly file: string;
  readonly header: boolean;
}

/**
 * A table of one's own: a CSV or TSV file whose last column is the label and whose other columns are the operands, words
 * or numbers; tokens `[operands …, "="]`. A label that is none of the operands' tokens is a token of its own.
 *
 * A table of two operands with every pair of their tokens has its examples in the order (a outer, b inner) of the tokens,
 * whatever the order of the rows, and is recognised where it is addition or the product of a group (`groups/recognise.ts`);
 * the examples of any other stand as its rows do. A split file counts rows in either case.
 */
export const table = tableTask({
  kind: KIND,
  teaches: TEACHES,
  parameters: {
    file: filePath('the path of a CSV or TSV file; the last column is the label'),
    header: withDefault(trueOrFalse(), true, 'whether line 1 names the columns, true or false'),
  },
  exampleCount: (spec, files) => {
    const read = rowsOf(spec, files);
    return E.isRight(read) ? read.right.nRows : NaN;
  },
  words: (spec, files) => {
    const read = rowsOf(spec, files);
    const of = baseName(spec.file);
    if (E.isLeft(read))
      return {
        title: `the table ${of}`,
        examples: 'rows',
        answers: { count: Infinity, words: 'its labels' },
      };
    const { names, nOperands, nClasses } = read.right;
    const is = recognised(read.right);
    const columns = names ? `${names.slice(0, -1).join(', ')} → ${names.at(-1)}` : `${nOperands} operands`;
    return {
      title: `${of}: ${columns}`,
      examples: nOperands === 2 ? 'pairs' : 'rows',
      answers: { count: nClasses, words: `${nClasses} labels` },
      sign: is ? signOf(is) : ',',
      ...(is ? { recognised: is.words } : {}),
    };
  },
  exampleText: (_, { at, answers, length }) =>
    `${Array.from({ length: length - 1 }, (__, position) => at(position)).join(', ')} → ${answers[0]}`,
  shape: (spec, files) => E.map(shapeOf)(rowsOf(spec, files)),
  table: (spec, files) => E.map(examplesOf)(rowsOf(spec, files)),
});

/** The rows of the file, read once however often they are asked for. */
const rowsOf = ({ file, header }: Parameters, files: Files | undefined): E.Either<FileFault, FileTable> =>
  pipe(
    contentsOf('task.file', file, files),
    E.chain((bytes) =>
      remembered(bytes, `${header} ${baseName(file)}`, () =>
        E.mapLeft((fault: ContentFault) => fileFault('task.file', file, fault))(
          readTable(bytes, file, header),
        ),
      ),
    ),
  );

function shapeOf({ nOperands, nValues, vocabulary }: FileTable): TaskShape {
  const n = vocabulary.length;
  return {
    kind: KIND,
    teaches: TEACHES,
    dVocab: n + 1,
    dVocabOut: n + 1,
    nCtx: nOperands + 1,
    nScored: 1,
    positionsVary: false,
    operands: { count: nOperands, values: nValues, answers: n },
    vocabulary: [...vocabulary, '='],
  };
}

/** `[N]` the example of each row where every pair of operands is there; undefined where the rows stay as they are. */
function pairOrder({ nRows, nOperands, nValues, operands }: FileTable): Int32Array | undefined {
  if (nOperands !== 2 || nRows !== nValues ** 2) return undefined;
  return Int32Array.from(
    { length: nRows },
    (_, row) => operands[2 * row]! * nValues + operands[2 * row + 1]!,
  );
}

const found = new WeakMap<FileTable, Recognised | undefined>();

/** What the rows are; looked for once. */
function recognised(rows: FileTable): Recognised | undefined {
  if (!found.has(rows)) found.set(rows, search(rows));
  return found.get(rows);
}

function search(rows: FileTable): Recognised | undefined {
  const { nValues, vocabulary, labels } = rows;
  const exampleOfRow = pairOrder(rows);
  if (exampleOfRow === undefined || vocabulary.length !== nValues) return undefined;
  const answers = new Int32Array(labels.length);
  labels.forEach((label, row) => (answers[exampleOfRow[row]!] = label));
  return recognise(answers, vocabulary);
}

function signOf({ structure }: Recognised): string {
  if (structure.kind === 'group') return '·';
  return structure.secondSign === 1 ? '+' : '−';
}

function examplesOf(rows: FileTable): Table {
  const { nRows, nOperands, operands, vocabulary } = rows;
  const exampleOfRow = pairOrder(rows);
  const exampleOf = (row: number): number => exampleOfRow?.[row] ?? row;
  const nCtx = nOperands + 1;
  const tokens = new Int32Array(nRows * nCtx).fill(vocabulary.length);
  const labels = new Int32Array(nRows);
  for (let row = 0; row < nRows; row++) {
    tokens.set(operands.subarray(row * nOperands, (row + 1) * nOperands), exampleOf(row) * nCtx);
    labels[exampleOf(row)] = rows.labels[row]!;
  }
  const structure = recognised(rows)?.structure;
  return {
    ...shapeOf(rows),
    nExamples: nRows,
    tokens,
    labels,
    scoredPositions: Int32Array.of(nOperands),
    ...(structure ? { structure } : {}),
    ...(exampleOfRow ? { exampleOfRow } : {}),
  };
}
