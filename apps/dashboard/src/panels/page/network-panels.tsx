import type { Palette } from '@grokscope/figures';
import { answerWords, formatCount } from '@grokscope/figures';
import { networkShapeOf } from '@grokscope/interpret';
import type { ProgressEvent } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { Show, createMemo } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { ageOf } from '../../plot/age.js';
import { progressAt } from '../../run/history.js';
import type { LiveRun } from '../../run/use-run.js';
import { AblationPanel } from '../ablation/ablation-panel.jsx';
import { AnswerPanel } from '../answer/answer-panel.jsx';
import { AttentionPanel } from '../attention/attention-panel.jsx';
import { CirclesPanel } from '../circles/circles-panel.jsx';
import { ComponentsPanel } from '../components/components-panel.jsx';
import { NeuronPanel } from '../neurons/neuron-panel.jsx';
import { PatternsPanel } from '../attention/patterns-panel.jsx';
import { SingularPanel } from '../components/singular-panel.jsx';
import { SpectrumPanel } from '../spectrum/spectrum-panel.jsx';
import { ToCome } from '../parts/to-come.jsx';

/** What is seen inside the network at the displayed step. Panels that a task or model does not support are left out. */
export const NetworkPanels = (props: { run: LiveRun; palette: Palette }): JSX.Element => {
  const looks = createMemo(() => props.run.look.looks());
  const spectra = createMemo(() => looks().spectra);
  const pairs = createMemo(() => looks().pairs);
  const neuron = createMemo(() => pairs()?.neuron ?? null);
  const analysis = createMemo(() => looks().analysis);
  const spec = createMemo(() => props.run.view().started?.spec ?? null);
  const shape = createMemo(() => {
    const now = spec();
    return now && networkShapeOf(now.model);
  });
  /** A model from a file of parts, whose tensors mean what its author says. */
  const isForeign = createMemo(() => shape()?.dModel === 0);
  const liveFit = (step: number): ProgressEvent['logitFit'] | null => {
    const event = progressAt(props.run.view().history, step);
    return event?.step === step ? event.logitFit : null;
  };
  const age = ({ step }: { readonly step: number }): Age => ageOf(step, props.run.pace());
  const scoresAge = createMemo(() => {
    const { scores } = looks();
    return scores === null ? null : age(scores);
  });
  const guess = createMemo(() => {
    const task = spec()?.task;
    return task === undefined ? 0 : Math.log(answerWords(task).count);
  });
  /** Whether the first panels are known: until then the later ones would have to move. */
  const hasFirst = createMemo(() => {
    const { spectra: waves, components, patterns } = looks();
    return waves !== null || components !== null || patterns !== null;
  });
  /** Panels that need ablations: without any, a table is not worth a panel. */
  const hasAblations = createMemo(() => analysis()?.analysis.ablations !== undefined);

  return (
    <>
      <Show when={!hasFirst() && looks().broken === null && props.run.look.failure() === null}>
        <ToCome class="spectrum">
          <Show
            when={isForeign()}
            fallback="What is inside the network is shown here, once its weights are there."
          >
            {`The page has pictures of transformers and perceptrons. Of a model of the kind ${shape()!.kind} it shows what the run measures.`}
          </Show>
        </ToCome>
      </Show>
      <Show when={spectra()}>
        {(look) => (
          <>
            <SpectrumPanel
              look={look()}
              frequencies={props.run.frequencies()}
              palette={props.palette}
              waves={props.run.waves()}
              age={age(look())}
            />
            <CirclesPanel
              look={look()}
              frequencies={props.run.frequencies()}
              palette={props.palette}
              age={age(look())}
            />
          </>
        )}
      </Show>
      <Show when={hasFirst() && pairs()}>
        {(look) => (
          <>
            <Show when={spec()}>
              {(known) => (
                <AnswerPanel
                  look={look()}
                  analysis={analysis()}
                  liveFit={liveFit(look().step)}
                  task={known().task}
                  palette={props.palette}
                  age={age(look())}
                  onAsk={props.run.look.choose}
                />
              )}
            </Show>
            <Show when={neuron()}>
              {(one) => (
                <NeuronPanel
                  look={look()}
                  neuron={one()}
                  neurons={looks().neurons}
                  nNeurons={shape()?.dMlp ?? 0}
                  frequencies={props.run.frequencies()}
                  palette={props.palette}
                  age={age(look())}
                  onNeuron={(index) => props.run.look.choose({ neuron: index })}
                />
              )}
            </Show>
          </>
        )}
      </Show>
      <Show when={hasFirst() && pairs() && analysis() === null}>
        <ToCome class="ablations">Measuring what each part is needed for …</ToCome>
      </Show>
      <Show when={hasAblations() && analysis()}>
        {(look) => (
          <AblationPanel
            look={look()}
            frequencies={props.run.frequencies()}
            palette={props.palette}
            age={age(look())}
            isMeasuring={props.run.look.isMeasuring()}
            guess={guess()}
          />
        )}
      </Show>
      <Show when={hasFirst() && pairs()}>
        {(look) => (
          <AttentionPanel
            look={look()}
            frequencies={props.run.frequencies()}
            palette={props.palette}
            age={age(look())}
          />
        )}
      </Show>
      <Show when={spec() && looks().patterns}>
        {(look) => (
          <PatternsPanel
            look={look()}
            scores={looks().scores}
            task={spec()!.task}
            palette={props.palette}
            age={age(look())}
            scoresAge={scoresAge()}
            onSequence={(sequence) => props.run.look.choose({ sequence })}
          />
        )}
      </Show>
      <Show when={looks().components}>
        {(look) => (
          <ComponentsPanel
            look={look()}
            width={shape()?.dModel ?? 1}
            palette={props.palette}
            age={age(look())}
          />
        )}
      </Show>
      <Show when={spectra() && looks().singular === null}>
        <ToCome class="singular">Measuring in how few directions the network keeps what it knows …</ToCome>
      </Show>
      <Show when={looks().singular}>
        {(look) => (
          <SingularPanel
            look={look()}
            palette={props.palette}
            age={age(look())}
            isMeasuring={props.run.look.isMeasuring()}
          />
        )}
      </Show>
      <Show when={looks().broken}>
        {(broken) => (
          <p class="panel problem" role="status">
            At step {formatCount(broken().step)} the weights are no longer finite numbers (first in{' '}
            <code>{broken().tensor}</code>), so there is nothing to see inside the network.
          </p>
        )}
      </Show>
      <Show when={props.run.look.failure()}>
        {(failure) => (
          <p class="panel problem" role="alert">
            The network cannot be looked into: {failure()}
          </p>
        )}
      </Show>
    </>
  );
};
