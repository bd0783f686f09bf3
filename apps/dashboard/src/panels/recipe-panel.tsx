import { formatCount, formatDuration, seenWords, taskWords, thingsOf } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createMemo } from 'solid-js';
import type { RunSource } from '../run-source.js';
import type { RunView } from '../run-state.js';
import { engineWords } from '../task-words.js';
import { absentWords } from './absent-words.js';

const OPTIMIZERS = { adamW: 'AdamW', adam: 'Adam', sgd: 'SGD', muon: 'Muon' } as const;

/** What the run was told to do and what does it: the facts one would note in a laboratory book. */
export const RecipePanel = (props: {
  view: RunView;
  source: RunSource;
  /** The measures this task or network does not admit, by name: why. */
  absent: Readonly<Record<string, string>>;
}): JSX.Element => {
  const started = createMemo(() => props.view.started);
  const rows = createMemo((): [string, string][] => {
    const now = started();
    if (!now) return [];
    const { task, data, model, optimizer, training } = now.spec;
    const { many } = thingsOf(task);
    return [
      ['Task', taskWords(task)],
      ['Seen', data.infinite ? seenWords(now.spec) : `${seenWords(now.spec)}, split ${data.splitSeed}`],
      [
        'Model',
        `${model.dModel} wide, ${model.nHeads} heads, ${formatCount(now.parameterCount)} parameters, seed ${model.seed}`,
      ],
      [
        'Optimizer',
        `${OPTIMIZERS[optimizer.kind]}, learning rate ${optimizer.lr}, weight decay ${optimizer.weightDecay}`,
      ],
      [
        'Batch',
        training.batchSize === 'full' ? `all ${many} seen at every step` : `${training.batchSize} ${many}`,
      ],
      ['Engine', `${engineWords(now.engine, now.threads, props.source.place)}: ${now.why}`],
      ['Run', props.source.place === 'server' ? props.source.runId : 'in this page, not stored'],
    ];
  });
  const elapsed = (): number | null => props.view.ended?.elapsedMs ?? null;
  return (
    <section class="panel recipe" aria-label="The recipe">
      <header class="panel-head">
        <h2>The recipe</h2>
      </header>
      <Show when={started()} fallback={<p class="reading">Known as soon as the run has started.</p>}>
        <dl>
          <For each={rows()}>
            {([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            )}
          </For>
          <Show when={absentWords(props.absent).length > 0}>
            <div class="wide">
              <dt>Not shown</dt>
              <dd>{absentWords(props.absent).join(' ')}</dd>
            </div>
          </Show>
          <Show when={elapsed()}>
            {(ms) => (
              <div>
                <dt>Trained for</dt>
                <dd>{formatDuration(ms())}</dd>
              </div>
            )}
          </Show>
        </dl>
      </Show>
    </section>
  );
};
