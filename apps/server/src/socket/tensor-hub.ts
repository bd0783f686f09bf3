import { Observable } from 'rxjs';
import type { LiveRun } from '../registry/live-run.js';
import { TensorAtStep } from './tensor-at-step.js';

interface Wish {
  readonly names: ReadonlySet<string>;
  readonly everySteps: number;
}

/**
 * The watched tensors of one live run, shared by all watchers: the process is asked for the tensors that any of them
 * wants, at the shortest interval any of them wants, and the newest of each tensor is kept for later watchers.
 */
export class TensorHub {
  private readonly newest = new Map<string, TensorAtStep>();
  private readonly wishes = new Set<Wish>();
  private readonly listeners = new Set<(name: string, at: TensorAtStep) => void>();

  constructor(private readonly run: LiveRun) {
    run.tensors$.subscribe(({ step, tensors }) => {
      for (const tensor of tensors) {
        const at = new TensorAtStep(run.runId, step, tensor);
        this.newest.set(tensor.name, at);
        for (const listener of this.listeners) listener(tensor.name, at);
      }
    });
  }

  /**
   * The named tensors, at this interval in steps or more often: the newest known at once, then each as it arrives.
   * Completes with the run; unsubscribing reduces the request to what the others still want.
   */
  watch(names: readonly string[], everySteps: number): Observable<TensorAtStep> {
    return new Observable((subscriber) => {
      const wish: Wish = { names: new Set(names), everySteps };
      const listener = (name: string, at: TensorAtStep): void => {
        if (wish.names.has(name)) subscriber.next(at);
      };
      this.listeners.add(listener);
      for (const name of wish.names) {
        const known = this.newest.get(name);
        if (known !== undefined) subscriber.next(known);
      }
      this.wishes.add(wish);
      this.ask();
      const over = this.run.tensors$.subscribe({ complete: () => subscriber.complete() });
      return () => {
        over.unsubscribe();
        this.listeners.delete(listener);
        this.wishes.delete(wish);
        this.ask();
      };
    });
  }

  private ask(): void {
    const names = new Set<string>();
    let everySteps = Infinity;
    for (const wish of this.wishes) {
      for (const name of wish.names) names.add(name);
      everySteps = Math.min(everySteps, wish.everySteps);
    }
    // No watcher refreshes them, so they would become outdated here.
    for (const name of this.newest.keys()) if (!names.has(name)) this.newest.delete(name);
    this.run.watch([...names], Number.isFinite(everySteps) ? everySteps : 1);
  }
}
