import type { KeyRule } from '../waves/key-frequencies.js';

/** A rule for key frequencies that a network or task does not have: which one, and those it has. */
export class KeyRuleNotAdmitted extends Error {
  readonly _tag = 'KeyRuleNotAdmitted';

  constructor(
    readonly rule: KeyRule,
    readonly admitted: readonly KeyRule[],
  ) {
    const instead = admitted.length > 0 ? `it has ${admitted.join(', ')}` : 'it has none';
    super(`this network and task do not have the key rule ${rule}; ${instead}`);
    this.name = 'KeyRuleNotAdmitted';
  }
}

/** A measure that is asked for by name and is not to be had of these weights. */
export class MeasureNotAdmitted extends Error {
  override readonly name = 'MeasureNotAdmitted';
  constructor(
    readonly measure: string,
    message: string,
  ) {
    super(message);
  }
}
