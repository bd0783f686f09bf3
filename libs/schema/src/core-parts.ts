import { Check } from 'typebox/value';
import type { Catalogue, OptimizerPart } from './catalogue.js';
import { closed, numberFrom, withDefault } from './fields.js';
import { transformer } from './transformer.js';
import { adamParameters, belowOne } from './optimizer-rules.js';
import type { PlainObject } from './plain.js';
import { own } from './plain.js';

/* What a decoder knows of the built-in parts other than tasks. */

const sgd: OptimizerPart = {
  kind: 'sgd',
  parameters: { momentum: belowOne },
  defaults: () => ({ momentum: 0 }),
};

/** Learning rate of Muon's other tensors where the spec is silent: the mainline's. */
const REST_LR = 0.001;

const muon: OptimizerPart = {
  kind: 'muon',
  parameters: { momentum: belowOne, adamW: closed(adamParameters) },
  defaults: (section) => ({ momentum: 0.95, adamW: { lr: REST_LR, ...soundKeys(section) } }),
};

/** What Muon's other tensors take over from the section, if it is right: else only its own place says that it is not. */
const soundKeys = (section: PlainObject): PlainObject =>
  Object.fromEntries(
    (['betas', 'eps', 'weightDecay'] as const).map((key) => {
      const value = own(section, key);
      return [key, Check(adamParameters[key], value) ? value : STAND_INS[key]];
    }),
  );

const STAND_INS = { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1 };

/** The built-in parts that are no tasks. */
export const coreParts: Omit<Catalogue, 'tasks'> = {
  model: transformer,
  activations: [{ kind: 'relu' }, { kind: 'gelu' }],
  optimizers: [{ kind: 'adamW' }, { kind: 'adam' }, sgd, muon],
  gradientFilters: [
    {
      kind: 'grokfastEma',
      /** Source: Lee et al., Grokfast (arXiv:2405.20233), the EMA filter's defaults in its code. */
      parameters: { alpha: withDefault(belowOne, 0.98), lambda: withDefault(numberFrom(0), 2) },
    },
  ],
  losses: [{ kind: 'crossEntropy' }, { kind: 'stableMax' }],
};

/** A catalogue for whoever keeps or shows runs: any task, whether or not its code is here. */
export const anyTaskCatalogue: Catalogue = { ...coreParts, tasks: 'any' };
