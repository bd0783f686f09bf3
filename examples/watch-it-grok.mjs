// A network learns addition modulo 113: first by heart, then with understanding. Takes about half a minute.
// Run it with: node examples/watch-it-grok.mjs
import { metrics, preset, train, untilGeneralized } from 'grokscope';

const percent = (share) => `${(100 * share).toFixed(1)} %`;

train(preset('quick-grok'), { engine: 'auto' })
  .pipe(untilGeneralized({ accuracy: 0.99 }), metrics())
  .subscribe(({ step, trainAccuracy, testAccuracy }) =>
    console.log(
      `step ${step}: knows ${percent(trainAccuracy)} of its pairs, ${percent(testAccuracy)} of the others`,
    ),
  );
