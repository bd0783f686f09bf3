"""The models and data that torch_peer.py times: plain PyTorch, written for speed on a CPU.

All but one are the transformer without LayerNorm of Nanda et al., "Progress measures for grokking via
mechanistic interpretability" (arXiv:2301.05217): learned positions, causal attention without biases, a ReLU MLP
with biases (or none), untied unembedding. Weights are stored [out, in], as `torch.nn.Linear` stores them. The other
is a perceptron on pairs.

What makes it fast: Q, K and V from one weight; in the last layer only the positions that the loss reads get
queries, an MLP and logits, which for the 2-layer induction model also means per-example rows (23 instead of 30 ms).
"""

import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Workload:
    """Sizes and optimizer of one workload; `scored` says which rows the loss reads."""

    n_layers: int
    d_model: int
    n_heads: int
    d_head: int
    d_mlp: int  # 0: attention only
    d_vocab: int
    n_ctx: int
    lr: float
    weight_decay: float
    betas: tuple[float, float]
    loss_dtype: torch.dtype
    scored: slice | None  # the same positions in every example, or None: each batch brings its own
    steps: int  # measured unless told otherwise


MAINLINE = Workload(1, 128, 4, 32, 512, 114, 3, 1e-3, 1.0, (0.9, 0.98), torch.float64, slice(2, 3), 40)

WORKLOADS = {
    # All 3,830 training pairs of addition mod 113; the reference computes the loss in float64.
    'mainline': MAINLINE,
    'mainline-2-layer': Workload(
        2, 128, 4, 32, 512, 114, 3, 1e-3, 1.0, (0.9, 0.98), torch.float64, slice(2, 3), 20
    ),
    # A 16-token subsequence three times among random tokens; attention only.
    'induction': Workload(2, 48, 4, 12, 0, 128, 85, 1e-3, 1.0, (0.9, 0.999), torch.float32, None, 60),
    # 17 positions, not 18: nothing is predicted from the last digit of the sum.
    'digit-addition': Workload(
        1, 128, 4, 32, 512, 12, 17, 1e-4, 0.1, (0.9, 0.98), torch.float32, slice(11, 17), 200
    ),
}

# Sensible ways to write attention: which is fastest depends on shapes and CPU, so torch_peer.py measures them all.
ATTENTIONS = ('sdpa', 'matmul', 'sum')


def attend(q, k, v, mask, kind):
    """Softmax attention. q [B, Q, H, D], k and v [B, T, H, D], mask: 'causal', None or a bool [.., Q, T] of allowed
    keys -> [B, Q, H * D].

    `sdpa`: PyTorch's fused kernel; `matmul`: batched products; `sum`: broadcast multiply and sum, for few keys.
    """
    if kind == 'sdpa':
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        if isinstance(mask, str):
            z = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            z = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return z.transpose(1, 2).flatten(2)
    if isinstance(mask, str):
        mask = torch.ones(q.shape[1], k.shape[1], dtype=torch.bool).tril()
    scale = q.shape[-1] ** -0.5
    if kind == 'matmul':
        scores = (q.transpose(1, 2) @ k.permute(0, 2, 3, 1)) * scale
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        return (scores.softmax(-1) @ v.transpose(1, 2)).transpose(1, 2).flatten(2)
    scores = (q.unsqueeze(2) * k.unsqueeze(1)).sum(-1) * scale  # [B, Q, T, H]
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-1), -math.inf)
    return (scores.softmax(2).unsqueeze(-1) * v.unsqueeze(1)).sum(2).flatten(2)


class Layer(nn.Module):
    """Attention and, when the workload has one, the MLP; queries only at the rows asked for."""

    def __init__(self, w: Workload):
        super().__init__()
        self.heads = (w.n_heads, w.d_head)
        inner = w.n_heads * w.d_head
        self.W_QKV = normal(3 * inner, w.d_model, by=w.d_model)
        self.W_O = normal(w.d_model, inner, by=w.d_model)
        self.has_mlp = w.d_mlp > 0
        if self.has_mlp:
            self.W_in, self.b_in = normal(w.d_mlp, w.d_model, by=w.d_model), nn.Parameter(torch.zeros(w.d_mlp))
            self.W_out, self.b_out = normal(w.d_model, w.d_mlp, by=w.d_model), nn.Parameter(torch.zeros(w.d_model))

    def forward(self, x, positions, attention):
        """x [B, T, d_model] -> the same for every position (`positions` None), or only where something reads it:
        [B, Q, d_model], `positions` being a slice, or indices [B, Q] of each example's own."""
        inner = self.W_O.shape[1]
        if positions is None:
            q, k, v = F.linear(x, self.W_QKV).unflatten(-1, (3, *self.heads)).unbind(2)
            mask = 'causal'
        else:
            k, v = F.linear(x, self.W_QKV[inner:]).unflatten(-1, (2, *self.heads)).unbind(2)
            x, mask = rows_and_mask(x, positions)
            q = F.linear(x, self.W_QKV[:inner]).unflatten(-1, self.heads)
        x = x + F.linear(attend(q, k, v, mask, attention), self.W_O)
        if self.has_mlp:
            x = x + F.linear(F.relu(F.linear(x, self.W_in, self.b_in)), self.W_out, self.b_out)
        return x


def rows_and_mask(x, positions):
    """The rows of x [B, T, d] at the positions, and which keys they may see (None: all of them)."""
    n_ctx = x.shape[1]
    keys = torch.arange(n_ctx)
    if isinstance(positions, slice):
        read = keys[positions]
        # One query at the last position sees every key.
        return x[:, positions], None if read.tolist() == [n_ctx - 1] else keys <= read.unsqueeze(1)
    rows = positions + n_ctx * torch.arange(x.shape[0]).unsqueeze(1)
    # The lookup's gradient is the fastest of PyTorch's scatter-adds on a CPU.
    return F.embedding(rows, x.flatten(0, 1)), (keys <= positions.unsqueeze(-1)).unsqueeze(1)


class Transformer(nn.Module):
    def __init__(self, w: Workload, attention: str):
        super().__init__()
        self.w = w
        self.attention = attention
        self.W_E = normal(w.d_vocab, w.d_model, by=w.d_model)
        self.W_pos = normal(w.n_ctx, w.d_model, by=w.d_model)
        self.layers = nn.ModuleList(Layer(w) for _ in range(w.n_layers))
        self.W_U = normal(w.d_vocab, w.d_model, by=w.d_vocab)

    def forward(self, tokens, labels, positions):
        """Mean cross-entropy. tokens [B, T]; labels, one per scored row; positions [B, Q] or None: the workload's."""
        scored = self.w.scored if positions is None else positions
        x = F.embedding(tokens, self.W_E) + self.W_pos
        for layer in self.layers[:-1]:
            # Broadcasting is good at a single query; every position's would blow it up.
            x = layer(x, None, 'matmul' if self.attention == 'sum' else self.attention)
        x = self.layers[-1](x, scored, self.attention)
        return F.cross_entropy(F.linear(x.flatten(0, 1), self.W_U).to(self.w.loss_dtype), labels)


@dataclass(frozen=True)
class MlpWorkload:
    """Sizes and optimizer of a perceptron on pairs of a group's elements."""

    n: int
    fraction: float
    d_embed: int
    d_hidden: int
    lr: float
    weight_decay: float
    betas: tuple[float, float]
    loss_dtype: torch.dtype
    steps: int


# Half of the pairs of the cyclic group of 113; the reference computes the loss in float64.
MLP_WORKLOADS = {'cyclic-mlp': MlpWorkload(113, 0.5, 256, 128, 1e-3, 1.0, (0.9, 0.98), torch.float64, 40)}

# Sensible ways to write its first layer: the embeddings side by side in one product, as published, or two products.
FORMS = ('concatenated', 'separate')
# A third, which is one of Grokscope's rewrites done by hand: W_in times each table, then a lookup.
BY_HAND = 'tables'


class Perceptron(nn.Module):
    """relu([W_x[x]; W_y[y]] · W_in) · W_U without biases, of Chughtai et al. (arXiv:2302.03025); weights [in, out]."""

    def __init__(self, w: MlpWorkload, form: str):
        super().__init__()
        self.w = w
        self.form = form
        self.W_x, self.W_y = (normal(w.n, w.d_embed, by=w.d_embed) for _ in 'xy')
        self.W_in = normal(2 * w.d_embed, w.d_hidden, by=2 * w.d_embed)
        self.W_U = normal(w.d_hidden, w.n, by=w.d_hidden)

    def forward(self, pairs, labels, _):
        """Mean cross-entropy. pairs [2, N]: x and y, labels [N]."""
        (x, y), d = pairs, self.w.d_embed
        if self.form == 'concatenated':
            pre = torch.cat([F.embedding(x, self.W_x), F.embedding(y, self.W_y)], 1) @ self.W_in
        elif self.form == 'separate':
            pre = F.embedding(x, self.W_x) @ self.W_in[:d] + F.embedding(y, self.W_y) @ self.W_in[d:]
        else:
            pre = F.embedding(x, self.W_x @ self.W_in[:d]) + F.embedding(y, self.W_y @ self.W_in[d:])
        return F.cross_entropy((F.relu(pre) @ self.W_U).to(self.w.loss_dtype), labels)


def normal(*shape, by):
    """A parameter drawn from N(0, 1) / sqrt(by)."""
    return nn.Parameter(torch.randn(*shape) / math.sqrt(by))


def batches(name, count):
    """`count` batches `(tokens, labels, positions)` of a workload, drawn before anything is timed."""
    if name.startswith('mainline'):
        return [modular_addition()] * count
    if name in MLP_WORKLOADS:
        tokens, labels, _ = modular_addition(MLP_WORKLOADS[name].n, MLP_WORKLOADS[name].fraction)
        return [(tokens[:, :2].T.contiguous(), labels, None)] * count
    generator = torch.Generator().manual_seed(1)
    make = repeated_subsequence if name == 'induction' else digit_addition
    return [make(generator) for _ in range(count)]


def modular_addition(p=113, fraction=0.3, seed=0):
    """The published split: CPython's shuffle of all pairs, the first 30 %. tokens [3830, 3]."""
    pairs = [(a, b) for a in range(p) for b in range(p)]
    random.Random(seed).shuffle(pairs)
    pairs = pairs[: int(fraction * len(pairs))]
    return torch.tensor([[a, b, p] for a, b in pairs]), torch.tensor([(a + b) % p for a, b in pairs]), None


def repeated_subsequence(g, batch=128, length=85, sub=16, repeats=3, d_vocab=128):
    """BOS, then three intervals of 28 random tokens, each holding the same 16 tokens at an offset of its own.

    Scored: the 15 tokens of the 2nd and 3rd repeat that their first token foretells. tokens [128, 85], positions [128, 30].
    """
    interval = (length - 1) // repeats
    tokens = torch.randint(1, d_vocab, (batch, length), generator=g)
    tokens[:, 0] = 0
    subsequence = torch.randint(1, d_vocab, (batch, sub), generator=g)
    offset = torch.randint(0, interval - sub + 1, (batch, repeats), generator=g)
    starts = 1 + interval * torch.arange(repeats) + offset
    for r in range(repeats):
        tokens.scatter_(1, starts[:, r : r + 1] + torch.arange(sub), subsequence)
    positions = (starts[:, 1:, None] + torch.arange(sub - 1)).flatten(1)
    return tokens, subsequence[:, 1:].repeat(1, repeats - 1).flatten(), positions


def digit_addition(g, batch=64, digits=5):
    """x + y = z, most significant digit first, 10 is '+', 11 is '='. tokens [64, 17], labels [64 * 6]."""
    xy = torch.randint(0, 10**digits, (2, batch), generator=g)
    place = lambda n, count: n[:, None] // 10 ** torch.arange(count - 1, -1, -1) % 10
    plus, equals = torch.full((batch, 1), 10), torch.full((batch, 1), 11)
    answer = place(xy.sum(0), digits + 1)
    tokens = torch.cat([place(xy[0], digits), plus, place(xy[1], digits), equals, answer[:, :-1]], 1)
    return tokens, answer.flatten(), None
