import { mkdtempSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { undocumented } from './lib/docstrings.mjs';
import { fromRoot } from './lib/workspace.mjs';

describe('the public exports of the libraries', () => {
  it.each(readdirSync(fromRoot('libs')))('of %s have docstrings', (lib) => {
    const entries = ['src/index.ts', 'src/testing/index.ts'].map((entry) => fromRoot('libs', lib, entry));
    const missing = entries.filter((entry) => existsSync(entry)).flatMap((entry) => undocumented(entry));
    expect(missing.map(({ file, name }) => `${path.relative(fromRoot(), file)}: ${name}`)).toEqual([]);
  });
});

describe('an export without a docstring', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'docstrings-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is found where it is declared, behind names, stars and namespaces', () => {
    const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
    write(
      'a.ts',
      '/** One. */\nexport const one = 1;\n// two\nexport const two = 2;\nexport type Three = 3;',
    );
    write('b.ts', "export { two as zwei } from './a.js';\nexport function four() {}");
    write(
      'c.ts',
      '/** Five. */\nexport function five(a: string): void;\nexport function five(a: number): void {}',
    );
    write(
      'index.ts',
      "export { one } from './a.js';\nexport { zwei } from './b.js';\nexport * from './c.js';\nexport * as b from './b.js';\nexport type { Three } from './a.js';",
    );
    const found = undocumented(path.join(folder, 'index.ts'));
    expect(found.map(({ file, name }) => `${path.basename(file)} ${name}`).sort()).toEqual(
      ['a.ts Three', 'a.ts two', 'b.ts four', 'index.ts b'].sort(),
    );
  });
});
