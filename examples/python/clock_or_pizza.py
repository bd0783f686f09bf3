"""Whether a one-layer transformer on a + b mod p is a clock or a pizza, by two measures of exported weights.

    npx grokscope export RUN --format safetensors --out W.safetensors
    pip install torch numpy
    python clock_or_pizza.py W.safetensors...

Gradient symmetricity: the mean cosine between the gradients of a logit with respect to the embeddings of a and of b, over
all pairs and every third answer. Distance irrelevance: the mean over d of the standard deviation of the right logit among
the pairs with a - b = d, over its standard deviation among all pairs. In float64.
Source: Zhong et al., The Clock and the Pizza, arXiv:2306.17844, section 3.
"""

import sys

import torch
from numpy_forward import all_pairs, read


def logits(model, W, x):
    """Logits read at "=", from embedded tokens x [N, 3, d_model]; no mask, no normalisation, relu."""
    rate = model['attention'].get('rate', 1)
    at = lambda name: W[f'blocks.0.{name}']
    x = x + W['pos_embed.W_pos']
    q, k, v = (torch.einsum('ntd,hdk->nhtk', x, at(f'attn.W_{letter}')) for letter in 'QKV')
    pattern = rate * (q @ k.transpose(-1, -2) / model['dHead'] ** 0.5).softmax(-1) + (1 - rate)
    x = (x + torch.einsum('nhtk,hkd->ntd', pattern @ v, at('attn.W_O')))[:, -1]
    post = torch.relu(x @ at('mlp.W_in') + at('mlp.b_in'))
    return (x + post @ at('mlp.W_out') + at('mlp.b_out')) @ W['unembed.W_U']


def measures(file):
    spec, arrays = read(file)
    model, p = spec['model'], spec['task']['p']
    is_known = spec['task']['kind'] == 'modularAddition' and model['nLayers'] == 1 and model['actFn'] == 'relu'
    if not is_known or model['normalization'] != 'none' or model.get('attention', {}).get('causal', True):
        sys.exit(f'{file} is no network like those of the presets clock and pizza')
    W = {name: torch.tensor(value) for name, value in arrays.items()}
    tokens = torch.tensor(all_pairs(p))
    x = W['embed.W_E'][tokens].clone().requires_grad_(True)
    L = logits(model, W, x)
    cosines = []
    for c in range(0, p, 3):
        (gradient,) = torch.autograd.grad(L[:, c].sum(), x, retain_graph=True)
        cosines.append(torch.cosine_similarity(gradient[:, 0], gradient[:, 1], dim=-1))
    right = L.detach().gather(1, ((tokens[:, :1] + tokens[:, 1:2]) % p)).view(p, p)
    a = torch.arange(p)
    within = torch.stack([right[a, (a - d) % p].std(correction=0) for d in range(p)]).mean()
    return torch.stack(cosines).mean().item(), (within / right.std(correction=0)).item()


if len(sys.argv) < 2:
    sys.exit(__doc__)
for name in sys.argv[1:]:
    symmetricity, irrelevance = measures(name)
    print(f'{name}: gradient symmetricity {symmetricity:.3f}, distance irrelevance {irrelevance:.3f}')
