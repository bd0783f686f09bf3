import type { TaskSpec } from '@grokscope/schema';

const SIGNS: Readonly<Record<string, string>> = {
  modularAddition: '+',
  modularSubtraction: '−',
  modularMultiplication: '×',
  modularDivision: '÷',
  characterAddition: '+',
  permutationComposition: '∘',
};

/** A question of a task on pairs: `17 + 101`; where no sign stands for it, `(17, 101)`. */
export const askedWords = (task: TaskSpec, a: string, b: string): string => {
  const sign = SIGNS[task.kind];
  return sign === undefined ? `(${a}, ${b})` : `${a} ${sign} ${b}`;
};
