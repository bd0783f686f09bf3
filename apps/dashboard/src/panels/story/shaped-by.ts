import type { CommandEvent, SettingChange } from '@grokscope/schema';
import { addChange, describeChanges } from '@grokscope/schema';
import type { RunOrigin } from '../../connection/api.js';

/** Number of checksum characters that distinguish weights. */
const SHOWN_SUM = 12;

/** The rows of the recipe for what shaped the run besides its spec; none for a run that its spec determines. */
export const shapedRows = (
  interventions: readonly CommandEvent[],
  origin: RunOrigin | null,
): readonly (readonly [string, string])[] => {
  const changes = interventions.reduce<readonly SettingChange[]>(
    (known, { step, path, value }) => (path === undefined ? known : addChange(known, { step, path, value })),
    [],
  );
  const weights = origin?.initialWeights ?? null;
  return [
    ...(weights === null ? [] : [['Started from', `other weights, ${weights.slice(0, SHOWN_SUM)}`] as const]),
    ...(changes.length === 0 ? [] : [['Changed', describeChanges(changes)] as const]),
    ...(origin?.rewrites === false ? [['Graph', 'plain, without the exact rewrites'] as const] : []),
  ];
};
