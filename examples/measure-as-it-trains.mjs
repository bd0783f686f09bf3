// A custom measure beside the built-in ones, while a network learns addition modulo 23.
// Run it with: node examples/measure-as-it-trains.mjs
import { everySteps, measureOf, progressMeasures, train } from 'grokscope';

/** @type {import('grokscope').Measure<number>} */
const largestWeight = {
  name: 'largestWeight',
  title: 'Largest weight',
  formula: 'max |w|, over all weights w',
  unit: '1',
  range: [0, null],
  needs: [],
  of: ({ weights }) =>
    weights.reduce((most, { data }) => data.reduce((max, w) => Math.max(max, Math.abs(w)), most), 0),
};

const spec = { task: { kind: 'modularAddition', p: 23 }, training: { steps: 200 } };

train(spec, { snapshotEvery: 50 })
  .pipe(progressMeasures(everySteps(50), [largestWeight]), measureOf('largestWeight'))
  .subscribe(({ step, value }) => console.log(`step ${step}: largest weight ${value.toFixed(3)}`));
