import { shortened } from '@grokscope/base';
import { commanders, decodeRunCommand, formatSpecErrors, type Commander } from '@grokscope/schema';
import type { RefusedCommand, TrainingCommand } from '../item.js';

const MAX_NAME = 40;
const MAX_MESSAGE = 1000;

/**
 * Decodes a command. Code that forwards commands calls this first, so that only valid commands are forwarded and a
 * wrong one is merely refused. `by` names the sender if the command does not.
 */
export function admitCommand(input: unknown, by?: Commander): TrainingCommand {
  const given = nameOf(input);
  if (given === 'interrupt') return { command: 'interrupt' };
  if (given === 'refused' && isRefused(input)) {
    return refusedCommand(input.given, input.message, commanders.includes(input.by!) ? input.by : by);
  }
  const decoded = decodeRunCommand(input);
  if (decoded._tag === 'Left') return refusedCommand(given, formatSpecErrors(decoded.left), by);
  return { ...(by === undefined ? {} : { by }), ...decoded.right };
}

/** A command to be refused by the run it was meant for. */
export function refusedCommand(given: string, message: string, by?: Commander): RefusedCommand {
  const short = { given: shortened(given, MAX_NAME), message: shortened(message, MAX_MESSAGE) };
  return { command: 'refused', ...short, ...(by === undefined ? {} : { by }) };
}

function nameOf(input: unknown): string {
  const name = typeof input === 'object' && input !== null ? (input as { command?: unknown }).command : input;
  return typeof name === 'string' ? name : '';
}

function isRefused(input: unknown): input is RefusedCommand {
  const { given, message } = input as Partial<Record<keyof RefusedCommand, unknown>>;
  return typeof given === 'string' && typeof message === 'string';
}
