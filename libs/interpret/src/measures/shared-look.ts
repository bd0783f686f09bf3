import type { NamedTensor } from '@grokscope/model';
import { strongFrequencies } from '../waves/key-frequencies.js';
import { logitFit } from '../waves/logit-fit.js';
import type { GroupLogits } from '../waves/logit-waves.js';
import { logitWaves } from '../waves/logit-waves.js';
import type { SplitMeans } from '../network/loss.js';
import type { Network } from '../network/network.js';
import { embeddingName, networkOf } from '../network/network.js';
import { neuronActivation, neuronsOfGroup } from '../network/group-neurons.js';
import type { NeuronFrequencies } from '../network/neurons.js';
import type { Reals } from '../numerics/numbers.js';
import { embeddingComponents, neuronLogitComponents, neuronLogitMap } from '../analyze/weights.js';
import type { KeyedLogits, KeyFrequencies, Look, SavedWeights, Spectra, Subject } from './measure.js';

/** The inputs of a look that differ between following a run and analysing weights. */
export interface LookSource {
  readonly logits?: Reals;
  readonly activations?: Readonly<Record<string, Reals>>;
  readonly gradients?: readonly NamedTensor[];
  readonly answers?: () => { readonly loss: SplitMeans; readonly accuracy: SplitMeans };
  /** Whether the network has a neuron–logit map. */
  readonly hasMap: boolean;
  /** Which of the frequencies that a spectrum marks are key; undefined if none are to be reported. */
  readonly keysOf: (spectra: Spectra, neurons?: NeuronFrequencies) => KeyFrequencies | undefined;
  /** The logits over the pairs of the group, in its order. */
  readonly groupLogits?: () => GroupLogits;
  readonly neurons?: NeuronFrequencies;
  readonly saved?: SavedWeights;
  readonly step?: number;
  readonly before?: Look['before'];
}

/** A look at weights, in which each part is computed once, on first use by a measure. */
export class SharedLook implements Look {
  readonly model: Subject['model'];
  readonly dataset: Subject['dataset'];
  readonly pairs?: NonNullable<Subject['pairs']>;
  readonly logits?: Reals;
  readonly gradients?: readonly NamedTensor[];
  readonly saved?: SavedWeights;
  readonly step?: number;
  readonly before?: NonNullable<Look['before']>;
  readonly #network: Network;
  readonly #source: LookSource;
  readonly #parts = new Map<string, unknown>();

  constructor(
    { model, dataset, pairs }: Subject,
    readonly weights: readonly NamedTensor[],
    source: LookSource,
  ) {
    this.model = model;
    this.dataset = dataset;
    if (pairs) this.pairs = pairs;
    if (source.logits) this.logits = source.logits;
    if (source.gradients) this.gradients = source.gradients;
    if (source.saved) this.saved = source.saved;
    if (source.step !== undefined) this.step = source.step;
    if (source.before) this.before = source.before;
    this.#network = networkOf(model, weights);
    this.#source = source;
  }

  readonly weight = (name: string): Float64Array => this.#network.weight(name);

  readonly activation = (name: string): Reals => {
    const values = this.#source.activations?.[name];
    if (!values) throw new Error(`no measure has asked for the activation ${name}`);
    return values;
  };

  get answers(): Look['answers'] {
    return this.#once('answers', () => this.#source.answers?.());
  }

  get neurons(): NeuronFrequencies | undefined {
    return this.#once('neurons', () => {
      if (this.#source.neurons) return this.#source.neurons;
      const name = neuronActivation(this.model);
      const values = name === undefined ? undefined : this.#source.activations?.[name];
      return values && neuronsOfGroup(this, values);
    });
  }

  get spectra(): Spectra | undefined {
    return this.#once('spectra', () => {
      const group = this.pairs?.cyclic?.group;
      if (!group || embeddingName(this.model) === undefined) return undefined;
      const embedding = embeddingComponents(this.#network, group);
      if (!this.#source.hasMap) return { embedding };
      const map = neuronLogitMap(this.#network, group.output, this.dataset.dVocabOut);
      return { embedding, neuronLogit: neuronLogitComponents(map, group.order) };
    });
  }

  get keyFrequencies(): KeyFrequencies | undefined {
    return this.#once(
      'keyFrequencies',
      () => this.spectra && this.#source.keysOf(this.spectra, this.neurons),
    );
  }

  get groupLogits(): GroupLogits | undefined {
    return this.#once('groupLogits', () => this.#source.groupLogits?.());
  }

  get keyed(): KeyedLogits | undefined {
    return this.#once('keyed', () => {
      const keys = this.keyFrequencies?.used ?? [];
      const logits = keys.length > 0 ? this.groupLogits : undefined;
      return logits && { logits, keys, waves: logitWaves(logits), fit: logitFit(logits, keys) };
    });
  }

  #once<T>(name: string, compute: () => T): T {
    if (!this.#parts.has(name)) this.#parts.set(name, compute());
    return this.#parts.get(name) as T;
  }
}

/** The frequencies that the spectra mark, by the rules that use spectra. */
export const markedBySpectra = ({ embedding, neuronLogit }: Spectra): KeyFrequencies['byRule'] => ({
  ...(neuronLogit ? { neuronLogit: strongFrequencies(neuronLogit) } : {}),
  embedding: strongFrequencies(embedding),
});
