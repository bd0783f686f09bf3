import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '@grokscope/formats';
import { anyTaskCatalogue, decodeRunSpec, knownMeasures } from '@grokscope/schema';
import type {
  CommandEvent,
  MeasureInfo,
  MetricsEvent,
  PhaseEvent,
  ProgressEvent,
  RunEvent,
  StartedEvent,
} from '@grokscope/schema';
import { columnNote, columnNotes, eventScalars, eventSeries, eventTable, runTables } from '../index.js';

let seq = 0;
const at = () => ({ runId: 'r-1', seq: seq++, time: new Date(1_700_000_000_000 + seq).toISOString() });
const metrics = (step: number, more: Partial<MetricsEvent> = {}): MetricsEvent => ({
  type: 'metrics',
  ...at(),
  step,
  trainLoss: 1,
  testLoss: 2,
  trainAccuracy: 0.5,
  testAccuracy: 0.25,
  sumSquaredWeights: 3,
  stepsPerSecond: null,
  ...more,
});
const progress = (step: number, more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  type: 'progress',
  ...at(),
  step,
  precision: 'float32',
  ...more,
});
const phase: PhaseEvent = { type: 'phase', ...at(), step: 20, phase: 'cleanup', evidence: { testLoss: 0.5 } };
const set: CommandEvent = {
  type: 'command',
  ...at(),
  step: 7,
  command: 'set',
  path: 'optimizer.lr',
  value: 0.01,
};
const pause: CommandEvent = { type: 'command', ...at(), step: 9, command: 'pause' };

/** Measures in the form in which this room receives them. */
const about = {
  title: 'A measure',
  formula: 'f',
  unit: '1',
  range: [0, null] as const,
  needs: [],
  value: {},
};
const measures: readonly MeasureInfo[] = [
  {
    ...about,
    name: 'loss',
    column: 'lossOverAnswers',
    columns: [{ path: '*', note: 'Loss of {}. It differs from `trainLoss`.' }],
  },
  { ...about, name: 'accuracy', column: 'accuracyOverAnswers', columns: [{ path: '*', note: 'Of {}.' }] },
  { ...about, name: 'keyFrequencies', byKeys: true, isSet: true, columns: [{ path: '*', note: 'By {}.' }] },
  { ...about, name: 'keyFrequencyRule', byKeys: true, columns: [{ path: '', note: 'The rule.' }] },
  { ...about, name: 'restrictedLoss', byKeys: true, columns: [{ path: '*', note: 'Loss over {}.' }] },
  {
    ...about,
    name: 'excludedLoss',
    byKeys: true,
    columns: [
      { path: 'all', note: 'All.' },
      { path: 'byFrequency.*', note: 'Frequency {}.' },
    ],
  },
  { ...about, name: 'logitFit', byKeys: true, columns: [{ path: '*', note: 'The fit: {}.' }] },
  { ...about, name: 'gini', columns: [{ path: '*', note: 'Gini of {}.' }] },
  { ...about, name: 'sumSquaredWeights', columns: [{ path: '*', note: 'Squares: {}.' }] },
];

const split = { train: 0.9, test: 1.9, all: 1.5 };
const events: RunEvent[] = [
  metrics(0, { testLossByToken: [2.5, 1.5, null] }),
  progress(0, { loss: split, accuracy: split }),
  metrics(20),
  progress(20, {
    keys: 'current',
    keyFrequencies: { neuronLogit: [2, 20, 29], embedding: [] },
    keyFrequencyRule: 'neuronLogit',
    restrictedLoss: split,
    excludedLoss: { all: 4, byFrequency: { '2': 5 } },
    logitFit: { coefficients: { '2': 7 }, explained: 0.9, loss: 0.1 },
    gini: { embedding: 0.3 },
    sumSquaredWeights: { total: 3, byTensor: { 'embed.W_E': 1 } },
  }),
  phase,
  { ...phase, step: 10, revised: true },
  set,
  pause,
  progress(20, {
    keys: 'final',
    loss: split,
    keyFrequencies: { neuronLogit: [2] },
    restrictedLoss: { all: 9 },
  }),
];

/** Rows as objects, without nulls. */
function rows(table: ReturnType<typeof eventTable>): Record<string, unknown>[] {
  return (table[0]?.values ?? []).map((_, row) =>
    Object.fromEntries(
      table.flatMap(({ name, values }) => (values[row] === null ? [] : [[name, values[row]]])),
    ),
  );
}

describe('the table of what a run measured', () => {
  const [first, last, ...more] = rows(eventTable(events, measures));

  it('has a row for each step, and a column for each member of a list', () => {
    expect(more).toEqual([]);
    expect(first).toMatchObject({ step: 0, 'testLossByToken.0': 2.5, 'testLossByToken.1': 1.5 });
    expect(first).not.toHaveProperty('testLossByToken.2');
    expect(eventTable(events, measures).find(({ name }) => name === 'testLossByToken.2')?.values).toEqual([
      null,
      null,
    ]);
  });

  it('has key frequencies as texts, and those of no frequency as empty ones', () => {
    expect(last).toMatchObject({
      'keyFrequencies.neuronLogit': '2 20 29',
      'keyFrequencies.embedding': '',
      keyFrequencyRule: 'neuronLogit',
    });
  });

  it('tells the loss over all logits from the one over the answers alone by its name', () => {
    expect(first).toMatchObject({
      trainLoss: 1,
      'lossOverAnswers.train': 0.9,
      'accuracyOverAnswers.test': 1.9,
    });
    const names = eventTable(events, measures).map(({ name }) => name);
    expect(names.filter((name) => /^(loss|accuracy)\./.test(name))).toEqual([]);
  });

  it('has what was measured with the keys of that step, and beside it with those of the end', () => {
    expect(last).toMatchObject({
      'restrictedLoss.train': 0.9,
      'restrictedLoss.all': 1.5,
      'finalKeys.restrictedLoss.all': 9,
      'finalKeys.keyFrequencies.neuronLogit': '2',
    });
  });

  it('of a run that went on has none with the keys of its interruption', () => {
    const spec = decodeRunSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }, anyTaskCatalogue);
    if (spec._tag === 'Left') throw new Error('a good spec is refused');
    const started = (more: Partial<StartedEvent> = {}): StartedEvent => ({
      ...{ type: 'started', ...at(), spec: spec.right, engine: 'wasm', threads: 1, relaxedSimd: true },
      ...{ parameterCount: 1, why: 'x', ...more },
    });
    const look = (step: number, all: number, keys: number[]) =>
      progress(step, {
        keys: 'final',
        keyFrequencies: { embedding: keys },
        keyFrequencyRule: 'embedding',
        restrictedLoss: { ...split, all },
      });
    const ended = (step: number): RunEvent => ({
      ...{
        type: 'ended',
        ...at(),
        reason: 'interrupted',
        step,
        elapsedMs: 1,
        stepsPerSecond: 1,
        message: null,
      },
      ...{ stepMemorized: null, stepGeneralized: null },
      ...{ finalTrainLoss: null, finalTestLoss: null, finalTestAccuracy: null },
    });
    const finalLosses = (events: readonly RunEvent[]): unknown =>
      rows(eventTable(events, measures)).map((row) => row['finalKeys.restrictedLoss.all'] ?? null);
    const measured = [metrics(25), metrics(50), metrics(75)];
    const interrupted = [started(), ...measured, look(25, 8, [3]), look(50, 6, [3]), ended(60)];
    const goesOn = [...interrupted, started({ resumedFrom: 50 })];
    expect(finalLosses(interrupted)).toEqual([8, 6, null]);
    expect(finalLosses(goesOn)).toEqual([null, null, null]);
    expect(finalLosses([...goesOn, look(75, 3, [3, 5]), ended(75)])).toEqual([null, null, 3]);
    expect(finalLosses([...goesOn, look(75, 3, [3]), ended(75)])).toEqual([8, 6, 3]);
  });

  it('holds every value of any list of numbers', () => {
    const losses = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(losses, (testLossByToken) => {
        const [row = {}] = rows(eventTable([metrics(0, { testLossByToken })], []));
        const found = testLossByToken.map((_, i) => row[`testLossByToken.${i}`] ?? null);
        expect(found).toEqual(testLossByToken);
      }),
      { seed: 39 },
    );
  });
});

describe('what happened to a run', () => {
  it('is a row for each phase and each command, as they came', () => {
    const { phases, commands } = runTables(events, measures);
    expect(rows(phases)).toMatchObject([
      { step: 20, phase: 'cleanup', revised: false, 'evidence.testLoss': 0.5 },
      { step: 10, phase: 'cleanup', revised: true, 'evidence.testLoss': 0.5 },
    ]);
    expect(rows(commands)).toMatchObject([
      { step: 7, command: 'set', path: 'optimizer.lr', value: 0.01 },
      { step: 9, command: 'pause' },
    ]);
  });

  it('tells among the phases where the run fell back, and TensorBoard as a text', () => {
    const fall = { type: 'fall', ...at(), step: 30, learnedAt: 20, testAccuracy: 0.5 } as const;
    const { phases } = runTables([phase, fall], measures);
    expect(rows(phases)[1]).toMatchObject({
      ...{ step: 30, phase: 'fall', revised: false },
      ...{ 'evidence.learnedAt': 20, 'evidence.testAccuracy': 0.5 },
    });
    expect(eventScalars([fall], measures)).toMatchObject([
      { tag: 'run/fall', step: 30, text: 'fell back: learnedAt 20, testAccuracy 0.5' },
    ]);
  });

  it('is a table with its columns and their types where nothing happened', () => {
    const { phases, commands } = runTables([metrics(0)], measures);
    expect(phases.map(({ name, type, values }) => [name, type, values.length])).toEqual([
      ['step', 'integer', 0],
      ['time', 'text', 0],
      ['phase', 'text', 0],
      ['revised', 'boolean', 0],
    ]);
    expect(commands.map(({ name }) => name)).toEqual(['step', 'time', 'command', 'path', 'value', 'n']);
  });
});

describe('TensorBoard', () => {
  const points = eventScalars(events, measures);
  const of = (tag: string) => points.filter((point) => point.tag === tag);

  it('has each member of a list as a curve, and key frequencies as a text and a count', () => {
    expect(of('testLossByToken/1')).toMatchObject([{ step: 0, value: 1.5 }]);
    expect(of('testLossByToken/2')).toEqual([]);
    expect(of('progress/keyFrequencies.neuronLogit')).toMatchObject([{ step: 20, text: '2 20 29' }]);
    expect(of('progress/keyFrequencies.neuronLogit.count')).toMatchObject([{ step: 20, value: 3 }]);
    expect(of('loss/train')).toHaveLength(2);
    expect(of('progress/lossOverAnswers.train')).toHaveLength(2);
  });

  it('has phases and commands as texts', () => {
    expect(of('run/phase')).toMatchObject([{ step: 20, text: 'cleanup: testLoss 0.5' }, { step: 10 }]);
    expect(of('run/command')).toMatchObject([
      { step: 7, text: 'set: path optimizer.lr, value 0.01' },
      { step: 9, text: 'pause' },
    ]);
  });
});

describe('the page of columns', () => {
  it('says of every column what it is', () => {
    const tables = runTables(events, measures);
    const names = Object.values(tables).flatMap((table: Table) => table.map(({ name }) => name));
    expect(names.filter((name) => columnNote(name, measures) === undefined)).toEqual([]);
    const page = columnNotes(tables, { metrics: 'a.csv', phases: 'b.csv', commands: 'c.csv' }, measures);
    for (const name of names) expect(page).toContain(`| \`${name}\` |`);
    for (const file of ['a.csv', 'b.csv', 'c.csv']) expect(page).toContain(`## ${file}`);
    expect(page).not.toMatch(/\$\d|undefined/);
    expect(columnNote('lossOverAnswers.test', measures)).toContain(
      'the test examples. It differs from `trainLoss`',
    );
    expect(columnNote('finalKeys.restrictedLoss.all', measures)).toBe(
      'With the key frequencies of the last checkpoint in place of those of this step: loss over all examples.',
    );
    expect(columnNote('finalKeys.gini.embedding', measures)).toBeUndefined();
  });
});

describe('a measure that the run describes itself', () => {
  const described = {
    ...about,
    value: undefined,
    name: 'rank',
    title: 'Rank',
    formula: 'exp H',
    unit: 'dimensions',
  };
  const run = [
    { type: 'started', ...at(), measures: [described] } as unknown as RunEvent,
    metrics(0),
    progress(0, { measures: { rank: 3.5 } }),
    progress(7, { measures: { rank: 2, other: null } }),
  ];

  it('has its column, which says what it is, and its curve', () => {
    const known = knownMeasures(run, measures);
    expect(rows(eventTable(run, measures))).toMatchObject([
      { step: 0, trainLoss: 1, 'measures.rank': 3.5 },
      { step: 7, 'measures.rank': 2 },
    ]);
    expect(columnNote('measures.rank', known)).toBe('Rank: exp H, in dimensions.');
    expect(columnNote('measures.other', known)).toBe('The measure `other`.');
    expect(eventSeries(run, 'measures.rank', { points: 9, measures }).points).toEqual([
      { from: 0, to: 0, min: 3.5, max: 3.5 },
      { from: 7, to: 7, min: 2, max: 2 },
    ]);
    expect(eventSeries(run, 'measures.other', { points: 9 }).points).toEqual([]);
    expect(eventScalars(run, measures)).toContainEqual(
      expect.objectContaining({ tag: 'progress/measures.rank', step: 7, value: 2 }),
    );
  });
});
