/**
 * What `progress` events hold by each measure's name. Empty of structured measures here: a list of measures adds their
 * values (`declare module '@grokscope/schema'`), so that events are typed exactly and this room knows no measure.
 */
export interface MeasureValues {
  /** Measures that are one number, by name; null where it is not finite. */
  readonly measures: Readonly<Record<string, number | null>>;
}
