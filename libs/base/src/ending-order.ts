/** Why a process is to end: Ctrl-C, a polite kill, a closed terminal, or a parent that is gone. */
export type EndingReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'parentGone';

/** What to do about it: end in good order, leave at once, or nothing more than is being done. */
export type EndingAnswer = 'end' | 'leave' | 'wait';

/**
 * Decides what each reason to end means: the first ends the process in good order, a second Ctrl-C or kill makes it
 * leave at once.
 *
 * A hang-up and the loss of the parent are never the second. Where a whole group of processes is ended (a closed
 * terminal, a service manager's stop), they come beside a kill, and the kernel delivers pending signals in any order.
 */
export function endingOrder(): (reason: EndingReason) => EndingAnswer {
  let isEnding = false;
  let wasKilled = false;
  return (reason) => {
    const isKill = reason === 'SIGINT' || reason === 'SIGTERM';
    if (isKill && wasKilled) return 'leave';
    wasKilled ||= isKill;
    if (isEnding) return 'wait';
    isEnding = true;
    return 'end';
  };
}
