import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../access/limits.js';

/*
 * Texts as long as a request may be, each of a kind that has kept a parser or a decoder busy: wide, deep, with long
 * texts, with thousands of faults.
 */

const list = (entry: (i: number) => string, n: number): string =>
  Array.from({ length: n }, (_, i) => entry(i)).join();

/** As many entries as make a text of about `bytes`. */
const fill = (entry: (i: number) => string, bytes: number): string => {
  const each = entry(99_999).length + 1;
  return list(entry, Math.floor(bytes / each));
};

const spec = '"name":"t","task":{"kind":"modularAddition","p":7},"training":{"steps":1}';

/** Values for the places where a client can put a value. */
const values: Readonly<Record<string, (bytes: number) => string>> = {
  'many texts': (n) => `[${fill((i) => `"W_${i}"`, n)}]`,
  'the same text many times': (n) => `[${fill(() => '"xxx"', n)}]`,
  'many numbers': (n) => `[${fill(() => '1', n)}]`,
  'many keys': (n) => `{${fill((i) => `"k${i}":1`, n)}}`,
  'many objects': (n) => `[${fill(() => '{}', n)}]`,
  'deep lists': (n) => '['.repeat(n / 2) + ']'.repeat(n / 2),
  'deep objects': (n) => '{"a":'.repeat(n / 6) + '1' + '}'.repeat(n / 6),
  'a long text': (n) => `"${'m'.repeat(n)}"`,
  'a text of accents': (n) => `"e${'\u0301'.repeat(n / 2)}"`,
  'a long key': (n) => `{"${'k'.repeat(n)}":1}`,
  'a long number': (n) => `1${'0'.repeat(n)}`,
};

/** Bodies around one of those values. */
const bodies: Readonly<Record<string, (value: string) => string>> = {
  'the whole body': (value) => value,
  'beside the keys of a spec': (value) => `{${spec},"x":${value}}`,
  'as a section': (value) => `{${spec},"optimizer":${value}}`,
  'as names of tensors': (value) => `{${spec},"optimizer":{"decayTensors":${value}}}`,
  'as a name': (value) => `{"task":{"kind":"modularAddition","p":7},"name":${value}}`,
  'as a kind of task': (value) => `{"task":{"kind":${value},"p":7}}`,
  'as a base': (value) => `{"base":${value}}`,
  'as a preset': (value) => `{"preset":${value}}`,
  'as settings': (value) => `{"preset":"quick-grok","set":${value}}`,
  'as the value of a setting': (value) => `{"preset":"quick-grok","set":{"name":${value}}}`,
  'as a setting in words': (value) => `{"preset":"quick-grok","set":[${JSON.stringify(`name=${value}`)}]}`,
  'as the value of a command': (value) => `{"command":"set","path":"optimizer.lr","value":${value}}`,
  'as the path of a command': (value) => `{"command":"set","path":${value},"value":1}`,
  'as a note': (value) => `{"note":${value}}`,
  'as tags': (value) => `{"addTags":${value},"removeTags":${value.length < 1e5 ? value : '[]'}}`,
};

/** Bodies that need a special form to be large. */
const others: Readonly<Record<string, (bytes: number) => string>> = {
  'thousands of settings': (n) => `{"preset":"quick-grok","set":[${fill((i) => `"optimizer.x${i}=1"`, n)}]}`,
  'one setting again and again': (n) =>
    `{"preset":"quick-grok","set":[${fill(() => '"optimizer.lr=1"', n)}]}`,
  'kinds of optimizers in turn': (n) =>
    `{"preset":"quick-grok","set":[${fill((i) => (i % 2 ? `"optimizer.x${i}=1"` : '"optimizer.kind=sgd"'), n)}]}`,
  'a path of many levels': (n) => `{"preset":"quick-grok","set":["${'a.'.repeat(n / 2)}b=1"]}`,
  'unknown keys of every section': (n) =>
    `{${['task', 'data', 'model', 'optimizer', 'training', 'observe']
      .map((key) => `"${key}":{${fill((i) => `"w${i}eightDecay":1`, n / 6)}}`)
      .join()}}`,
  'powers with large exponents': () =>
    `{"task":{"kind":"modularPolynomial","p":500,"expression":"${Array(9).fill('(x^9007199254740991)').join('*')}"},"model":{"dModel":8192,"nHeads":1,"dHead":8192}}`,
  'the largest table': () => '{"task":{"kind":"modularAddition","p":500},"model":{"dModel":1}}',
  'examples that run out': () =>
    '{"task":{"kind":"skipTrigram","length":3,"markers":2,"vocabulary":320},"data":{"trainExamples":100000},"model":{"dModel":1}}',
  'names that are nearly right': () =>
    `{${spec},"model":{"nLayers":16,"normalization":"layerNorm"},"optimizer":{"decayTensors":[${list((i) => `"blocks.${i % 16}.attn.W_${i}xxxxxxxx"`, 1000)}]}}`,
};

export interface LargeRequest {
  readonly name: string;
  readonly body: string;
}

/** The requests of every kind, of `bytes` and less. */
export function largeRequests(bytes = MAX_BODY_BYTES - 1000): readonly LargeRequest[] {
  // Also at a tenth of the size: an input refused only for its size at the limit is read and decoded there.
  const around = Object.entries(bodies).flatMap(([place, body], i) =>
    Object.entries(values).map(([what, value], j) => {
      const size = (i + j) % 2 === 0 ? bytes : bytes / 10;
      const name = `${what} ${place}, ${Math.round(size / 1024)} KiB`;
      return { name, body: body(value(Math.floor(size) - 200)) };
    }),
  );
  const own = [bytes, bytes / 30].flatMap((size) =>
    Object.entries(others).map(([what, body]) => ({
      name: `${what}, ${Math.round(size / 1024)} KiB`,
      body: body(Math.floor(size) - 200),
    })),
  );
  const seeded = fc
    .sample(fc.jsonValue({ maxDepth: 5, noUnicodeString: true }), { seed: 35, numRuns: 40 })
    .map((value, i) => {
      const one = JSON.stringify(value);
      const key = ['task', 'data', 'model', 'optimizer', 'set', 'note'][i % 6]!;
      return {
        name: `random JSON ${i}`,
        body: `{"preset":"quick-grok","${key}":[${fill(() => one, bytes / [1, 10, 100][i % 3]!)}]}`,
      };
    });
  return [...around, ...own, ...seeded].filter(({ body }) => Buffer.byteLength(body) <= bytes + 1000);
}
