import type { TaskDescription } from '@grokscope/schema';
import type { TSchema } from 'typebox';
import type { Task } from './forms/task.js';

/** Tasks as lists show them. */
export const describeTasks = (tasks: readonly Task[]): readonly TaskDescription[] =>
  tasks.map(({ kind, teaches, parameters }) => ({
    kind,
    teaches,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, schema]) => [key, describeParameter(schema)]),
    ),
  }));

function describeParameter(schema: TSchema): string {
  const {
    allowed,
    describedAs = allowed,
    default: value,
  } = schema as {
    readonly allowed?: string;
    readonly describedAs?: string;
    readonly default?: unknown;
  };
  // As in a spec: {symmetric: 5}.
  const shown =
    typeof value === 'object'
      ? JSON.stringify(value).replaceAll('"', '').replaceAll(':', ': ')
      : String(value);
  return value === undefined ? String(describedAs) : `${describedAs}; default ${shown}`;
}
