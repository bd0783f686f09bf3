/** Why a process is asked to end: Ctrl-C, a kill signal, a closed terminal, or the loss of its parent. */
export type EndingReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'parentGone';

/** How to end: finish in good order, leave at once, or continue what is already under way. */
export type EndingAnswer = 'end' | 'leave' | 'wait';

/**
 * Decides what each reason to end means: the first one ends the process in good order, and a second Ctrl-C or kill
 * makes it leave at once.
 *
 * A hang-up or the loss of the parent never counts as the second. When a whole group of processes is ended (a closed
 * terminal, a service manager's stop), they arrive together with a kill, and the kernel delivers pending signals in any
 * order.
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
