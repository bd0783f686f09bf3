import { Observable } from 'rxjs';
import { clearControl, takeCommands } from '@grokscope/store';
import type { TrainingCommand } from '@grokscope/training';
import { admitCommand, refusedCommand } from '@grokscope/training';

const LOOK_EVERY_MS = 250;

/**
 * The commands that others leave in a run's folder, as they come, and a refusal for each file that holds none; those left
 * before it began are dropped. Never completes; a look that fails (a disk that is away) is followed by another.
 */
export function controlCommands(folder: string): Observable<TrainingCommand> {
  return new Observable((subscriber) => {
    let timer: NodeJS.Timeout | undefined;
    const look = async (): Promise<void> => {
      if (subscriber.closed) return;
      for (const left of await takeCommands(folder).catch(() => [])) {
        subscriber.next(
          'value' in left
            ? admitCommand(left.value, 'code')
            : refusedCommand('', `control/${left.name} ${left.problem}`),
        );
      }
      if (!subscriber.closed) timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
    };
    void clearControl(folder)
      .catch(() => undefined)
      .then(look);
    return () => clearTimeout(timer);
  });
}
