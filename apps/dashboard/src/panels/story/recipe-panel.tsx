import {
  formatCount,
  formatDuration,
  modelWords,
  optimizerWords,
  otherWords,
  seenWords,
  taskWords,
  thingsOf,
} from '@grokscope/figures';
import { toldOf } from '@grokscope/schema';
import { createDataset, exampleTexts, hiddenValues } from '@grokscope/tasks';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createResource } from 'solid-js';
import type { RunSource } from '../../run/run-source.js';
import type { RunView } from '../../run/run-state.js';
import { engineWords } from '../../story/task-words.js';
import { absentWords } from '../ablation/absent-words.js';
import { RunNotes } from '../menu/run-notes.jsx';
import { shapedRows } from './shaped-by.js';

/** The run's settings and what computes it: the facts for a laboratory notebook. */
export const RecipePanel = (props: {
  view: RunView;
  source: RunSource;
  /** The measures that this task or network does not admit, by name, with the reason. */
  absent: Readonly<Record<string, string>>;
}): JSX.Element => {
  const started = createMemo(() => props.view.started);
  const dataset = createMemo(() => {
    const now = started();
    const made = now && createDataset(now.spec.task, now.spec.data);
    return made?._tag === 'Right' ? made.right : undefined;
  });
  const [origin] = createResource(
    () => props.source.ask,
    async (ask) => {
      const summary = await ask();
      return summary._tag === 'Right' ? summary.right.origin : null;
    },
  );
  const hidden = createMemo(() => {
    const made = dataset();
    const values = made && hiddenValues(made);
    return values && Object.entries(values).sort(([, a], [, b]) => a - b);
  });
  const rows = createMemo((): [string, string][] => {
    const now = started();
    if (!now) return [];
    const { task, data, model, optimizer, training } = now.spec;
    const { many } = thingsOf(task);
    const made = dataset();
    const such = made ? exampleTexts(task, made) : (toldOf(task)?.such ?? []);
    const other = otherWords(now.spec);
    return [
      ['Task', taskWords(task)],
      ...(such.length > 0 ? [['Examples', such.join(' · ')] as [string, string]] : []),
      ['Seen', data.infinite ? seenWords(now.spec) : `${seenWords(now.spec)}, split ${data.splitSeed}`],
      ['Model', `${modelWords(model)}, ${formatCount(now.parameterCount)} parameters, seed ${model.seed}`],
      ['Optimizer', optimizerWords(optimizer)],
      ...(other === '' ? [] : [['Also', other] as [string, string]]),
      [
        'Batch',
        training.batchSize === 'full' ? `all ${many} seen at every step` : `${training.batchSize} ${many}`,
      ],
      ...shapedRows(props.view.history.interventions, origin() ?? null).map(
        ([name, words]): [string, string] => [name, words],
      ),
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
      <Show
        when={started()}
        fallback={<p class="reading">The recipe appears here when the run has started.</p>}
      >
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
          <Show when={props.source.notes}>
            {(access) => <RunNotes runId={props.source.runId} access={access()} />}
          </Show>
        </dl>
        <Show when={hidden()}>
          {(values) => (
            <details>
              <summary>Show the hidden numbers</summary>
              <p class="hint">
                {values()
                  .map(([name, value]) => `${name}\u00a0=\u00a0${value}`)
                  .join(', ')}
              </p>
            </details>
          )}
        </Show>
      </Show>
    </section>
  );
};
