import type { JSX } from 'solid-js';
import {
  For,
  Match,
  Show,
  Switch,
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  on,
} from 'solid-js';
import type { PairsLook } from '../../look/looks.js';
import { notAToken, tokenChoice, tokenNamed } from './pair-tokens.js';

/** One side of the question. */
interface Side {
  readonly name: 'a' | 'b';
  readonly tokens: Int32Array;
  /** The token of the answer that is shown. */
  readonly shown: number;
}

/**
 * Chooses the pair of the question, in the task's own words. The fields hold what the panel shows: a text that is not a
 * number of the task is reported, and the field returns to the number shown.
 */
export const PairQuestion = (props: {
  look: PairsLook;
  onAsk: (tokens: { readonly a?: number; readonly b?: number }) => void;
  /** What is displayed beside the fields. */
  children?: JSX.Element;
}): JSX.Element => {
  const [problem, setProblem] = createSignal<string | null>(null);
  const id = createUniqueId();
  const sides: readonly (() => Side)[] = [
    () => ({ name: 'a', tokens: props.look.first, shown: props.look.answer.a }),
    () => ({ name: 'b', tokens: props.look.second, shown: props.look.answer.b }),
  ];
  return (
    <>
      <div class="ask">
        <For each={sides}>
          {(side) => (
            <TokenField
              side={side()}
              words={props.look.words}
              problemId={problem() === null ? undefined : id}
              onChoose={(token) => {
                setProblem(null);
                props.onAsk({ [side().name]: token });
              }}
              onProblem={setProblem}
            />
          )}
        </For>
        {props.children}
      </div>
      <div class="ask-problem">
        <Show when={problem()}>
          {(words) => (
            <p class="problem" id={id} role="alert">
              {words()}
            </p>
          )}
        </Show>
      </div>
    </>
  );
};

const TokenField = (props: {
  side: Side;
  words: readonly string[];
  problemId: string | undefined;
  onChoose: (token: number) => void;
  onProblem: (problem: string) => void;
}): JSX.Element => {
  const word = (token: number): string => props.words[token] ?? String(token);
  // Looks arrive several times a second during a run, nearly always for the same task.
  const choice = createMemo(() => tokenChoice(props.side.tokens, props.words), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  const typed = createMemo(() => {
    const now = choice();
    return now._tag === 'Typed' ? now : null;
  });
  const listed = createMemo(() => {
    const now = choice();
    return now._tag === 'Listed' ? now.tokens : null;
  });
  /** The question not shown yet; null: the displayed question is the one asked. */
  const [asked, setAsked] = createSignal<number | null>(null);
  createEffect(
    on(
      () => props.side.shown,
      () => setAsked(null),
    ),
  );
  const token = (): number => asked() ?? props.side.shown;
  const choose = (chosen: number): void => {
    setAsked(chosen === props.side.shown ? null : chosen);
    props.onChoose(chosen);
  };
  const take = (input: HTMLInputElement): void => {
    const limits = typed();
    const named = tokenNamed(input.value, props.side.tokens, props.words);
    if (named === null && limits) props.onProblem(notAToken(props.side.name, input.value, limits));
    if (named !== null) choose(named);
    // The field is set by hand: assigning the displayed value again would change nothing by itself.
    input.value = word(token());
  };
  return (
    <label>
      {props.side.name}{' '}
      <Switch>
        <Match when={typed()}>
          {(limits) => (
            <input
              type="number"
              min={limits().least}
              max={limits().most}
              value={word(token())}
              aria-describedby={props.problemId}
              onChange={(event) => take(event.currentTarget)}
            />
          )}
        </Match>
        <Match when={listed()}>
          {(tokens) => (
            <select
              // Set again with its options, which do not exist yet when the value arrives first.
              ref={(element) =>
                createEffect(() => {
                  tokens();
                  element.value = String(token());
                })
              }
              onChange={(event) => choose(Number(event.currentTarget.value))}
            >
              <For each={tokens()}>{(one) => <option value={one.token}>{one.word}</option>}</For>
            </select>
          )}
        </Match>
      </Switch>
    </label>
  );
};
