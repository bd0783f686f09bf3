import type { ConformanceCase } from './conformance.js';
import { contractCases } from './contract-cases.js';
import { lossCases } from './loss-cases.js';
import { opCases } from './op-cases.js';

export { differingNames, largestDifference } from './compare.js';
export { entryError, functionCase, normError } from './conformance.js';
export type { ConformanceCase, Draw, ErrorMeasure, FunctionCase } from './conformance.js';

/** The checks that every engine must pass; free of any test framework, so that a browser page can run them too. */
export const conformanceCases: readonly ConformanceCase[] = [...opCases, ...lossCases, ...contractCases];
