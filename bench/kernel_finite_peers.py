"""The empirical NTK in PyTorch, for bench/kernel_finite: kernel_finite_peers.py DIRECTORY METHOD THREADS REPEATS.

Reads sizes.txt (n N d L) and w, u, v, x (raw doubles, column-major) of DIRECTORY, writes kernel.bin and prints
the best time in seconds. Softplus, all scales and T equal to 1.
METHOD: pairs (Grams over pairs of layers), gradients (one backward pass for each input), functorch.
"""

import sys
import time

import numpy as np
import torch
import torch.nn.functional as functional

directory, method, threads, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
n, count, d, depth = map(int, open(f"{directory}/sizes.txt").read().split())


def matrix(name, rows, columns):
    data = np.fromfile(f"{directory}/{name}.bin").reshape((columns, rows)).T
    return torch.from_numpy(np.ascontiguousarray(data))


w, u, v, x = matrix("w", n, n), matrix("u", n, d), matrix("v", 1, n), matrix("x", d, count)
root_n, root_d = n**0.5, d**0.5


def pairs():
    h = u @ x / root_d
    w_transposed = w.t().contiguous()
    activations, slopes = [], []
    for _ in range(depth):
        activations.append(functional.softplus(h, threshold=1e9))
        slopes.append(torch.sigmoid(h))
        h = torch.addmm(h, w, activations[-1], alpha=1 / (depth * root_n))
    top = functional.softplus(h, threshold=1e9)
    adjoint = torch.sigmoid(h) * (v.t() / root_n)
    adjoints = []
    for slope in reversed(slopes):
        adjoints.append(adjoint)
        adjoint = adjoint + slope * (w_transposed @ adjoint) / (depth * root_n)
    adjoints.reverse()
    kernel = top.t() @ top / n + (x.t() @ x / d) * (adjoint.t() @ adjoint)
    total = torch.zeros(count, count, dtype=torch.float64)
    for k in range(depth):
        for l in range(k + 1):
            term = (activations[k].t() @ activations[l]).mul_(adjoints[k].t() @ adjoints[l])
            total += term
            if l < k:
                total += term.t()
    return kernel + total / (depth * depth * n)


def output(weights, point):
    w_, u_, v_ = weights
    h = u_ @ point / root_d
    for _ in range(depth):
        h = h + w_ @ functional.softplus(h, threshold=1e9) / (depth * root_n)
    return (v_ @ functional.softplus(h, threshold=1e9))[0] / root_n


def gradients():
    weights = [t.clone().requires_grad_() for t in (w, u, v)]
    rows = [torch.empty(count, t.numel(), dtype=torch.float64) for t in weights]
    for i in range(count):
        for row, g in zip(rows, torch.autograd.grad(output(weights, x[:, i]), weights)):
            row[i] = g.flatten()
    return sum(row @ row.t() for row in rows)


def with_functorch():
    from functorch import grad, vmap

    jacobian = vmap(grad(output), (None, 0))((w, u, v), x.t())
    return sum(j.flatten(1) @ j.flatten(1).t() for j in jacobian)


run = {"pairs": pairs, "gradients": gradients, "functorch": with_functorch}[method]
best = float("inf")
for _ in range(repeats):
    start = time.perf_counter()
    kernel = run()
    best = min(best, time.perf_counter() - start)
np.ascontiguousarray(kernel.numpy().T).tofile(f"{directory}/kernel.bin")
print(best)
