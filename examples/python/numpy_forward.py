"""A transformer exported by Grokscope, computed by NumPy alone: what HookedTransformer computes, in float64.

    npx grokscope export RUN --format safetensors --out W.safetensors
    python numpy_forward.py W.safetensors                       # loss and accuracy over all pairs (a task with p)
    python numpy_forward.py W.safetensors --tokens tokens.json  # logits of any sequences, as JSON

`tokens.json` (or `-`, standard input) is a list of sequences of equal length. The logits are those of every position:
[sequences][positions][outputs]. Names and layouts of the tensors are TransformerLens's: W_Q [heads, d_model, d_head].
Needs NumPy. For what HookedTransformer has no words for (attention rates, sinusoidal positions, normalisation after
the layers, quadratic or tanh activations) see Grokscope itself: this file refuses them.
"""

import argparse
import json
import math
import struct
import sys

import numpy as np

EPS = 1e-5
erf = np.vectorize(math.erf, otypes=[float])

ACTIVATIONS = {
    'relu': lambda x: np.maximum(x, 0),
    'gelu': lambda x: x * (1 + erf(x / math.sqrt(2))) / 2,
    'silu': lambda x: x / (1 + np.exp(-x)),
}


def read(file):
    """The spec in the file's metadata, and every tensor in float64."""
    with open(file, 'rb') as opened:
        data = opened.read()
    (size,) = struct.unpack('<Q', data[:8])
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop('__metadata__', {})
    if 'spec' not in metadata:
        sys.exit(f'{file} has no spec in its metadata: it is no export of Grokscope')
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + at for at in entry['data_offsets'])
        tensors[name] = np.frombuffer(data[begin:end], '<f4').reshape(entry['shape']).astype(np.float64)
    return json.loads(metadata['spec']), tensors


def missing_in_transformer_lens(model):
    """What of a model HookedTransformer does not have."""
    attention = model.get('attention', {})
    return [
        what
        for what, is_so in {
            f"a model of kind {model.get('kind')}": model.get('kind', 'transformer') != 'transformer',
            f"an attention rate of {attention.get('rate')}": attention.get('rate', 1) != 1,
            'sinusoidal positions': model.get('positions') == 'sinusoidal',
            'no positions at all': model.get('positions') == 'none',
            'normalisation after the layers': model.get('normPosition') == 'post',
            f"the activation {model['actFn']}": model['actFn'] not in ACTIVATIONS and model.get('dMlp', 1) > 0,
        }.items()
        if is_so
    ]


def normalize(x, model, W, name):
    kind = model['normalization']
    if kind == 'none':
        return x
    if kind == 'layerNorm':
        x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x**2).mean(-1, keepdims=True) + EPS) * W[f'{name}.w']
    return x + W[f'{name}.b'] if kind == 'layerNorm' else x


def rotate(x):
    """Rotary positions of x [.., positions, d_head]: coordinate i and i + d_head/2 turn together."""
    positions, d_head = x.shape[-2:]
    half = d_head // 2
    angle = np.arange(positions)[:, None] / 10_000 ** (2 * np.arange(half) / d_head)
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * np.cos(angle) - b * np.sin(angle), b * np.cos(angle) + a * np.sin(angle)], -1)


def forward(model, W, tokens):
    """Logits [N, T, outputs] of tokens [N, T]."""
    positions = tokens.shape[1]
    x = W['embed.W_E'][tokens]
    if 'pos_embed.W_pos' in W:
        x = x + W['pos_embed.W_pos'][:positions]
    for layer in range(model['nLayers']):
        at = lambda name: f'blocks.{layer}.{name}'
        x = x + attend(normalize(x, model, W, at('ln1')), model, {k: W.get(at(f'attn.{k}')) for k in NAMES})
        if model['dMlp'] > 0:
            y = normalize(x, model, W, at('ln2')) @ W[at('mlp.W_in')] + W.get(at('mlp.b_in'), 0)
            x = x + ACTIVATIONS[model['actFn']](y) @ W[at('mlp.W_out')] + W.get(at('mlp.b_out'), 0)
    x = normalize(x, model, W, 'ln_final')
    return x @ W.get('unembed.W_U', W['embed.W_E'].T) + W.get('unembed.b_U', 0)


NAMES = ('W_Q', 'W_K', 'W_V', 'W_O', 'b_Q', 'b_K', 'b_V', 'b_O')


def attend(x, model, W):
    """What the heads add to the residual stream x [N, T, d_model]."""

    def projected(letter):
        y = np.einsum('ntd,hdk->nhtk', x, W[f'W_{letter}'])
        return y if W[f'b_{letter}'] is None else y + W[f'b_{letter}'][:, None]

    q, k, v = (projected(letter) for letter in 'QKV')
    if model.get('positions') == 'rotary':
        q, k = rotate(q), rotate(k)
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(model['dHead'])
    if model.get('attention', {}).get('causal', True):
        scores = np.where(np.tri(x.shape[1], dtype=bool), scores, -np.inf)
    pattern = np.exp(scores - scores.max(-1, keepdims=True))
    z = (pattern / pattern.sum(-1, keepdims=True)) @ v
    out = np.einsum('nhtk,hkd->ntd', z, W['W_O'])
    return out if W['b_O'] is None else out + W['b_O']


def all_pairs(p):
    """Tokens [p*p, 3] of every pair and "=", whose token is p."""
    a, b = np.divmod(np.arange(p * p), p)
    return np.stack([a, b, np.full(p * p, p)], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('weights', metavar='W.safetensors')
    parser.add_argument('--tokens', metavar='FILE', help='sequences as JSON; - is standard input')
    options = parser.parse_args()
    spec, W = read(options.weights)
    refused = missing_in_transformer_lens(spec['model'])
    if refused:
        sys.exit(f"HookedTransformer does not have: {', '.join(refused)}")
    if options.tokens:
        tokens = json.load(sys.stdin if options.tokens == '-' else open(options.tokens))
        json.dump(forward(spec['model'], W, np.array(tokens)).tolist(), sys.stdout)
        return
    if spec['task']['kind'] != 'modularAddition':
        sys.exit(f"the task is {spec['task']['kind']}, whose answers this file does not know: give --tokens")
    p = spec['task']['p']
    tokens = all_pairs(p)
    # "=" is no answer: the measures of `grokscope analyze` drop its logit too.
    logits = forward(spec['model'], W, tokens)[:, -1, :p]
    labels = (tokens[:, 0] + tokens[:, 1]) % p
    others = np.exp(logits - logits[np.arange(p * p), labels][:, None])
    others[np.arange(p * p), labels] = 0
    accuracy = (logits.argmax(-1) == labels).mean()
    print(json.dumps({'loss': np.log1p(others.sum(-1)).mean(), 'accuracy': accuracy}))


if __name__ == '__main__':
    main()
