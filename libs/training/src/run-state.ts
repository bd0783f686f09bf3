import type { CommandEvent, EndReason, RunSpec } from '@grokscope/schema';
import type { TrainingCommand } from './item.js';

/** What commands change about a run, and what decides how it goes on. */
export class RunState {
  step = 0;
  optimizer: RunSpec['optimizer'];
  ending: EndReason | undefined;
  /** Steps still to make before pausing; Infinity while running freely, 0 while paused. */
  #allowed = Infinity;

  constructor(
    readonly spec: RunSpec,
    readonly snapshotEvery: number = spec.observe.progressEvery,
  ) {
    this.optimizer = spec.optimizer;
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
        this.optimizer = withSetting(this.optimizer, command.path, command.value);
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
    return Math.min(chunk, steps - this.step, this.#allowed, ...borders);
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
