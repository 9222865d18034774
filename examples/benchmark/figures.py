"""The Matplotlib and seaborn side of FiguresBenchmark: draws what it is told to and prints how long that took.

It is started with a session directory and a folder for its pictures, draws everything once, prints "ready", and then
answers each line on standard input, one of heatmap, notebook, gif and html, with the milliseconds that one took. The
numbers are computed beforehand; only drawing, encoding and writing are measured. The figures have the panels, sizes and
colours of the Java side.
"""

import pathlib
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.animation import FuncAnimation, PillowWriter

session, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
arrays = np.load(session / "tensors.npz")
stream = arrays["hidden_states"].squeeze(1)  # [points, tokens, width]
names = [str(name) for name in arrays["layer_names"]]
points, tokens, width = stream.shape
token_labels = [f"T{i}" for i in range(tokens)]
blocks = (points - 1) // 2
block_labels = [f"L{i}" for i in range(blocks)]


def cosine(a, b):
    return (a * b).sum(-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))


before, middle, after = stream[0:-1:2], stream[1::2], stream[2::2]
attention, mlp = middle - before, after - middle
consecutive = cosine(stream[:-1], stream[1:])
transitions = [f"{a} → {b}" for a, b in zip(names, names[1:])]
statistics = {
    "mean": stream.mean(axis=(1, 2)),
    "std": stream.std(axis=(1, 2)),
    "min": stream.min(axis=(1, 2)),
    "max": stream.max(axis=(1, 2)),
    "abs_mean": np.abs(stream).mean(axis=(1, 2)),
}
sizes = {
    name: np.linalg.norm(values, axis=-1).mean(axis=1)
    for name, values in [("residual", before), ("attention", attention), ("mlp", mlp)]
}
wide = np.random.default_rng(0).standard_normal((24, 1024))


def save(figure, name):
    figure.tight_layout()
    figure.savefig(out / name, dpi=80)
    plt.close(figure)


def heatmap():
    figure, axes = plt.subplots(figsize=(14, 10))
    sns.heatmap(wide, cmap="viridis", vmin=-3, vmax=3, cbar_kws={"label": "Activation"}, ax=axes)
    axes.set(title="Heatmap", xlabel="Dimension", ylabel="Row")
    save(figure, "heatmap.png")


def notebook():
    figure, axes = plt.subplots(figsize=(14, 10))
    sns.heatmap(
        consecutive,
        xticklabels=token_labels,
        yticklabels=transitions,
        cmap="RdYlGn",
        vmin=0,
        vmax=1,
        cbar_kws={"label": "Cosine Similarity"},
        ax=axes,
    )
    axes.set(title="Cosine Similarity Between Consecutive Layers", xlabel="Token Position", ylabel="Layer Transition")
    save(figure, "cosine.png")

    figure, axes = plt.subplots(2, 2, figsize=(14, 10))
    x = range(points)
    axes[0, 0].plot(statistics["mean"], marker="o", markersize=4)
    axes[0, 0].axhline(y=0, color="gray", linestyle="--", alpha=0.5)
    axes[0, 1].plot(statistics["std"], marker="s", markersize=4, color="orange")
    axes[1, 0].fill_between(x, statistics["min"], statistics["max"], alpha=0.3)
    axes[1, 0].plot(statistics["min"], marker="v", markersize=3, label="Min")
    axes[1, 0].plot(statistics["max"], marker="^", markersize=3, label="Max")
    axes[1, 0].legend()
    axes[1, 1].plot(statistics["abs_mean"], marker="d", markersize=4, color="green")
    for axis, title in zip(axes.flat, ["Mean", "Std Dev", "Range", "Average Absolute Activation"]):
        axis.set_xticks(x)
        axis.set_xticklabels(names, rotation=90)
        axis.set_ylabel(title)
        axis.set_title(title + " per Layer")
        axis.grid(True, alpha=0.3)
    save(figure, "statistics.png")

    figure, axes = plt.subplots(2, 2, figsize=(14, 10))
    x = np.arange(blocks)
    for (name, values), marker in zip(sizes.items(), "os^"):
        axes[0, 0].plot(values, marker=marker, markersize=5, label=name, linewidth=2)
    axes[0, 1].plot(sizes["attention"] / sizes["residual"], marker="s", markersize=5, label="Attention / Residual")
    axes[0, 1].plot(sizes["mlp"] / sizes["residual"], marker="^", markersize=5, label="MLP / Residual")
    axes[1, 0].bar(x, sizes["attention"], 0.6, label="Attention", alpha=0.8)
    axes[1, 0].bar(x, sizes["mlp"], 0.6, bottom=sizes["attention"], label="MLP", alpha=0.8)
    axes[1, 0].plot(x, sizes["residual"], "ko-", markersize=6, label="Residual (reference)", linewidth=2)
    total = sizes["attention"] + sizes["mlp"]
    axes[1, 1].bar(x, 100 * sizes["attention"] / total, 0.6, label="Attention %", alpha=0.8)
    axes[1, 1].bar(x, 100 * sizes["mlp"] / total, 0.6, bottom=100 * sizes["attention"] / total, label="MLP %", alpha=0.8)
    axes[1, 1].axhline(y=50, color="gray", linestyle="--", alpha=0.5)
    axes[1, 1].set_ylim(0, 100)
    for axis, label in zip(axes.flat, ["Average L2 Norm", "Ratio", "L2 Norm", "Percentage"]):
        axis.set_xticks(x)
        axis.set_xticklabels(block_labels)
        axis.set(xlabel="Block", ylabel=label, title=label)
        axis.legend()
        axis.grid(True, alpha=0.3)
    save(figure, "magnitudes.png")

    figure, axes = plt.subplots(1, 2, figsize=(14, 6))
    for axis, update, name in zip(axes, [attention, mlp], ["Attention", "MLP"]):
        image = axis.imshow(cosine(before, update), aspect="auto", cmap="RdBu_r", vmin=-1, vmax=1)
        axis.set(xlabel="Token Position", ylabel="Block", title=f"Cosine Similarity: Residual vs {name} Output")
        axis.set_yticks(range(blocks))
        axis.set_yticklabels(block_labels)
        plt.colorbar(image, ax=axis, label="Cosine Similarity")
    save(figure, "alignment.png")


def animation():
    grids = stream[:, -1].reshape(points, 16, -1)
    figure, axis = plt.subplots(figsize=(9.375, 3.125))
    axis.axis(False)
    mesh = axis.pcolormesh(grids[0], edgecolors="white", cmap="viridis", vmin=-3, vmax=3)
    title = axis.set_title(names[0])

    def show(frame):
        mesh.set_array(grids[frame])
        title.set_text(names[frame])
        return (mesh,)

    return figure, FuncAnimation(figure, show, frames=points, interval=400)


def gif():
    figure, frames = animation()
    frames.save(out / "layers.gif", writer=PillowWriter(fps=2.5), dpi=80)
    plt.close(figure)


def html():
    figure, frames = animation()
    (out / "layers.html").write_text(frames.to_jshtml(), encoding="utf-8")
    plt.close(figure)


work = {"heatmap": heatmap, "notebook": notebook, "gif": gif, "html": html}
for draw in work.values():
    draw()
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    work[line.strip()]()
    print((time.perf_counter() - start) * 1000, flush=True)
