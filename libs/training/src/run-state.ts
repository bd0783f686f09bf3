import type { CommandEvent, EndReason, RunSpec } from '@grokscope/schema';
import type { TrainingCommand } from './item.js';
import type { ResumeFrom } from './resume.js';

/** What commands change about a run, and what decides how it goes on. */
export class RunState {
  step = 0;
  optimizer: RunSpec['optimizer'];
  ending: EndReason | undefined;
  /** Steps still to make before pausing; Infinity while running freely, 0 while paused. */
  #allowed = Infinity;
  #settings: Readonly<Record<string, number>> = {};
  #replay: readonly ResumeFrom['settings'][number][] = [];

  constructor(
    readonly spec: RunSpec,
    readonly snapshotEvery: number = spec.observe.progressEvery,
    from?: ResumeFrom,
  ) {
    this.optimizer = spec.optimizer;
    if (!from) return;
    this.step = from.step;
    for (const [path, value] of Object.entries(from.progress.settings)) this.#set(path as Setting, value);
    this.#replay = from.settings;
  }

  /** Settings that commands changed, by path. */
  get settings(): Readonly<Record<string, number>> {
    return this.#settings;
  }

  /** Makes the changes again that a run resumed from before them had made by this step. */
  replay(): void {
    const due = this.#replay.filter(({ step }) => step <= this.step);
    for (const { path, value } of due) this.#set(path as Setting, value!);
    this.#replay = this.#replay.slice(due.length);
  }

  #set(path: Setting, value: number): void {
    this.optimizer = withSetting(this.optimizer, path, value);
    this.#settings = { ...this.#settings, [path]: value };
  }

  get paused(): boolean {
    return this.#allowed === 0;
  }

  /** Applies a command at the current step border; returns the fact to emit, if it is one. */
  apply(
    command: TrainingCommand,
  ): Pick<CommandEvent, 'step' | 'command' | 'n' | 'path' | 'value'> | undefined {
    const { step } = this;
    switch (command.command) {
      case 'pause':
        this.#allowed = 0;
        return { step, command: 'pause' };
      case 'resume':
        this.#allowed = Infinity;
        return { step, command: 'resume' };
      case 'step':
        this.#allowed = command.n;
        return { step, command: 'step', n: command.n };
      case 'stop':
        this.ending = 'stopped';
        return { step, command: 'stop' };
      case 'interrupt':
        this.ending = 'interrupted';
        return undefined;
      case 'set':
        this.#set(command.path, command.value);
        // What was set before the run broke off must not undo what is set now.
        this.#replay = this.#replay.filter(({ path }) => path !== command.path);
        return { step, command: 'set', path: command.path, value: command.value };
      default:
        return command satisfies never;
    }
  }

  /** Steps that may be made in one go: up to the next step anybody looks at, and no more than `chunk`. */
  stepsAhead(chunk: number): number {
    const { steps } = this.spec.training;
    const { metricsEvery, progressEvery, checkpointEvery } = this.spec.observe;
    const dueEvery = [metricsEvery, progressEvery, checkpointEvery, this.snapshotEvery];
    const borders = dueEvery.map((every) => every - (this.step % every));
    const replay = this.#replay.length > 0 ? this.#replay[0].step - this.step : Infinity;
    return Math.min(chunk, steps - this.step, this.#allowed, replay, ...borders);
  }

  advance(steps: number): void {
    this.step += steps;
    this.#allowed -= steps;
  }
}

type Setting = 'optimizer.lr' | 'optimizer.weightDecay';

function withSetting(optimizer: RunSpec['optimizer'], path: Setting, value: number): RunSpec['optimizer'] {
  switch (path) {
    case 'optimizer.lr':
      return { ...optimizer, lr: value };
    case 'optimizer.weightDecay':
      return { ...optimizer, weightDecay: value };
    default:
      return path satisfies never;
  }
}
