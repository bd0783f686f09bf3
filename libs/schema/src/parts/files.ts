import type { TSchema } from 'typebox';
import { define, isPlainObject, own, type PlainObject } from '../decoding/plain.js';
import type { TaskSpec } from './task-spec.js';
import type { Catalogue, TaskPart } from './catalogue.js';
import type { Files } from './file-contents.js';

/*
 * Specs that name files. Examples are made by pure functions: who starts a run reads the files that its spec names
 * (`filesOf`) and hands their contents on with the catalogue (`Catalogue.files`).
 */

/** None. */
export const noFiles: Files = new Map();

/** A file that a spec names. */
export interface NamedFile {
  /** The place in the spec: `task.file`. */
  readonly path: string;
  /** What stands there. */
  readonly file: string;
}

/** Files of every task that a spec may name beside those of its task. */
const DATA_FILES = ['splitFile'];

const isFile = (schema: TSchema): boolean => (schema as { readonly file?: unknown }).file === true;

const fileKeysOf = ({ parameters }: TaskPart): string[] =>
  Object.keys(parameters).filter((key) => isFile(parameters[key]!));

/** The keys of a task of this kind that name files; without a kind, or one that is not known, those of any. */
function fileKeys(kind: unknown, { tasks }: Pick<Catalogue, 'tasks'>): readonly string[] {
  if (tasks === 'any') return [];
  const part = tasks.find((task) => task.kind === kind);
  return part ? fileKeysOf(part) : [...new Set(tasks.flatMap(fileKeysOf))];
}

/** The files that a spec reads, in the order of their places; each place once. */
export function filesOf(
  { task, data }: { readonly task: TaskSpec; readonly data: object },
  catalogue: Pick<Catalogue, 'tasks'>,
): readonly NamedFile[] {
  const found: NamedFile[] = [];
  mapFiles({ task, data }, catalogue, (file, path) => {
    found.push({ path, file });
    return file;
  });
  return found;
}

/** A spec as a user wrote it, whole or in part, with every file that it names replaced by what `change` returns. */
export function mapFiles(
  input: unknown,
  catalogue: Pick<Catalogue, 'tasks'>,
  change: (file: string, path: string) => string,
): unknown {
  if (!isPlainObject(input)) return input;
  const task = own(input, 'task');
  const keys: Readonly<Record<string, readonly string[]>> = {
    task: isPlainObject(task) ? fileKeys(own(task, 'kind'), catalogue) : [],
    data: DATA_FILES,
  };
  return Object.entries(keys).reduce<PlainObject>(
    (spec, [section, names]) => inSection(spec, section, names, change),
    input,
  );
}

function inSection(
  spec: PlainObject,
  section: string,
  keys: readonly string[],
  change: (file: string, path: string) => string,
): PlainObject {
  const values = own(spec, section);
  if (!isPlainObject(values)) return spec;
  const changed: Record<string, unknown> = {};
  for (const key of keys) {
    const file = own(values, key);
    if (typeof file === 'string' && file !== '') define(changed, key, change(file, `${section}.${key}`));
  }
  return Object.keys(changed).length === 0 ? spec : { ...spec, [section]: { ...values, ...changed } };
}

/** Whether a place of a spec, `task.file`, names a file, of whatever kind its task is. */
export const isFilePlace = (place: string, catalogue: Pick<Catalogue, 'tasks'>): boolean => {
  const [section, key, ...more] = place.split('.');
  if (key === undefined || more.length > 0) return false;
  return section === 'data'
    ? DATA_FILES.includes(key)
    : section === 'task' && fileKeys(undefined, catalogue).includes(key);
};
