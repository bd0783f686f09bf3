// The mainline training step (addition mod 113) in jax-js, as one jitted function. Used by jax-js-peer.mjs.

/** Sizes of the mainline model and optimizer; `examples` is 30 % of the 113 * 113 pairs. */
const p = 113;
const dModel = 128;
const nHeads = 4;
const dHead = 32;
const dMlp = 512;
const dVocab = p + 1;
const examples = Math.floor(0.3 * p * p);
const [lr, beta1, beta2, eps, weightDecay] = [1e-3, 0.9, 0.98, 1e-8, 1];

/**
 * A training run, one step at a time. Loss and logits are float32: jax-js's fast kernels are.
 * @param {any} jax the module `@jax-js/jax`
 * @param {number} width columns of the vocabulary: 114, or more, the rest masked out of the softmax. jax-js's
 *   fast kernels for products require widths divisible by 4; the result is the same.
 * @returns {() => Promise<number>} takes one step and returns the loss before it
 */
export function createRun(jax, width) {
  const { numpy: np, tree } = jax;
  const random = uniform(1);
  const gauss = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  /** @param {number[]} shape @param {number} by @param {number} [rows] @param {number} [columns] drawn; zero beyond */
  const normal = (shape, by, rows = shape[0], columns = shape[1]) => {
    const values = new Float32Array(shape[0] * shape[1]);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) values[i * shape[1] + j] = gauss() / Math.sqrt(by);
    return np.array(values).reshape(shape);
  };
  let params = {
    W_E: normal([width, dModel], dModel, dVocab),
    W_pos: normal([3, dModel], dModel),
    W_Q: normal([dModel, dModel], dModel),
    W_KV: normal([dModel, 2 * dModel], dModel),
    W_O: normal([dModel, dModel], dModel),
    W_in: normal([dModel, dMlp], dModel),
    b_in: np.zeros([dMlp]),
    W_out: normal([dMlp, dModel], dModel),
    b_out: np.zeros([dModel]),
    W_U: normal([dModel, width], dVocab, dModel, dVocab),
  };
  let first = tree.map(np.zerosLike, tree.ref(params));
  let second = tree.map(np.zerosLike, tree.ref(params));
  const data = trainingData(np, width, random);

  // One function, so that jax-js sees loss, gradients and update together and can fuse them.
  const step = jax.jit((/** @type {any[]} */ ...[weights, m, v, correction1, correction2, ...inputs]) => {
    const [loss, gradients] = jax.valueAndGrad(lossOf(jax, width))(tree.ref(weights), ...inputs);
    const nextM = tree.map(
      (/** @type {any} */ one, /** @type {any} */ g) => one.mul(beta1).add(g.mul(1 - beta1)),
      m,
      tree.ref(gradients),
    );
    const nextV = tree.map(
      (/** @type {any} */ one, /** @type {any} */ g) => one.mul(beta2).add(np.square(g).mul(1 - beta2)),
      v,
      gradients,
    );
    const next = tree.map(
      (/** @type {any} */ w, /** @type {any} */ one, /** @type {any} */ two) => {
        const change = one.mul(correction1.ref).div(np.sqrt(two.mul(correction2.ref)).add(eps));
        return w.mul(1 - lr * weightDecay).sub(change.mul(lr));
      },
      weights,
      tree.ref(nextM),
      tree.ref(nextV),
    );
    correction1.dispose();
    correction2.dispose();
    return [next, nextM, nextV, loss];
  });

  let t = 0;
  return async () => {
    t++;
    /** @type {any} */
    let loss;
    [params, first, second, loss] = step(
      params,
      first,
      second,
      np.array(1 / (1 - beta1 ** t)),
      np.array(1 / (1 - beta2 ** t)),
      ...tree.ref(data),
    );
    await jax.blockUntilReady([params, first, second, loss]);
    return (await loss.data())[0];
  };
}

/**
 * Mean cross-entropy over the training pairs. Only the last position gets a query, an MLP and logits.
 * @param {any} jax
 * @param {number} width
 */
function lossOf(jax, width) {
  const { numpy: np, nn } = jax;
  // tokens [examples * 3, width] and targets [examples, width] are one-hot, targets negative and over the batch size.
  return (
    /** @type {any} */ P,
    /** @type {any} */ tokens,
    /** @type {any} */ targets,
    /** @type {any} */ mask,
  ) => {
    const x = np.matmul(tokens, P.W_E).reshape([examples, 3, dModel]).add(P.W_pos);
    const last = x.ref.slice([], 2);
    const q = np.matmul(last.ref, P.W_Q).reshape([examples, 1, nHeads, dHead]);
    const kv = np.matmul(x.reshape([examples * 3, dModel]), P.W_KV).reshape([examples, 3, 2, nHeads, dHead]);
    const scores = q
      .mul(kv.ref.slice([], [], 0))
      .sum(-1)
      .mul(dHead ** -0.5);
    const weights = nn.softmax(scores, 1).reshape([examples, 3, nHeads, 1]);
    const z = weights
      .mul(kv.slice([], [], 1))
      .sum(1)
      .reshape([examples, dModel]);
    const middle = last.add(np.matmul(z, P.W_O));
    const hidden = nn.relu(np.matmul(middle.ref, P.W_in).add(P.b_in));
    const end = middle.add(np.matmul(hidden, P.W_out)).add(P.b_out);
    const logits = np.matmul(end, P.W_U);
    return nn
      .logSoftmax(width > dVocab ? logits.add(mask) : (mask.dispose(), logits), -1)
      .mul(targets)
      .sum();
  };
}

/**
 * One-hot tokens and targets of a random 30 % of all pairs, and the mask of the columns that are not tokens.
 * @param {any} np
 * @param {number} width
 * @param {() => number} random
 */
function trainingData(np, width, random) {
  const pairs = Array.from({ length: p * p }, (_, i) => i);
  for (let i = pairs.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [pairs[i], pairs[j]] = [pairs[j], pairs[i]];
  }
  const tokens = new Float32Array(examples * 3 * width);
  const targets = new Float32Array(examples * width);
  for (let e = 0; e < examples; e++) {
    const [a, b] = [Math.floor(pairs[e] / p), pairs[e] % p];
    for (const [position, token] of [a, b, p].entries()) tokens[(e * 3 + position) * width + token] = 1;
    targets[e * width + ((a + b) % p)] = -1 / examples;
  }
  const mask = Float32Array.from({ length: width }, (_, i) => (i < dVocab ? 0 : -1e9));
  return [
    np.array(tokens).reshape([examples * 3, width]),
    np.array(targets).reshape([examples, width]),
    np.array(mask),
  ];
}

/**
 * Numbers strictly between 0 and 1 (mulberry32).
 * @param {number} seed
 */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return (((x ^ (x >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}
