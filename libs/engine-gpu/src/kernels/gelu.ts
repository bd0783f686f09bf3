import { LANES, operands, vectorsOf, type OpShapes, type Stage } from '../stages/stage.js';

// Φ(x) is tail for x < 0, else 1 − tail, with tail = Φ(−|x|) = e^{−x²/2}·normalTailRatio(|x|).

/** Statements for one place i, which declare `y<i>`. */
type StatementsAt = (i: string) => string;

const density = (i: string): string => `
  const e${i} = expOfNegative(-0.5 * x${i} * x${i});
  const tail${i} = e${i} * normalTailRatio(Math.abs(x${i}));
  const phi${i} = (x${i} < 0.0 ? tail${i} : 1.0 - tail${i});`;

const GELU: StatementsAt = (i) => `${density(i)}
  const y${i} = x${i} * phi${i};`;

// 1/√(2π) = 0.3989….
const GELU_GRADIENT: StatementsAt = (i) => `${density(i)}
  const y${i} = dy${i} * (phi${i} + 0.3989422804014327 * x${i} * e${i});`;

/** Arrays of one size and a result of that size: each thread computes a number, or a vector of 4. */
function kernel(name: string, arrays: readonly string[], place: StatementsAt) {
  const start = `function ${name}(${arrays.map((array) => `${array}Values`).join(', ')}) {`;
  const read = arrays.map((array) => `const ${array}Read = ${array}Values[this.thread.x];`).join(' ');
  const lane = (i: number): string =>
    arrays.map((array) => `const ${array}${i} = ${array}Read[${i}];`).join(' ') + place(`${i}`);
  const whole = arrays.map((array) => `const ${array}0 = ${array}Read;`).join(' ');
  return {
    flat: `${start} ${read} ${whole} ${place('0')} return y0; }`,
    vectors: `${start} ${read} ${LANES.map(lane).join('')} return [y0, y1, y2, y3]; }`,
  };
}

const FORWARD = kernel('gelu', ['x'], GELU);
const GRADIENT = kernel('geluGradient', ['dy', 'x'], GELU_GRADIENT);

function stages(
  { flat, vectors }: typeof FORWARD,
  { size, targets }: OpShapes,
  count: number,
): readonly Stage[] {
  if (targets === 0) return [{ source: flat, size, constants: {}, arrays: operands(count) }];
  const arrays = operands(count).map(vectorsOf);
  return [{ source: vectors, size, constants: {}, arrays, vectors: { targets: 1 } }];
}

export const gelu = (shapes: OpShapes): readonly Stage[] => stages(FORWARD, shapes, 1);
export const geluGradient = (shapes: OpShapes): readonly Stage[] => stages(GRADIENT, shapes, 2);
