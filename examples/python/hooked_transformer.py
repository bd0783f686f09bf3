"""Loads the weights of a Grokscope run into TransformerLens's HookedTransformer.

    npx grokscope export RUN --format safetensors --out W.safetensors
    pip install transformer_lens numpy
    python hooked_transformer.py W.safetensors

As a module: `from hooked_transformer import load; model = load('W.safetensors')`. The exported names and layouts are
those of a HookedTransformer's state dict already; what is added are the buffers and zero biases that it has besides. As
a program it compares the logits with those of numpy_forward.py, which lies beside it and needs no TransformerLens.
"""

import sys

import numpy as np
from numpy_forward import all_pairs, forward, missing_in_transformer_lens, read

NORMALIZATIONS = {'none': None, 'layerNorm': 'LN', 'rmsNorm': 'RMS'}


def load(file):
    """A HookedTransformer with the weights of an exported file."""
    import torch
    from transformer_lens import HookedTransformer, HookedTransformerConfig

    spec, weights = read(file)
    model = spec['model']
    refused = missing_in_transformer_lens(model)
    if refused:
        raise ValueError(f"HookedTransformer does not have: {', '.join(refused)}")
    is_rotary = model.get('positions') == 'rotary'
    # With rotary positions no tensor tells how long a sequence is: three tokens of a pair, unless you know better.
    n_ctx = 3 if is_rotary else weights['pos_embed.W_pos'].shape[0]
    W_U = weights.get('unembed.W_U', weights['embed.W_E'].T)
    hooked = HookedTransformer(
        HookedTransformerConfig(
            n_layers=model['nLayers'],
            d_model=model['dModel'],
            n_heads=model['nHeads'],
            d_head=model['dHead'],
            d_mlp=model['dMlp'] or None,
            attn_only=model['dMlp'] == 0,
            act_fn=model['actFn'],
            n_ctx=n_ctx,
            d_vocab=weights['embed.W_E'].shape[0],
            d_vocab_out=W_U.shape[1],
            normalization_type=NORMALIZATIONS[model['normalization']],
            positional_embedding_type='rotary' if is_rotary else 'standard',
            attention_dir='causal' if model.get('attention', {}).get('causal', True) else 'bidirectional',
            device='cpu',
        )
    )
    own = hooked.state_dict()
    unknown = set(weights) - set(own)
    if unknown:
        raise ValueError(f"HookedTransformer has no {', '.join(sorted(unknown))}")
    # Biases that the network was trained without are zeros; masks and other buffers stay as they are.
    state = {name: torch.zeros_like(value) if '.b_' in name else value for name, value in own.items()}
    state |= {name: torch.tensor(value, dtype=torch.float32) for name, value in weights.items()}
    state['unembed.W_U'] = torch.tensor(W_U.copy(), dtype=torch.float32)
    hooked.load_state_dict(state)
    return hooked


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    spec, weights = read(sys.argv[1])
    hooked = load(sys.argv[1])
    p = hooked.cfg.d_vocab - 1
    tokens = all_pairs(p)[:1000]
    import torch

    with torch.no_grad():
        theirs = hooked(torch.tensor(tokens)).numpy()
    ours = forward(spec['model'], weights, tokens)
    print(f'logits differ by at most {np.abs(theirs - ours).max():.2e}; the largest is {np.abs(ours).max():.3g}')


if __name__ == '__main__':
    main()
