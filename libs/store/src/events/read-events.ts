import type { RunEvent } from '@grokscope/schema';
import { EventCursor } from './event-cursor.js';
import { parseEventLine } from './event-lines.js';

/** How much of a file is held at a time. */
const PAGE_BYTES = 1 << 20;

/**
 * The events from the cursor's position on, page by page, up to the end of what is written; those up to `since` are
 * skipped unparsed. Throws `MalformedLine` after the events before that line, or the file system's error.
 */
export async function* eventPages(
  cursor: EventCursor,
  since = -1,
): AsyncGenerator<readonly RunEvent[], void> {
  for (;;) {
    const lines = await cursor.next(PAGE_BYTES);
    if (lines.length === 0) return;
    const events: RunEvent[] = [];
    for (const line of lines) {
      if (line.seq <= since) continue;
      try {
        events.push(parseEventLine(line));
      } catch (thrown) {
        yield events;
        throw thrown;
      }
    }
    yield events;
  }
}

/** Every event of the run in `folder` after `since`; a torn last line is left out. Throws as `eventPages` does. */
export async function readEventsAfter(folder: string, since: number): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const page of eventPages(new EventCursor(folder), since)) {
    for (const event of page) events.push(event);
  }
  return events;
}
