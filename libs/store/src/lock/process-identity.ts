import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../errors.js';

/*
 * Identifies the process behind a pid. A pid identifies a process only within its pid namespace, and only until the
 * process ends and the number is reused. Linux provides more in /proc; elsewhere the pid must suffice.
 */

/**
 * The boot of the kernel and the pid namespace in which this process has its pid; undefined if the system does not
 * report them. Two containers may have one host name: a pid of one is meaningless in the other.
 */
export const pidNamespace: string | undefined = namespaceOfThisProcess();

function namespaceOfThisProcess(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Whether a process of this namespace is running; one that has ended and waits for its parent is not. */
export function isRunning(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: the process exists, but belongs to another user.
    if (errorCode(thrown) !== 'EPERM') return false;
  }
  const found = statOf(pid);
  if (found === undefined) return true;
  return !/^[ZXx]$/.test(found.state) && (start === undefined || found.start === start);
}

/** When a process started, in the kernel's own unit; undefined if the system does not report it. */
export const processStart = (pid: number): string | undefined => statOf(pid)?.start;

/** Fields 3 and 22 of Linux's /proc/PID/stat: the state, and the start time in clock ticks since boot. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch {
    return undefined;
  }
}
