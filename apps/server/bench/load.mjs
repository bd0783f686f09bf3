// Load tests of the server: `node apps/server/bench/load.mjs [--only=fanOut,watchers,reconnects,fuzz] [--messages=N]
// [--json]`. Everything is real: the server, its run and the clients are separate processes. Build first (`npm run
// build`).
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fanOut } from './fan-out.mjs';
import { fuzz } from './fuzz.mjs';
import { reconnects } from './reconnects.mjs';
import { watchers } from './watchers.mjs';

const measurements = { fanOut, watchers, reconnects, fuzz };
const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean' }, messages: { type: 'string' } },
});
const names = values.only?.split(',') ?? Object.keys(measurements);
const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version },
};
for (const name of names) {
  if (!Object.hasOwn(measurements, name))
    throw new Error(`no measurement "${name}": ${Object.keys(measurements)}`);
  process.stderr.write(`${name} …\n`);
  results[name] = await measurements[name]({ messages: Number(values.messages ?? 10_000) });
  process.stderr.write(`${JSON.stringify(results[name], null, 2)}\n`);
}
process.stdout.write(`${JSON.stringify(results, null, values.json ? 0 : 2)}\n`);
