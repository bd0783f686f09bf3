import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import { NEVER, concat, of } from 'rxjs';
import { resolveRunSpec } from '@grokscope/experiments';
import type { EndedEvent, RunEvent, RunSpec } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import type { TrainingCommand } from '@grokscope/training';
import type { ExecuteRunOptions } from '../run/execute-options.js';
import { executeRun } from '../run/execute-run.js';
import type { ResumeRunOptions } from '../resume/resume-run.js';
import { resumeRun } from '../resume/resume-run.js';
import { trainHere } from '../train/train-here.js';

const RUN_ID = 'small-1';

/** Returns the Right of a result; throws with the Left. */
export function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

/** A spec of a small model; `more` overrides its values. */
export const smallSpec = (more: object = {}): RunSpec =>
  right(
    resolveRunSpec({
      name: 'small',
      task: { kind: 'modularAddition', p: 11 },
      data: { trainFraction: 0.6, split: 'native' },
      model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 24 },
      observe: { metricsEvery: 5, progressEvery: 20, checkpointEvery: 30 },
      ...more,
    }),
  );

/** Runs in one folder, each in a subfolder by its name, trained in this thread. */
export class RunBench {
  private constructor(private readonly root: string) {}

  static async create(): Promise<RunBench> {
    return new RunBench(await mkdtemp(join(tmpdir(), 'grokscope-bench-')));
  }

  close(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }

  readonly runId = RUN_ID;
  dirOf(name: string): string {
    return join(this.root, name);
  }
  folder(name: string): string {
    return join(this.dirOf(name), RUN_ID);
  }

  async run(name: string, spec: RunSpec, more: Partial<ExecuteRunOptions> = {}): Promise<EndedEvent> {
    const options = { runsDir: this.dirOf(name), runId: RUN_ID, engine: 'wasm', threads: 1 } as const;
    return right(await executeRun(spec, { ...options, ...more }, { train: trainHere })());
  }

  tryResume(name: string, more: Partial<ResumeRunOptions> = {}) {
    return resumeRun(RUN_ID, { runsDir: this.dirOf(name), ...more }, { train: trainHere })();
  }

  async resume(name: string, more: Partial<ResumeRunOptions> = {}): Promise<EndedEvent> {
    return right(await this.tryResume(name, more));
  }

  async events(name: string): Promise<readonly RunEvent[]> {
    return right(await right(await openRun(this.dirOf(name), RUN_ID)()).readEvents()());
  }

  async files(name: string): Promise<readonly string[]> {
    return (await readdir(join(this.folder(name), 'checkpoints'))).sort();
  }

  /** The checksum of a checkpoint's weights. */
  async sumOf(name: string, step: number): Promise<string> {
    const bytes = await readFile(this.checkpoint(name, step));
    return createHash('sha256').update(bytes).digest('hex');
  }

  checkpoint(
    name: string,
    step: number,
    kind: '.safetensors' | '.optimizer.safetensors' | '.json' = '.safetensors',
  ) {
    return join(this.folder(name), 'checkpoints', `step-${String(step).padStart(8, '0')}${kind}`);
  }

  /** Deletes a checkpoint with everything that belongs to it, as if the process had died before it. */
  async forget(name: string, step: number): Promise<void> {
    for (const kind of ['.safetensors', '.optimizer.safetensors', '.json'] as const)
      await rm(this.checkpoint(name, step, kind), { force: true });
  }
}

/**
 * Gives these commands before the first step, and ends the run as a signal does, at its rest or measurement at `step`.
 */
export function endingAt(
  step: number,
  commands: readonly TrainingCommand[] = [],
  from = 0,
): Pick<ExecuteRunOptions, 'commands$' | 'signal' | 'onItem'> {
  const abort = new AbortController();
  const rest: TrainingCommand = { command: 'step', n: step - from };
  return {
    commands$: concat(of(...commands, rest), NEVER) as Observable<TrainingCommand>,
    signal: abort.signal,
    onItem: (item) => {
      if (item.type === 'snapshot' && item.step === step) abort.abort();
    },
  };
}
