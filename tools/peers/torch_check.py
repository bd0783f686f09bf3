"""Shows that the models of torch_workloads.py are the ones they claim to be, and that they train."""

import json
import struct
from pathlib import Path

import torch
from torch_workloads import WORKLOADS, Transformer, modular_addition

# The published run with weight decay 0.1 and split seed 1, its train loss recomputed in float64.
PUBLISHED_TRAIN_LOSS = 9.20242e-9


def check_training(name, steps, unavailable):
    """Every variant's loss stays finite and falls over 60 steps, and all variants agree while rounding allows it.

    steps: callables by variant, each taking one step and giving the loss before it.
    """
    curves = {variant: [step().item() for _ in range(60)] for variant, step in steps.items()}
    one = next(iter(curves.values()))
    is_finite = all(torch.tensor(curve).isfinite().all() for curve in curves.values())
    falls = all(sum(curve[-10:]) < sum(curve[:10]) for curve in curves.values())
    # Float32 summed in another order drifts apart as training goes on.
    apart = max(abs(x - y) / abs(x) for curve in curves.values() for x, y in zip(one[:10], curve[:10]))
    return {
        'workload': name,
        'ok': bool(is_finite and falls and apart < 1e-3),
        'loss': {variant: {'first': curve[0], 'last': curve[-1]} for variant, curve in curves.items()},
        'apart': apart,
        'unavailable': unavailable,
    }


def check_weights(file, attentions):
    """The mainline model with published weights gives their published train loss, by each kind of attention."""
    weights = read_safetensors(Path(file).read_bytes())
    losses = {}
    for attention in attentions:
        model = Transformer(WORKLOADS['mainline'], attention)
        layer = model.layers[0]
        of = lambda name: weights[f'blocks.0.{name}']
        with torch.no_grad():
            model.W_E.copy_(weights['embed.W_E'])
            model.W_pos.copy_(weights['pos_embed.W_pos'])
            layer.W_QKV.copy_(torch.cat([of(f'attn.W_{x}').transpose(1, 2).flatten(0, 1) for x in 'QKV']))
            layer.W_O.copy_(of('attn.W_O').flatten(0, 1).T)
            layer.W_in.copy_(of('mlp.W_in').T)
            layer.b_in.copy_(of('mlp.b_in'))
            layer.W_out.copy_(of('mlp.W_out').T)
            layer.b_out.copy_(of('mlp.b_out'))
            model.W_U.copy_(weights['unembed.W_U'].T)
            losses[attention] = model(*modular_addition(seed=1)).item()
    ok = all(abs(loss / PUBLISHED_TRAIN_LOSS - 1) < 1e-3 for loss in losses.values())
    return {'workload': 'mainline', 'ok': ok, 'publishedTrainLoss': PUBLISHED_TRAIN_LOSS, 'loss': losses}


def read_safetensors(data):
    """Float32 tensors by name."""
    (size,) = struct.unpack('<Q', data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = (8 + size + at for at in entry['data_offsets'])
            tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).view(entry['shape'])
    return tensors
