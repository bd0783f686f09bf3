import { Graph, ops } from '@grokscope/graph';
import type { Engine } from '../contract.js';
import type { ConformanceCase } from './conformance.js';

// The promises of the contract apart from numbers: names, sizes, sharing, copies, reproducible bits.

const NO_ERROR = { worstError: 0 };

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

async function refused(what: string, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch {
    return;
  }
  throw new Error(`${what} was not refused`);
}

function twoFunctions() {
  const [first, second] = [new Graph(), new Graph()];
  const [w, x] = [first.parameter('w', [3, 2]), first.input('x', [5, 3])];
  const w2 = second.parameter('w', [3, 2]);
  return {
    apply: { graph: first, outputs: { y: ops.matmul(x, w) }, updates: [] },
    size: { graph: second, outputs: { size: ops.sumSquares(w2) }, updates: [] },
  };
}

const W = [1, 2, 3, 4, 5, 6];
const X = Array.from({ length: 15 }, (_, i) => i);

async function withProgram(
  engine: Engine,
  use: (program: Awaited<ReturnType<Engine['compile']>>) => Promise<void>,
) {
  const program = await engine.compile(twoFunctions());
  try {
    await use(program);
  } finally {
    await program.dispose();
  }
  return NO_ERROR;
}

export const contractCases: readonly ConformanceCase[] = [
  {
    name: 'functions of one program share parameters by name; inputs keep their values',
    run: (engine) =>
      withProgram(engine, async (program) => {
        program.write('w', W);
        check((await program.run('size', [{}])).size[0] === 91, 'Σw² of 1…6 is 91');
        await program.run('apply', [{ x: X }]);
        const { y } = await program.run('apply', [{}]);
        check(y[0] === 13 && y[9] === 160, `y = x·w kept its input: got ${y.join()}`); // 0·1+1·3+2·5, 12·2+13·4+14·6
      }),
  },
  {
    name: 'outputs and reads are copies that later runs do not change',
    run: (engine) =>
      withProgram(engine, async (program) => {
        program.write('w', W);
        const before = (await program.run('apply', [{ x: X }])).y;
        const kept = Array.from(before);
        const read = await program.read('w');
        program.write(
          'w',
          W.map((x) => -x),
        );
        await program.run('apply', [{}]);
        check(kept.join() === before.join(), 'an output changed after it was handed out');
        check(Array.from(read).join() === W.join(), 'a read changed after it was handed out');
      }),
  },
  {
    name: 'unknown names, wrong sizes and fed parameters are refused',
    run: (engine) =>
      withProgram(engine, async (program) => {
        await refused('an unknown tensor', () => program.write('nothing', [1]));
        await refused('a wrong size', () => program.write('w', [1]));
        await refused('an unknown function', () => program.run('nothing', [{}]));
        await refused('an unknown input', () => program.run('apply', [{ nothing: [1] }]));
        await refused('an input of a wrong size', () => program.run('apply', [{ x: [1] }]));
        await refused('a run with no feed', () => program.run('apply', []));
        await refused('a parameter as a feed', () => program.run('apply', [{ w: W }]));
      }),
  },
  {
    name: 'the same program on the same values gives the same bits',
    run: async (engine) => {
      const graph = new Graph();
      const [a, b] = [graph.parameter('a', [67, 129]), graph.parameter('b', [129, 43])];
      const f = {
        graph,
        outputs: { y: ops.matmul(a, b), s: ops.sumSquares(a), r: ops.sumRows(a) },
        updates: [],
      };
      const runs: string[] = [];
      for (let i = 0; i < 2; i++) {
        const program = await engine.compile({ f });
        program.write(
          'a',
          Float32Array.from({ length: 67 * 129 }, (_, j) => Math.sin(j)),
        );
        program.write(
          'b',
          Float32Array.from({ length: 129 * 43 }, (_, j) => Math.cos(j * 0.7)),
        );
        const { y, s, r } = await program.run('f', [{}]);
        runs.push([...y, ...s, ...r].join());
        await program.dispose();
      }
      check(runs[0] === runs[1], 'two runs differ');
      return NO_ERROR;
    },
  },
];
