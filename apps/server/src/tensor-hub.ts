import { Observable } from 'rxjs';
import type { NamedTensor } from 'grokscope';
import type { LiveRun } from './live-run.js';

/** A tensor as of a step. */
export interface TensorAtStep {
  readonly step: number;
  readonly tensor: NamedTensor;
}

/**
 * The watched tensors of one live run, shared by everybody who watches: the process is asked for what any of
 * them wants, and the newest of each tensor is kept for the next to come.
 */
export class TensorHub {
  private readonly newest = new Map<string, TensorAtStep>();
  private readonly wanted = new Map<string, number>();
  private readonly listeners = new Set<(name: string, at: TensorAtStep) => void>();

  constructor(private readonly run: LiveRun) {
    run.tensors$.subscribe(({ step, tensors }) => {
      for (const tensor of tensors) {
        const at = { step, tensor };
        this.newest.set(tensor.name, at);
        for (const listener of this.listeners) listener(tensor.name, at);
      }
    });
  }

  /**
   * The named tensors: the newest known at once, then each as it comes. Completes with the run; unsubscribing
   * asks the process for no more than others still want.
   */
  watch(names: readonly string[]): Observable<TensorAtStep> {
    return new Observable((subscriber) => {
      const mine = new Set(names);
      const listener = (name: string, at: TensorAtStep): void => {
        if (mine.has(name)) subscriber.next(at);
      };
      this.listeners.add(listener);
      for (const name of mine) {
        const known = this.newest.get(name);
        if (known !== undefined) subscriber.next(known);
      }
      this.count(mine, 1);
      const over = this.run.tensors$.subscribe({ complete: () => subscriber.complete() });
      return () => {
        over.unsubscribe();
        this.listeners.delete(listener);
        this.count(mine, -1);
      };
    });
  }

  private count(names: ReadonlySet<string>, by: 1 | -1): void {
    for (const name of names) {
      const users = (this.wanted.get(name) ?? 0) + by;
      if (users > 0) this.wanted.set(name, users);
      else this.wanted.delete(name);
      // Nobody asks for it anew, so it would grow old here.
      if (users <= 0) this.newest.delete(name);
    }
    this.run.watch([...this.wanted.keys()]);
  }
}
