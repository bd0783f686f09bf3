"""How fast a well-written PyTorch script takes the training steps that Grokscope takes, on this CPU.

    python torch_peer.py [WORKLOAD ...] [--threads 2] [--steps N] [--variants eager|all]
    python torch_peer.py [WORKLOAD ...] --check [--weights FILE]

A step is forward, loss, backward and `AdamW(fused=True)` with gradients set to None; data is drawn beforehand.
Each workload can be written in several sensible ways (attention by the fused kernel, by products, or by broadcast
sums). Which is fastest depends on the CPU, so all are measured here, in turns, and the fastest counts: the JSON names
it and gives every other one's time. `--variants all` adds each through `torch.compile`, which takes minutes; it is
left out otherwise because it was slower or the same where it was tried (README.md has the figures). One JSON object a line on
standard output, everything else on standard error. Exit code 3: no PyTorch >= 2.4 here, nothing was measured.

`--check` shows instead that every variant trains and that all agree; with `--weights`, the published weights of a
mainline run (safetensors, TransformerLens names), also that the model timed here gives their published loss.
"""

import argparse
import json
import os
import sys
import time

OLDEST = (2, 4)
# No __pycache__ in the checkout.
sys.dont_write_bytecode = True


CLOCK = time.perf_counter


def say(line):
    print(line, file=sys.stderr, flush=True)


try:
    import torch
    import torch._dynamo
except ImportError:
    say('No PyTorch for this Python: pip install "torch>=2.4" (CPU build), or name another one.')
    sys.exit(3)
if tuple(int(part) for part in torch.__version__.split('+')[0].split('.')[:2]) < OLDEST:
    say(f'PyTorch {torch.__version__} is too old to compare with: 2.4 or later is needed.')
    sys.exit(3)

from torch_check import check_training, check_weights  # noqa: E402
from torch_workloads import (  # noqa: E402
    ATTENTIONS,
    BY_HAND,
    FORMS,
    MLP_WORKLOADS,
    WORKLOADS,
    Perceptron,
    Transformer,
    batches,
)

ALL_WORKLOADS = WORKLOADS | MLP_WORKLOADS

# M, K, N of the dense products in a mainline step.
SHAPES = [(3830, 128, 512), (3830, 512, 114), (3830, 114, 512), (512, 3830, 114)]


class Step:
    """One variant of a workload, ready to be stepped; the same seed gives every variant the same weights."""

    def __init__(self, name, form, is_compiled, data):
        w = ALL_WORKLOADS[name]
        torch.manual_seed(0)
        self.data = data
        self.at = 0
        self.model = Perceptron(w, form) if name in MLP_WORKLOADS else Transformer(w, form)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=w.lr, betas=w.betas, weight_decay=w.weight_decay, fused=True
        )
        self.loss = torch.compile(self.model, dynamic=False) if is_compiled else self.model

    def __call__(self):
        """Takes one step; gives the loss before it, as a tensor that nobody has waited for."""
        batch = self.data[self.at % len(self.data)]
        self.at += 1
        loss = self.loss(*batch)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss

    def timed(self):
        start = CLOCK()
        self()
        return (CLOCK() - start) * 1e3


def variants_of(name, which):
    """Names and settings of the ways to write a workload."""
    if name in MLP_WORKLOADS:
        forms = [*FORMS, BY_HAND]
    else:
        # Broadcasting 30 or 85 queries over 85 keys is no sensible way.
        forms = [a for a in ATTENTIONS if a != 'sum' or name != 'induction']
    eager = {form: (form, False) for form in forms}
    return eager if which == 'eager' else eager | {f'{form}+compile': (form, True) for form in forms}


def build(name, which):
    """Warmed-up steps of every variant, and why any other could not be had."""
    data = batches(name, 16)
    # Compiled code of other workloads counts towards the limit after which PyTorch gives up compiling.
    torch._dynamo.reset()
    steps, unavailable = {}, {}
    for variant, (form, is_compiled) in variants_of(name, which).items():
        try:
            step = Step(name, form, is_compiled, data)
            for _ in range(3):
                step()
            steps[variant] = step
        except Exception as error:  # torch.compile wants a C++ compiler; what is thrown without one varies
            if not is_compiled:
                raise
            unavailable[variant] = (str(error).strip().splitlines() or [type(error).__name__])[0]
            say(f'{name}: {variant} does not work here: {unavailable[variant]}')
    return steps, unavailable


def summary(times):
    times = sorted(times)
    return {'min': times[0], 'median': times[len(times) // 2], 'max': times[-1]}


def measure(name, threads, count, which):
    """Measures all variants in turns and reports the one whose best step was the fastest; those that have one of
    Grokscope's rewrites done by hand apart, as an engine of their own."""
    steps, unavailable = build(name, which)
    count = count or ALL_WORKLOADS[name].steps
    # In turns, so that a busy moment of the machine does not fall on one variant alone.
    times = {variant: [] for variant in steps}
    while len(next(iter(times.values()))) < count:
        for variant, step in steps.items():
            step()
            times[variant] += [step.timed() for _ in range(min(8, count))]
    by_hand = {variant: of for variant, of in times.items() if variant.startswith(BY_HAND)}
    plain = {variant: of for variant, of in times.items() if variant not in by_hand}
    rows = {'torch': plain, 'torch, rewritten by hand': by_hand}
    return [report(name, engine, threads, of, unavailable) for engine, of in rows.items() if of]


def report(name, engine, threads, times, unavailable):
    """The row of the variant whose best step was the fastest."""
    best = min(times, key=lambda variant: min(times[variant]))
    return {
        'workload': name,
        'engine': engine,
        'threads': threads,
        'msPerStep': summary(times[best]),
        'torch': torch.__version__,
        'variant': best,
        'variants': {variant: summary(of) for variant, of in times.items()},
        'unavailable': unavailable,
        'loadAverage': load(),
    }


def load():
    return os.getloadavg()[0] if hasattr(os, 'getloadavg') else None


def measure_matmul(threads, count):
    """GFLOP/s of `torch.mm` into a given result, each shape: the machine's ceiling by a native BLAS."""
    shapes, totals, count = [], [0.0] * (count or 100), count or 100
    for m, k, n in SHAPES:
        a, b, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        times = []
        for i in range(-5, count):
            start = CLOCK()
            torch.mm(a, b, out=out)
            if i >= 0:
                times.append((CLOCK() - start) * 1e3)
                totals[i] += times[-1]
        speed = lambda ms: 2 * m * k * n / ms / 1e6
        ms = summary(times)
        shapes.append({'m': m, 'k': k, 'n': n, 'gflops': speed(ms['median']), 'best': speed(ms['min'])})
    ms = summary(totals)
    gflop = sum(2e-9 * m * k * n for m, k, n in SHAPES)
    return {
        'workload': 'matmul',
        'engine': 'torch',
        'threads': threads,
        'msPerStep': ms,
        'gflopPerStep': gflop,
        'gflops': gflop / ms['median'] * 1e3,
        'shapes': shapes,
        'torch': torch.__version__,
        'loadAverage': load(),
    }


def main():
    known = [*ALL_WORKLOADS, 'matmul']
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('workloads', nargs='*', metavar='WORKLOAD', help=', '.join(known) + '; all unless given')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--steps', type=int, help='measured steps; each workload has its own default')
    parser.add_argument('--variants', choices=['all', 'eager'], default='eager', help='all: torch.compile too')
    parser.add_argument('--clock', choices=['wall', 'cpu'], default='wall', help="cpu: the process's time on the processor")
    parser.add_argument('--check', action='store_true', help='show that every variant trains, instead of timing it')
    parser.add_argument('--weights', metavar='FILE', help='with --check: published weights, safetensors')
    options = parser.parse_args()
    for name in options.workloads:
        if name not in known:
            parser.error(f'no workload "{name}"; there are {", ".join(known)}')
    if options.check and 'matmul' in options.workloads:
        parser.error('--check: matmul is a product, it does not train')
    for option in ('threads', 'steps'):
        value = getattr(options, option)
        if value is not None and value < 1:
            parser.error(f'--{option} is {value}; it must be at least 1')

    if options.clock == 'cpu':
        global CLOCK
        if options.threads > 1:
            parser.error('--clock cpu adds up the time of all threads: give --threads 1')
        CLOCK = time.process_time
    torch.set_num_threads(options.threads)
    if options.check:
        rows = [check_training(name, *build(name, options.variants)) for name in options.workloads or ALL_WORKLOADS]
        if options.weights:
            rows.append(check_weights(options.weights, ATTENTIONS))
        print('\n'.join(json.dumps(row) for row in rows))
        sys.exit(0 if all(row['ok'] for row in rows) else 1)
    for name in options.workloads or known:
        if name == 'matmul':
            rows = [measure_matmul(options.threads, options.steps)]
        else:
            rows = measure(name, options.threads, options.steps, options.variants)
        print('\n'.join(json.dumps(row) for row in rows), flush=True)


if __name__ == '__main__':
    main()
