import type { RunCommand, RunEvent } from '@grokscope/schema';
import { decodeRunCommand } from '@grokscope/schema';

/** The commands that wait for their step, after one more event of the run. */
export function afterEvent(waiting: readonly RunCommand[], event: RunEvent): readonly RunCommand[] {
  if (event.type === 'commandAnswer' && event.answer === 'scheduled') {
    const { command, n, path, value, at, by } = event;
    const given = JSON.parse(JSON.stringify({ command, n, path, value, at, by })) as unknown;
    const decoded = decodeRunCommand(given);
    return decoded._tag === 'Right' ? [...waiting, decoded.right] : waiting;
  }
  if (event.type !== 'command' && event.type !== 'commandAnswer') return waiting;
  const done = waiting.findIndex(
    (other) =>
      other.at === event.at &&
      other.command === event.command &&
      ('path' in other ? other.path : undefined) === event.path,
  );
  return done === -1 ? waiting : waiting.filter((_, i) => i !== done);
}
