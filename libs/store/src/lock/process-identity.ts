import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../errors.js';

/*
 * Which process a pid means. A pid alone names a process only within its pid namespace, until that one ends and the
 * number is used again; Linux tells more in /proc, and elsewhere the pid has to do.
 */

/**
 * The boot of the kernel and the pid namespace in which this process has its pid; undefined where the system does not
 * say. Two containers may have one host name: a pid of one means nothing in the other.
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

/** Whether a process of this namespace runs: one that has ended and waits for its parent does not. */
export function isRunning(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it is there, but another user's.
    if (errorCode(thrown) !== 'EPERM') return false;
  }
  const found = statOf(pid);
  if (found === undefined) return true;
  return !/^[ZXx]$/.test(found.state) && (start === undefined || found.start === start);
}

/** When a process started, in the kernel's own unit; undefined where the system does not say. */
export const processStart = (pid: number): string | undefined => statOf(pid)?.start;

/** Fields 3 and 22 of Linux's /proc/PID/stat: the state, and the start time in clock ticks since boot. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch {
    return undefined;
  }
}
