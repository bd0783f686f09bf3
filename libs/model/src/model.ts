import type { Graph, Tensor } from '@grokscope/graph';
import type { ModelPart, ModelSpec } from '@grokscope/schema';
import type { Activation } from './part.js';
import type { ParameterInfo } from './tensor.js';

/** What a model must know of its task. */
export interface TaskDimensions {
  readonly dVocab: number;
  /** Outputs: as many logits at each scored position. */
  readonly dVocabOut: number;
  readonly nCtx: number;
  /** Present where every example is some operands, then a token that asks, and one answer: see `OperandForm`. */
  readonly operands?: OperandForm;
}

/** Examples of the form `a, b, =`: the first `count` tokens are operands, and one token answers. */
export interface OperandForm {
  /** Operands an example; they are its first tokens. */
  readonly count: number;
  /** Operands are tokens below this. */
  readonly values: number;
  /** Answers are tokens below this. */
  readonly answers: number;
}

/**
 * Examples a forward pass is built for. Values known now (a full batch) let rewrites work on the tokens that occur;
 * tensors are given at run time (batches that change with each step).
 */
export interface Batch {
  readonly nExamples: number;
  /** [nExamples, nCtx] tokens, row-major. */
  readonly tokens: Int32Array | Tensor;
  /** Rows of the residual stream [nExamples·nCtx, dModel] that the loss reads; see `scoredRows`. */
  readonly scored: Int32Array | Tensor;
}

/** A forward pass: logits of the scored positions and the activations on the way, by their TransformerLens names. */
export interface Forward {
  /** [nExamples·nScored, dVocabOut]. */
  readonly logits: Tensor;
  /** `hook_embed`, `blocks.0.attn.hook_pattern`, `blocks.0.mlp.hook_post`, …: [nExamples·nCtx, width], or what their model says. */
  readonly activations: Readonly<Record<string, Tensor>>;
}

/** What a model builds its forward pass of. */
export interface ForwardInputs {
  readonly graph: Graph;
  readonly task: TaskDimensions;
  readonly batch: Batch;
  /** The tensor of this name; a name that `tensors` does not list is a defect of the model. */
  readonly weight: (name: string) => Tensor;
  /** Keeps a value under a name among the activations, and returns it. */
  readonly note: (name: string, value: Tensor) => Tensor;
  /** The function of this name (`model.actFn`). */
  readonly activation: (name: string) => Activation;
}

/** About how many values of one example are on the way through a forward pass: what memory and chunks are planned by. */
export interface ForwardValues {
  /** Of a pass that is only measured: layers use the same buffers in turn. */
  readonly evaluated: number;
  /** Of one that is differentiated, which keeps what the backward pass reads. */
  readonly trained: number;
}

/** The sizes of a task's examples as a model reads them. */
export interface ExampleSizes extends TaskDimensions {
  /** Scored positions an example. */
  readonly nScored: number;
}

/** Why a model cannot be trained on a task. */
export interface UnfitModel {
  /** The key of the section `model` that asks for another task. */
  readonly key: string;
  /** What it needs, as in `needs …`. */
  readonly needs: string;
  /** Values of the key that the task allows. */
  readonly allowed: string;
}

/** A model architecture: what a decoder knows of it, its tensors, and its forward pass, composed of ops. */
export interface Model extends ModelPart {
  /** How many logits it has on a task; default: the task's `dVocabOut`. */
  outputs?(model: ModelSpec, task: TaskDimensions): number;
  /** Why a task is none for it; undefined where it is, as everywhere without this. */
  whyNot?(model: ModelSpec, task: TaskDimensions): UnfitModel | undefined;
  /** Every trained tensor, in the order of `tensorNames`. */
  tensors(model: ModelSpec, task: TaskDimensions): readonly ParameterInfo[];
  /** The logits `[nExamples·nScored, outputs]` of a batch. */
  forward(model: ModelSpec, inputs: ForwardInputs): Tensor;
  values(model: ModelSpec, sizes: ExampleSizes): ForwardValues;
}

/** Parts that a forward pass is built of; absent ones are the built-in. */
export interface ModelParts {
  readonly models?: readonly Model[] | undefined;
  readonly activations?: readonly Activation[] | undefined;
}
