import { answerWords, formatCount, formatPercent } from '@grokscope/figures';
import type { Chance } from '../../story/chance.js';
import { judge } from '../../story/judgement.js';
import type { RunView } from '../../run/run-state.js';

const step = (value: number): string => formatCount(value);

/** A title for the curves of a run as known at a step (see `viewAt`): the story's judgement in few words. */
export const lossTitle = (known: RunView, chance: Chance | null): string => {
  const spec = known.started?.spec;
  if (!spec || chance === null) return 'Loss';
  const judgement = judge(known, spec, chance, answerWords(spec.task).count);
  switch (judgement.kind) {
    case 'unmeasured':
    case 'untrained':
    case 'learning':
      return 'Loss';
    case 'notFinite':
      return `No longer a number at step ${step(judgement.step)}`;
    case 'endless':
      return judgement.learnt === null ? 'Loss' : `Learnt by step ${step(judgement.learnt)}`;
    case 'byHeart':
      return `Learnt by heart by step ${step(judgement.memorized)}`;
    case 'guessing':
      return `Learnt by heart by step ${step(judgement.memorized)}, not yet understood`;
    case 'partly':
      return `Learnt ${judgement.byHeart ? 'by heart ' : ''}by step ${step(judgement.memorized)}; ${formatPercent(judgement.test.share)} of the rest is right`;
    case 'understood': {
      const { way, memorized, byHeart, generalized, holds } = judgement;
      if (!holds) return `Understood by step ${step(generalized)}, and partly lost again`;
      if (way === 'at once') return 'Understood as it was learnt';
      if (way === 'gradually') return `Understood gradually, by step ${step(generalized)}`;
      return `Understood ${step(generalized - (memorized ?? 0))} steps after it was learnt${byHeart ? ' by heart' : ''}`;
    }
    default:
      return judgement satisfies never;
  }
};
