export { builtInActivations } from './activations.js';
export { buildForward } from './forward.js';
export { builtInLosses, lossOf } from './losses.js';
export { modelOf, taskFor } from './find-model.js';
export type {
  Batch,
  ExampleSizes,
  Forward,
  ForwardInputs,
  ForwardValues,
  Model,
  ModelParts,
  OperandForm,
  TaskDimensions,
  UnfitModel,
} from './model.js';
export { builtInModels } from './models.js';
export { isMlp } from './models/mlp.js';
export type { MlpSpec } from './models/mlp.js';
export { isTransformer } from './models/transformer-spec.js';
export type { TransformerSpec } from './models/transformer-spec.js';
export { initialWeights, parameterCount, parameters } from './parameters.js';
export { scoredRows } from './scored-rows.js';
export { parameter } from './tensor.js';
export type { NamedTensor, ParameterInfo } from './tensor.js';
export type { Activation, Loss } from './part.js';
export { decodeNotedWeights, decodeWeights } from './weights/decode-weights.js';
export type { DecodedWeights } from './weights/decode-weights.js';
export type { WeightsError } from './weights/errors.js';
export { fileTensors } from './weights/file-tensors.js';
export type { FileTensors, RawTensor, RawTensors } from './weights/file-tensors.js';
export { inferModel } from './weights/infer-model.js';
export { isInferredMlp } from './weights/inferred.js';
export type { Inferred, InferredModel } from './weights/inferred.js';
export { toFileLayout, toGraphLayout } from './weights/layout.js';
