/**
 * Why an engine refused a request: what was requested and what is possible. `unavailable` and `lost` are facts about
 * the machine.
 */
export class EngineError extends Error {
  constructor(
    readonly _tag:
      'Unavailable' | 'UnknownName' | 'WrongSize' | 'OutOfRange' | 'Unsupported' | 'OutOfMemory' | 'Lost',
    message: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}
