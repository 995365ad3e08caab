"""One training step in PyTorch (float64), for bench/train: train_peers.py DIRECTORY METHOD THREADS REPEATS [TOLERANCE].

Reads sizes.txt (n N d outputs L) and w, u, v, x, y (raw doubles, column-major) of DIRECTORY; writes gradient.bin
(U, W, V, column by column) and prints a JSON object: loss, best time in seconds, memory in MiB (peak of a step
above what was there before it, and peak of the process) and the BLAS in use. Squared loss summed over the batch,
softplus, all scales and T equal to 1. METHOD:

autograd       Euler, PyTorch's own backward pass
handwritten    Euler, the backward pass written out, into buffers that are kept
euler-adjoint  Euler forward, then Euler for (h, lambda, gradient) backward, as torchdiffeq's adjoint does it
dopri5         the same with adaptive Dormand-Prince steps, relative and absolute tolerance TOLERANCE
matmul         no step: best time of a product of order 2000
"""

import json
import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as functional

directory, method, threads, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
tolerance = float(sys.argv[5]) if len(sys.argv) > 5 else None
torch.set_num_threads(threads)


def best_of(work):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def status(field):
    """A line of /proc/self/status, in MiB."""
    return int(re.search(field + r":\s*(\d+) kB", open("/proc/self/status").read()).group(1)) / 1024


def blas():
    found = set(re.findall(r"/\S*/lib(?:open)?blas\S*", open("/proc/self/maps").read()))
    return " ".join(sorted(found))


if method == "matmul":
    a, b = torch.randn(2000, 2000, dtype=torch.float64), torch.randn(2000, 2000, dtype=torch.float64)
    c = torch.empty_like(a)
    seconds, _ = best_of(lambda: torch.mm(a, b, out=c))
    print(json.dumps({"seconds": seconds, "blas": blas()}))
    sys.exit()

n, count, d, outputs, depth = map(int, open(f"{directory}/sizes.txt").read().split())


def matrix(name, rows, columns):
    """Row-major, so a column of the file is a row of the transpose: no copy."""
    return torch.from_numpy(np.fromfile(f"{directory}/{name}.bin").reshape((columns, rows)))


# All transposed: one sample a row.
wt, ut, vt = matrix("w", n, n), matrix("u", n, d), matrix("v", outputs, n)
xt, yt = matrix("x", d, count), matrix("y", outputs, count)
root_n, root_d = n**0.5, d**0.5
step = 1 / depth
kappa = step / root_n


def softplus(h, out=None):
    if out is None:
        return functional.softplus(h, threshold=1e9)
    return torch._C._nn.softplus(h, 1, 1e9, out=out)


def autograd():
    weights = [t.detach().requires_grad_() for t in (wt, ut, vt)]
    w_, u_, v_ = weights
    h = torch.mm(xt, u_) / root_d
    for _ in range(depth):
        h = torch.addmm(h, softplus(h), w_, alpha=kappa)
    f = torch.mm(softplus(h), v_) / root_n
    loss = 0.5 * (f - yt).square().sum()
    return loss.item(), torch.autograd.grad(loss, weights)


class Handwritten:
    def __init__(self):
        shape = (count, n)
        self.w = wt.t().contiguous()
        self.phi = [torch.empty(shape, dtype=torch.float64) for _ in range(depth + 1)]
        self.slope = [torch.empty(shape, dtype=torch.float64) for _ in range(depth + 1)]
        self.h, self.pulled = (torch.empty(shape, dtype=torch.float64) for _ in range(2))
        self.gradient = [torch.empty_like(t) for t in (wt, ut, vt)]

    def __call__(self):
        h, pulled, phi, slope = self.h, self.pulled, self.phi, self.slope
        dw, du, dv = self.gradient
        torch.mm(xt, ut, out=h).div_(root_d)
        for l in range(depth):
            softplus(h, out=phi[l])
            torch.sigmoid(h, out=slope[l])
            h.addmm_(phi[l], wt, alpha=kappa)
        softplus(h, out=phi[depth])
        torch.sigmoid(h, out=slope[depth])
        residual = torch.mm(phi[depth], vt).div_(root_n).sub_(yt)
        loss = 0.5 * residual.square().sum().item()
        torch.mm(phi[depth].t(), residual, out=dv).div_(root_n)
        adjoint = torch.mm(residual, vt.t(), out=h).mul_(slope[depth]).div_(root_n)
        dw.zero_()
        for l in reversed(range(depth)):
            dw.addmm_(phi[l].t(), adjoint, alpha=kappa)
            torch.mm(adjoint, self.w, out=pulled)
            adjoint.addcmul_(pulled, slope[l], value=kappa)
        torch.mm(xt.t(), adjoint, out=du).div_(root_d)
        return loss, (dw, du, dv)


def field(h):
    return torch.mm(softplus(h), wt).div_(root_n)


def joint_field(state):
    """d/ds of (h, lambda, W gradient) for s = T - t."""
    h, adjoint, _ = state
    phi = softplus(h)
    pulled = torch.mm(adjoint, wt.t()).mul_(torch.sigmoid(h)).div_(root_n)
    return (torch.mm(phi, wt).div_(-root_n), pulled, torch.mm(phi.t(), adjoint).div_(root_n))


def read_out_and_back(h, backward):
    phi = softplus(h)
    residual = torch.mm(phi, vt).div_(root_n).sub_(yt)
    loss = 0.5 * residual.square().sum().item()
    dv = torch.mm(phi.t(), residual).div_(root_n)
    adjoint = torch.mm(residual, vt.t()).mul_(torch.sigmoid(h)).div_(root_n)
    _, adjoint, dw = backward((h, adjoint, torch.zeros_like(wt)))
    return loss, (dw, torch.mm(xt.t(), adjoint).div_(root_d), dv)


def euler_adjoint():
    h = torch.mm(xt, ut).div_(root_d)
    for _ in range(depth):
        h = h.add_(field(h), alpha=step)

    def backward(state):
        for _ in range(depth):
            for part, slope in zip(state, joint_field(state)):
                part.add_(slope, alpha=step)
        return state

    return read_out_and_back(h, backward)


# Dormand and Prince, J. Comp. Appl. Math. 6 (1980) 19; the last stage is the first of the next step.
A = [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]


def rms(tensor):
    return (torch.linalg.vector_norm(tensor) / tensor.numel() ** 0.5).item()


def norm(parts):
    return max(rms(p) for p in parts)


def combine(start, slopes, factors):
    result = []
    for i, part in enumerate(start):
        total = part.clone()
        for slope, factor in zip(slopes, factors):
            if factor != 0:
                total.add_(slope[i], alpha=factor)
        result.append(total)
    return tuple(result)


def adaptive(field_of, start):
    """Over s in [0, 1], with the error norm, first step and step control of torchdiffeq's dopri5."""
    scale = [tolerance + tolerance * p.abs() for p in start]
    first = field_of(start)
    size = norm([p / s for p, s in zip(start, scale)])
    speed = norm([p / s for p, s in zip(first, scale)])
    guess = 1e-6 if size < 1e-5 or speed < 1e-5 else 0.01 * size / speed
    trial = field_of(combine(start, [first], [guess]))
    bend = norm([(b - a) / s for a, b, s in zip(first, trial, scale)]) / guess
    larger = max(speed, bend)
    dt = min(100 * guess, max(1e-6, guess * 1e-3) if larger <= 1e-15 else (0.01 / larger) ** (1 / 5))
    t, state = 0.0, start
    while t < 1:
        dt = min(dt, 1 - t)
        slopes = [first]
        for row in A:
            end = combine(state, slopes, [dt * a for a in row])
            slopes.append(field_of(end))
        errors = combine([torch.zeros_like(p) for p in state], slopes, [dt * e for e in E])
        error = norm(
            [
                e.div_(torch.maximum(a.abs(), b.abs()).mul_(tolerance).add_(tolerance))
                for e, a, b in zip(errors, state, end)
            ]
        )
        if error <= 1:
            t = 1.0 if dt >= 1 - t else t + dt
            state, first = end, slopes[-1]
        grow = 10.0 if error == 0 else min(10.0, max(1.0 if error < 1 else 0.2, 0.9 * error ** (-1 / 5)))
        dt *= grow
    return state


def dopri5():
    (h,) = adaptive(lambda state: (field(state[0]),), (torch.mm(xt, ut).div_(root_d),))
    return read_out_and_back(h, lambda state: adaptive(joint_field, state))


with torch.no_grad() if method != "autograd" else torch.enable_grad():
    before = status("VmRSS")
    open("/proc/self/clear_refs", "w").write("5")  # the peak so far is forgotten
    run = {"autograd": autograd, "euler-adjoint": euler_adjoint, "dopri5": dopri5}.get(method)
    if run is None:
        run = Handwritten()
    run()  # warm-up, and the memory of one step
    peak = status("VmHWM")
    seconds, (loss, gradient) = best_of(run)

dw, du, dv = gradient
with open(f"{directory}/gradient.bin", "wb") as file:
    for part in (du, dw, dv):
        file.write(np.ascontiguousarray(part.numpy()).tobytes())
print(json.dumps({"loss": loss, "seconds": seconds, "step_mib": peak - before, "peak_mib": peak, "blas": blas()}))
