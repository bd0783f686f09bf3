import { Observable } from 'rxjs';
import type { RunWriter } from '@grokscope/store';
import { clearControl, takeCommands } from '@grokscope/store';
import type { TrainingCommand } from '@grokscope/training';
import { admitCommand, refusedCommand } from '@grokscope/training';

const LOOK_EVERY_MS = 250;

/**
 * Emits the commands that others write into a run's folder, as they arrive, and a refusal for each file that holds no
 * command. Files written before the subscription are deleted. A writer that has lost the run takes none: they belong to
 * its successor. Never completes; a look that fails (because the disk is unavailable, for example) is followed by
 * another.
 */
export function controlCommands(writer: Pick<RunWriter, 'folder' | 'isHeld'>): Observable<TrainingCommand> {
  const { folder } = writer;
  return new Observable((subscriber) => {
    let timer: NodeJS.Timeout | undefined;
    const look = async (): Promise<void> => {
      if (subscriber.closed) return;
      const commands = (await writer.isHeld()) ? await takeCommands(folder).catch(() => []) : [];
      for (const left of commands) {
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
