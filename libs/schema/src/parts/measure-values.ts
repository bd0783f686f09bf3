/**
 * The values that `progress` events hold, by the measure's name. No structured measure is declared here: a list of
 * measures adds its values (`declare module '@grokscope/schema'`), so that events are typed exactly and this room knows
 * no measure.
 */
export interface MeasureValues {
  /** Measures that are one number, by name; null if it is not finite. */
  readonly measures: Readonly<Record<string, number | null>>;
}
