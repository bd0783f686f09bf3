#!/usr/bin/env node
// The command `grokscope`, committed so that npm can link it before anything is built: builds what is missing,
// then becomes the command. All it says itself goes to standard error; standard output belongs to the command.
import { existsSync } from 'node:fs';
import process from 'node:process';

const entry = new URL('../build/main.js', import.meta.url);
const builder = new URL('../../../tools/build.mjs', import.meta.url);

// Absent where only the built packages were installed; then there is nothing to build from either.
if (existsSync(builder)) {
  const { buildAll } = await import(builder.href);
  try {
    await buildAll();
  } catch (error) {
    process.stderr.write(`grokscope: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
await import(entry.href);
