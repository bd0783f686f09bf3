import { Observable, Subject } from 'rxjs';
import type { RunCommand, RunEvent } from '@grokscope/schema';
import { executeRun, resumeRun } from 'grokscope';
import type { Snapshot, TrainOptions, TrainingCommand, TrainingItem } from 'grokscope';
import type { LiveRun, StartRunProcess, TensorBatch } from '../registry/live-run.js';

/** Facts of a run as a training stream emits them; `executeRun` numbers them. */
const own = { runId: '', seq: 0, time: '' };
/** Facts with plausible numbers. */
export const metrics = (step: number): RunEvent => ({
  type: 'metrics',
  ...own,
  step,
  trainLoss: 1 / (step + 1),
  testLoss: 2,
  trainAccuracy: 1,
  testAccuracy: 0,
  sumSquaredWeights: 3,
  stepsPerSecond: 4,
});
/** Two small tensors computed from the step. */
export const snapshot = (step: number, purpose: Snapshot['purpose']): Snapshot => ({
  type: 'snapshot',
  runId: '',
  step,
  purpose,
  weights: [
    { name: 'embed.W_E', shape: [2, 1], data: Float32Array.of(step, -step) },
    { name: 'unembed.W_U', shape: [1], data: Float32Array.of(step) },
  ],
});
/** An ending. */
export const ended = (reason: 'completed' | 'stopped' | 'interrupted', step: number): RunEvent => ({
  type: 'ended',
  ...own,
  reason,
  step,
  elapsedMs: 5,
  stepsPerSecond: 9,
  stepMemorized: 0,
  stepGeneralized: null,
  finalTrainLoss: 1,
  finalTestLoss: 2,
  finalTestAccuracy: 0,
  message: null,
});

/** A run without a process: its events are those that the test emits, stored by the same code as a real run's. */
export class FakeRuns {
  readonly items = new Map<string, Subject<TrainingItem>>();
  readonly commands: TrainingCommand[] = [];
  readonly watched: (readonly string[])[] = [];

  readonly start: StartRunProcess = (order): LiveRun => {
    const events$ = new Subject<RunEvent>();
    const tensors$ = new Subject<TensorBatch>();
    const commands$ = new Subject<RunCommand>();
    const abort = new AbortController();
    const items$ = new Subject<TrainingItem>();
    this.items.set(order.runId, items$);
    let names: readonly string[] = [];
    let hasEnded = false;
    const train = (_: unknown, options: TrainOptions): Observable<TrainingItem> =>
      new Observable((subscriber) => {
        options.commands$?.subscribe((command) => {
          if (command.command === 'interrupt') this.end(order.runId, 'interrupted', 1);
          else this.commands.push(command);
        });
        subscriber.next({
          type: 'started',
          ...own,
          spec: order.spec,
          engine: 'reference',
          threads: 1,
          relaxedSimd: false,
          parameterCount: 3,
          why: 'a test',
        });
        return items$.subscribe(subscriber);
      });
    const listening = {
      runsDir: order.runsDir,
      commands$,
      signal: abort.signal,
      onItem: (item: TrainingItem): void => {
        hasEnded ||= item.type === 'ended';
        if (item.type !== 'snapshot') return events$.next(item);
        const tensors = item.weights.filter(({ name }) => names.includes(name));
        if (tensors.length > 0) tensors$.next({ step: item.step, tensors });
      },
    };
    const result$ =
      order.isResumed === true
        ? resumeRun(order.runId, listening, { train })
        : executeRun(order.spec, { ...listening, runId: order.runId }, { train });
    const exited = result$().then((result) => {
      events$.complete();
      tensors$.complete();
      return { storeError: result._tag === 'Left' ? result.left : null, lastWords: '' };
    });
    return {
      runId: order.runId,
      pid: undefined,
      events$,
      tensors$,
      exited,
      command: (command) => commands$.next(command),
      watch: (wanted) => {
        names = wanted;
        this.watched.push(wanted);
      },
      interrupt: () => abort.abort(),
      hasEnded: () => hasEnded,
    };
  };

  next(runId: string, ...items: TrainingItem[]): void {
    for (const item of items) this.items.get(runId)!.next(item);
  }

  end(runId: string, reason: 'completed' | 'stopped' | 'interrupted', step: number): void {
    this.next(runId, snapshot(step, 'final'), ended(reason, step));
    this.items.get(runId)!.complete();
  }
}
