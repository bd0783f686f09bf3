import { analysisMeasures } from '@grokscope/interpret';
import { describe, expect, it } from 'vitest';
import type { Output } from '../output.js';
import { measuresCommand } from './measures.js';

async function printed(options: { readonly json?: true }): Promise<string> {
  let text = '';
  const output = { out: (more: string) => (text += more), err: () => undefined } as unknown as Output;
  await measuresCommand(options, output);
  return text;
}

describe('the list of measures', () => {
  it('has every measure, with when it is computed and for which tasks', async () => {
    const list = JSON.parse(await printed({ json: true })) as readonly {
      readonly name: string;
      readonly when: string;
      readonly admitted: Readonly<Record<string, readonly string[]>>;
    }[];
    expect(list.map(({ name }) => name)).toEqual(analysisMeasures.map(({ name }) => name));
    const of = (name: string) => list.find((measure) => measure.name === name)!;
    expect(of('softmaxCollapse').when).toBe('live');
    expect(of('effectiveRank').when).toBe('byName');
    expect(of('gradientNorm').when).toBe('byName');
    expect(of('neurons').when).toBe('byName');
    expect(of('spectra').when).toBe('saved');
    expect(of('llc').when).toBe('savedByName');
    expect(of('keyFrequencies').admitted['transformer']).toContain('modularAddition');
    expect(of('keyFrequencies').admitted['transformer']).not.toContain('rot13');
    expect(of('headScores').admitted['transformer']).toContain('rot13');
    expect(of('attentionEntropy').admitted).toMatchObject({ mlp: [] });
    expect(of('neurons').admitted['mlp']).toContain('modularAddition');
  });

  it('says in words what each is', async () => {
    const text = await printed({});
    expect(text).toContain('gradientNorm: Gradient norm\n');
    expect(text).toMatch(/when: +in runs that name it in observe\.measures\n/);
    expect(text).toMatch(/unit: +a pure number, from 0 to 1\n/);
    expect(text).toMatch(/mlp: +no task\n/);
  });
});
