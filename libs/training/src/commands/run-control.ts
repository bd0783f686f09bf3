import type { CommandAnswerEvent, CommandEvent, EndReason, RunCommand, RunSpec } from '@grokscope/schema';
import type { RefusedCommand, TrainingCommand } from '../item.js';
import type { ResumeFrom } from '../resume.js';

type Fact<E> = Omit<E, 'runId' | 'seq' | 'time'>;
/** The outcome of a command. */
export type CommandFact = Fact<CommandEvent> | Fact<CommandAnswerEvent>;

/** What commands change about a run, and what decides how it continues. */
export class RunControl {
  step = 0;
  optimizer: RunSpec['optimizer'];
  ending: EndReason | undefined;
  /** Steps still to make before pausing; Infinity while running freely, 0 while paused. */
  #allowed = Infinity;
  #settings: Readonly<Record<string, number>> = {};
  /** Changes made before the run was interrupted, by step. */
  #replay: readonly ResumeFrom['settings'][number][] = [];
  /** Commands for later steps, in the order they were given. */
  #pending: readonly RunCommand[] = [];
  /** The newest step of which anything is stored: earlier steps are past, even though they are computed again. */
  readonly #recorded: number;

  constructor(
    readonly spec: RunSpec,
    readonly snapshotEvery: number = spec.observe.progressEvery,
    from?: ResumeFrom,
  ) {
    this.optimizer = spec.optimizer;
    this.#recorded = Math.max(from?.recorded ?? 0, from?.step ?? 0);
    if (!from) return;
    this.step = from.step;
    for (const [path, value] of Object.entries(from.progress.settings)) this.#set(path as Setting, value);
    this.#replay = from.settings.toSorted((a, b) => a.step - b.step);
    this.#pending = (from.pending ?? []).filter(({ at = 0 }) => at >= from.step);
  }

  /** Settings that commands changed, by path. */
  get settings(): Readonly<Record<string, number>> {
    return this.#settings;
  }

  /** Repeats the changes that the interrupted run had made by this step. */
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

  /** Takes the commands ordered for this step, in the order they were given. */
  takeDue(): CommandFact[] {
    const due = this.#pending.filter(({ at }) => at === this.step);
    this.#pending = this.#pending.filter(({ at }) => at !== this.step);
    return due.map((command) => this.#take(command));
  }

  /**
   * Takes a command between steps, or keeps it for the step it is ordered for; returns the facts to report. A setting
   * is not changed at steps that are recorded and only computed again, because the record would then belong to another
   * run: it waits for the first step after them.
   */
  apply(command: TrainingCommand): CommandFact[] {
    const { step } = this;
    if (command.command === 'interrupt') {
      this.ending = 'interrupted';
      return [];
    }
    if (command.command === 'refused') return [refused(step, command)];
    const first = command.command === 'set' ? Math.max(step, this.#recorded) : step;
    const at = command.at ?? first;
    const why = this.#whyNot(command, first, at);
    if (why !== undefined) return [answer(step, 'refused', command, why)];
    if (at === step) return [this.#take(command)];
    this.#pending = [...this.#pending, { ...command, at }];
    return [answer(step, 'scheduled', { ...command, at }, this.#whyLater(command, at))];
  }

  /** Refuses the commands still waiting, because the run is over and cannot be continued. */
  refuseWaiting(): CommandFact[] {
    const waiting = this.#pending;
    this.#pending = [];
    const why = `the run ended at step ${this.step}, before step`;
    return waiting.map((command) => answer(this.step, 'refused', command, `${why} ${command.at}`));
  }

  #whyNot({ command, at: asked }: RunCommand, first: number, at: number): string | undefined {
    const { steps } = this.spec.training;
    if (at < this.step) return `step ${at} has passed: the run is at step ${this.step}`;
    if (at < first) {
      return `step ${at} is recorded already: a resumed run computes its steps up to ${first} again, as they were`;
    }
    if (at === this.step && at < steps) return undefined;
    if (at < steps || (asked === undefined && command !== 'set')) return undefined;
    const why =
      asked === undefined ? 'all its steps are recorded already' : `nothing takes effect at step ${at}`;
    return `the run ends at step ${steps}: ${why}`;
  }

  #whyLater({ at: asked }: RunCommand, at: number): string {
    return asked === undefined
      ? `takes effect at step ${at}, the first that is not recorded yet: the run computes those before it again`
      : `takes effect at step ${at}`;
  }

  #take(command: RunCommand): Fact<CommandEvent> {
    switch (command.command) {
      case 'pause':
        this.#allowed = 0;
        break;
      case 'resume':
        this.#allowed = Infinity;
        break;
      case 'step':
        this.#allowed = command.n;
        break;
      case 'stop':
        this.ending = 'stopped';
        break;
      case 'set':
        this.#set(command.path, command.value);
        break;
      default:
        command satisfies never;
    }
    return { type: 'command', step: this.step, ...command };
  }

  /**
   * The number of steps that may be made at once: up to the next step at which something is due, and at most `chunk`.
   */
  stepsAhead(chunk: number): number {
    const { steps } = this.spec.training;
    const { metricsEvery, progressEvery, checkpointEvery } = this.spec.observe;
    const dueEvery = [metricsEvery, progressEvery, checkpointEvery, this.snapshotEvery];
    const borders = dueEvery.map((every) => every - (this.step % every));
    const changes = [...this.#replay.map(({ step }) => step), ...this.#pending.map(({ at }) => at!)];
    const ahead = changes.map((step) => step - this.step);
    return Math.min(chunk, steps - this.step, this.#allowed, ...borders, ...ahead);
  }

  advance(steps: number): void {
    this.step += steps;
    this.#allowed -= steps;
  }
}

function answer(
  step: number,
  what: CommandAnswerEvent['answer'],
  command: RunCommand,
  message: string,
): Fact<CommandAnswerEvent> {
  return { type: 'commandAnswer', step, answer: what, ...command, message };
}

function refused(step: number, { given, message, by }: RefusedCommand): Fact<CommandAnswerEvent> {
  const who = by === undefined ? {} : { by };
  return { type: 'commandAnswer', step, answer: 'refused', command: given, ...who, message };
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
