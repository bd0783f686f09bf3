import { Observable } from 'rxjs';
import type { RunCommand } from '@grokscope/schema';
import { clearControl, takeCommands } from '@grokscope/store';

const LOOK_EVERY_MS = 250;

/**
 * The commands that others leave in a run's folder, as they come; those left before it began are dropped. Never
 * completes; a look that fails (a disk that is away) is followed by another.
 */
export function controlCommands(folder: string): Observable<RunCommand> {
  return new Observable((subscriber) => {
    let timer: NodeJS.Timeout | undefined;
    const look = async (): Promise<void> => {
      const commands = await takeCommands(folder).catch(() => []);
      for (const command of commands) subscriber.next(command);
      if (!subscriber.closed) timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
    };
    void clearControl(folder)
      .catch(() => undefined)
      .then(look);
    return () => clearTimeout(timer);
  });
}
