"""Holds the analyses side by side with NumPy on the same arrays and prints a table of ratios.

  mvn -ntp -DskipTests package
  /usr/bin/python3 examples/benchmark/side_by_side.py [--xl] [--rounds N] [--java JAVA]

Run from the repository's root. Both sides take turns in every round, so that whatever else the machine does hits both;
a ratio is the median over the rounds of their neighbouring times. --xl takes the shape of GPT-2 XL, 97 x 1024 x 1600,
which needs 640 MB on the disk and 3 GB of memory. --geometry holds principal components, spectra and CKA at T = 1024
against NumPy in double instead, as the library computes them; it takes minutes.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--xl", action="store_true")
parser.add_argument("--geometry", action="store_true")
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--java", default="java")
options = parser.parse_args()


def cosines(dot, square):
    norm = np.sqrt(square)
    return dot / (norm[:-1] * norm[1:])


def matmul(h):
    dot = np.matmul(h[:-1, :, None, :], h[1:, :, :, None])[..., 0, 0]
    return cosines(dot, np.matmul(h[:, :, None, :], h[:, :, :, None])[..., 0, 0])


def einsum(h):
    return cosines(np.einsum("ptd,ptd->pt", h[:-1], h[1:]), np.einsum("ptd,ptd->pt", h, h))


def one_cosine(a, b):
    norms = np.linalg.norm(a) * np.linalg.norm(b)
    return np.dot(a, b) / norms if norms else 0.0


def loops(h):
    """Pair by pair, as one does in a notebook."""
    out = np.zeros((len(h) - 1, h.shape[1]))
    for p in range(len(h) - 1):
        for t in range(h.shape[1]):
            out[p, t] = one_cosine(h[p, t], h[p + 1, t])
    return out


def notebook(h):
    """The notebook's four analyses in its manner."""
    blocks = (len(h) - 1) // 2
    results = [loops(h), h.mean((1, 2)), h.std((1, 2)), h.min((1, 2)), h.max((1, 2)), np.abs(h).mean((1, 2))]
    attention = np.array([h[2 * b + 1] - h[2 * b] for b in range(blocks)])
    mlp = np.array([h[2 * b + 2] - h[2 * b + 1] for b in range(blocks)])
    before = np.array([h[2 * b] for b in range(blocks)])
    results += [np.linalg.norm(x, axis=-1).mean(1) for x in (before, attention, mlp)]
    for update in (attention, mlp):
        out = np.zeros((blocks, h.shape[1]))
        for b in range(blocks):
            for t in range(h.shape[1]):
                out[b, t] = one_cosine(before[b, t], update[b, t])
        results.append(out)
    return results


def components(h):
    x = h.reshape(-1, h.shape[-1]).astype(np.float64)
    x -= x.mean(0)
    _, vectors = np.linalg.eigh(x.T @ x / len(x))
    return x @ vectors[:, -3:]


def spectra(h):
    return [np.linalg.svd(x.astype(np.float64), compute_uv=False) for x in h]


def similarity(h):
    grams = []
    for state in h:
        x = state.astype(np.float64)
        x -= x.mean(0)
        grams.append((x @ x.T).ravel())
    grams = np.array(grams)
    products = grams @ grams.T
    norm = np.sqrt(np.diag(products))
    return products / norm[:, None] / norm[None, :]


class Java:
    def __init__(self, folder, heap):
        command = [options.java, f"-Xmx{heap}", "--add-modules", "jdk.incubator.vector"]
        command += ["-Dresidual4j.kernels=vector", "-cp", "examples/target/residual4j.jar" + os.pathsep + "examples/target/lib/*"]
        command += ["io.github.residual4j.examples.benchmark.AnalysisTimer", folder]
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process = subprocess.Popen(command, **pipes)

    def milliseconds(self, name, times):
        self.process.stdin.write(f"{name} {times}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def numpy_milliseconds(function, h, times):
    start = time.perf_counter()
    for _ in range(times):
        function(h)
    return (time.perf_counter() - start) * 1e3 / times


def measure(points, tokens, width):
    rows = []
    h = np.random.default_rng(1).standard_normal((points, tokens, width), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        names = ["embed"] + [f"blocks.{p // 2}.resid_{'post' if p % 2 else 'mid'}" for p in range(points - 1)]
        np.savez(os.path.join(folder, "tensors.npz"), hidden_states=h[:, None], layer_names=np.array(names))
        with open(os.path.join(folder, "config.json"), "w") as f:
            json.dump({"text": "", "model_name": "random"}, f)
        java = Java(folder, "4g" if h.nbytes > 1 << 28 else "1g")
        times = max(1, int(4e6 / h.size))
        if options.geometry:
            sides = [(f.__name__, "NumPy float64", f) for f in (components, spectra, similarity)]
        else:
            sides = [("cosine", "matmul", matmul), ("cosine", "einsum", einsum), ("cosine", "loops", loops), ("report", "notebook", notebook)]
            sides += [(ours, theirs, None) for theirs in ("sum", "parallel-sum") for ours in ("cosine", "report")]
            for name in ("sum", "parallel-sum", "cosine", "report"):
                java.milliseconds(name, max(20, 20_000 // max(1, tokens)) if h.nbytes < 1 << 28 else 10)
        for ours, theirs, function in sides:
            slow = function in (loops, notebook, components, spectra, similarity)
            mine, other = [], []
            for _ in range(min(options.rounds, 5) if slow else options.rounds):
                mine.append(java.milliseconds(ours, times))
                if function is None:
                    other.append(java.milliseconds(theirs, times))
                else:
                    other.append(numpy_milliseconds(function, h, 1 if slow else times))
            ratio = statistics.median(o / m for m, o in zip(mine, other))
            against = f"SIMD {theirs}" if function is None else theirs
            rows.append((f"{points} x {tokens} x {width}", ours, statistics.median(mine), against, statistics.median(other), ratio))
        java.close()
    return rows


shapes = [(25, 1024, 768)] if options.geometry else [(25, 5, 768), (25, 128, 768), (25, 1024, 768)]
shapes = [(97, 1024, 1600)] if options.xl else shapes
print(f"{platform.machine()}, {os.cpu_count()} processors, NumPy {np.__version__}, Python {platform.python_version()}")
print("| shape | analysis | ms | against | ms | times as fast |")
print("|---|---|---|---|---|---|")
for shape in shapes:
    for row in measure(*shape):
        print("| %s | %s | %.3f | %s | %.3f | %.2f |" % row, flush=True)
