import type { RunSpec } from '../spec/run-spec.js';
import { valueAt } from '../spec/apply-set.js';
import { formatValue } from '../decoding/errors.js';
import { isPlainObject } from '../decoding/plain.js';
import type { Catalogue } from '../parts/catalogue.js';
import type { WantedSetting } from '../spec/spec-query.js';
import { hasSettings } from '../spec/spec-query.js';

/*
 * What shaped a run beside its spec. Two runs of one spec are not the same run where one started from other weights or
 * had its weight decay changed half way; code that compares, filters, tabulates or draws runs must read this record,
 * not the spec alone.
 */

/** A setting that changed while the run was made. */
export interface SettingChange {
  /** The step from which the new value holds. */
  readonly step: number;
  /** As `--set` takes it: `optimizer.weightDecay`. */
  readonly path: string;
  readonly value: unknown;
}

/** Everything that shaped a run. */
export interface Provenance {
  readonly spec: RunSpec;
  /**
   * SHA-256 of the weights the run started from (or their file, if no checksum was kept); null: its own initial
   * weights.
   */
  readonly initialWeights: string | null;
  /** False if the plain graph was computed, without exact rewrites. */
  readonly rewrites: boolean;
  /** The engine that computed it; null until it has started. */
  readonly engine: string | null;
  readonly threads: number | null;
  /** In the order of their steps. */
  readonly changes: readonly SettingChange[];
}

/** The value of a setting that changed during the run. */
export interface ChangedValue {
  readonly initially: unknown;
  readonly changes: readonly { readonly step: number; readonly value: unknown }[];
}

/** One setting in which runs differ: its value in each, a `ChangedValue` where it changed, undefined where one has none. */
export interface SettingDifference {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Number of checksum characters that distinguish weights. */
const SHOWN_SUM = 12;
/** The total of steps may be raised when a run continues; the steps made before are unaffected. */
const STEPS = 'training.steps';

/**
 * `changes` after one more. A change at an earlier step than one already known replaces it: the run was resumed from
 * before it, so later changes of the previous attempt never took effect.
 */
export function addChange(
  changes: readonly SettingChange[],
  change: SettingChange,
): readonly SettingChange[] {
  const kept = changes.filter(({ path, step }) => path !== change.path || step < change.step);
  return [...kept, change].sort((a, b) => a.step - b.step);
}

/** Every setting of a run by its path, in the order of the spec; settings that are not part of the spec come last. */
export function settingsOf(provenance: Provenance): ReadonlyMap<string, unknown> {
  const { spec, initialWeights, rewrites, engine, threads } = provenance;
  const settings = new Map<string, unknown>(leaves(spec, ''));
  for (const [path, value] of changedSettings(provenance)) settings.set(path, value);
  settings.set('initialWeights', initialWeights ?? undefined);
  settings.set('rewrites', rewrites);
  settings.set('engine', engine ?? undefined);
  settings.set('threads', threads ?? undefined);
  return settings;
}

/** The settings that are not the same in all of `runs`, ordered by the first run that has them. */
export const settingDifferences = (runs: readonly Provenance[]): readonly SettingDifference[] =>
  differences(runs.map(settingsOf));

/** The settings that are not the same in all of `specs`, leaving aside everything else that shaped their runs. */
export const specDifferences = (specs: readonly RunSpec[]): readonly SettingDifference[] =>
  differences(specs.map((spec) => new Map(leaves(spec, ''))));

function differences(settings: readonly ReadonlyMap<string, unknown>[]): readonly SettingDifference[] {
  const paths = new Set(settings.flatMap((one) => [...one.keys()]));
  return [...paths].flatMap((path) => {
    const values = settings.map((one) => one.get(path));
    const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
    return isSame ? [] : [{ path, values }];
  });
}

/**
 * Whether a run had each of these settings throughout. A setting that changed during the run counts as having neither
 * value; for `training.steps` the last one counts.
 */
export function hadSettings(
  provenance: Provenance,
  wanted: readonly WantedSetting[],
  catalogue: Catalogue,
): boolean {
  const changed = changedSettings(provenance);
  return !wanted.some(({ path }) => changed.has(path)) && hasSettings(provenance.spec, wanted, catalogue);
}

/** Whether the run is determined by its spec alone: its own initial weights, no setting changed. */
export function isAsSpecified(provenance: Pick<Provenance, 'spec' | 'initialWeights' | 'changes'>): boolean {
  return provenance.initialWeights === null && changedSettings(provenance).size === 0;
}

/** `optimizer.weightDecay=0 at step 500`, one after another; empty if nothing changed. */
export function describeChanges(changes: readonly SettingChange[]): string {
  return changes
    .map(({ path, value, step }) => `${path}=${JSON.stringify(value)} at step ${step}`)
    .join(', ');
}

/** A value of `settingsOf` in words: `1, then 0 from step 500`; `–` where there is none. */
export function formatSetting(path: string, value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (isChangedValue(value)) {
    const then = value.changes.map((one) => `then ${formatValue(one.value)} from step ${one.step}`);
    return [formatValue(value.initially), ...then].join(', ');
  }
  return path === 'initialWeights' && typeof value === 'string'
    ? value.slice(0, SHOWN_SUM)
    : formatValue(value);
}

/** The settings that changed, without changes to the value already in effect. */
function changedSettings({ spec, changes }: Pick<Provenance, 'spec' | 'changes'>): Map<string, ChangedValue> {
  const changed = new Map<string, ChangedValue>();
  for (const { step, path, value } of changes) {
    if (path === STEPS) continue;
    const known = changed.get(path) ?? { initially: valueAt(spec, path), changes: [] };
    const before = known.changes.length === 0 ? known.initially : known.changes.at(-1)!.value;
    if (JSON.stringify(before) === JSON.stringify(value)) continue;
    changed.set(path, { ...known, changes: [...known.changes, { step, value }] });
  }
  return changed;
}

/** Whether a value of `settingsOf` is that of a setting that changed. */
export function isChangedValue(value: unknown): value is ChangedValue {
  return isPlainObject(value) && 'initially' in value && Array.isArray(value['changes']);
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (!isPlainObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
