import type { Graph, Tensor } from '@grokscope/graph';
import type { ModelPart, ModelSpec } from '@grokscope/schema';
import type { Activation } from './part.js';
import type { ParameterInfo } from './tensor.js';

/** What a model must know about its task. */
export interface TaskDimensions {
  readonly dVocab: number;
  /** Number of outputs: of logits at each scored position. */
  readonly dVocabOut: number;
  readonly nCtx: number;
  /**
   * Present if every example consists of some operands, then a token that asks, and has one answer: see `OperandForm`.
   */
  readonly operands?: OperandForm;
}

/** Examples of the form `a, b, =`: the first `count` tokens are operands, and one token is the answer. */
export interface OperandForm {
  /** Number of operands in an example; they are its first tokens. */
  readonly count: number;
  /** Operands are tokens below this. */
  readonly values: number;
  /** Answers are tokens below this. */
  readonly answers: number;
}

/**
 * Examples for which a forward pass is built. Values that are known now (a full batch) let rewrites work on the tokens
 * that occur; tensors are fed at run time (batches that change with each step).
 */
export interface Batch {
  readonly nExamples: number;
  /** [nExamples, nCtx] tokens, row-major. */
  readonly tokens: Int32Array | Tensor;
  /** The rows of the residual stream [nExamples·nCtx, dModel] that the loss reads; see `scoredRows`. */
  readonly scored: Int32Array | Tensor;
}

/**
 * A forward pass: the logits of the scored positions, and the intermediate activations by their TransformerLens names.
 */
export interface Forward {
  /** [nExamples·nScored, dVocabOut]. */
  readonly logits: Tensor;
  /**
   * `hook_embed`, `blocks.0.attn.hook_pattern`, `blocks.0.mlp.hook_post`, …: [nExamples·nCtx, width], or the shape that
   * their model documents.
   */
  readonly activations: Readonly<Record<string, Tensor>>;
}

/** What a model builds its forward pass from. */
export interface ForwardInputs {
  readonly graph: Graph;
  readonly task: TaskDimensions;
  readonly batch: Batch;
  /** Returns the tensor of this name; a name that `tensors` does not list is a defect of the model. */
  readonly weight: (name: string) => Tensor;
  /** Keeps a value under a name among the activations, and returns it. */
  readonly note: (name: string, value: Tensor) => Tensor;
  /** Returns the function of this name (`model.actFn`). */
  readonly activation: (name: string) => Activation;
}

/** About how many values of one example a forward pass holds: the basis on which memory and chunks are planned. */
export interface ForwardValues {
  /** For a pass that is only measured: layers take turns at using the same buffers. */
  readonly evaluated: number;
  /** For a pass that is differentiated, which keeps what the backward pass reads. */
  readonly trained: number;
}

/** The sizes of a task's examples as a model reads them. */
export interface ExampleSizes extends TaskDimensions {
  /** Number of scored positions in an example. */
  readonly nScored: number;
}

/** Why a model cannot be trained on a task. */
export interface UnfitModel {
  /** The key of the section `model` that requires another task. */
  readonly key: string;
  /** What it needs, as in `needs …`. */
  readonly needs: string;
  /** The values of the key that the task allows. */
  readonly allowed: string;
}

/** A model architecture: its description for the decoder, its tensors, and its forward pass, composed of ops. */
export interface Model extends ModelPart {
  /** Returns the number of logits that it has on a task; default: the task's `dVocabOut`. */
  outputs?(model: ModelSpec, task: TaskDimensions): number;
  /**
   * Returns why it cannot be trained on a task; undefined if it can. Without this function it can be trained on any.
   */
  whyNot?(model: ModelSpec, task: TaskDimensions): UnfitModel | undefined;
  /** Returns every trained tensor, in the order of `tensorNames`. */
  tensors(model: ModelSpec, task: TaskDimensions): readonly ParameterInfo[];
  /** Returns the logits `[nExamples·nScored, outputs]` of a batch. */
  forward(model: ModelSpec, inputs: ForwardInputs): Tensor;
  values(model: ModelSpec, sizes: ExampleSizes): ForwardValues;
}

/** Parts from which a forward pass is built; absent ones are the built-in ones. */
export interface ModelParts {
  readonly models?: readonly Model[] | undefined;
  readonly activations?: readonly Activation[] | undefined;
}
