"""Writes Matplotlib's own 256-colour tables to tables.csv: one line for each colormap, name and hexadecimal colours."""

import pathlib

import matplotlib
import numpy as np

NAMES = ["viridis", "plasma", "inferno", "magma", "cividis", "RdYlGn", "RdBu_r", "coolwarm", "Greys"]

lines = []
for name in NAMES:
    colors = np.round(matplotlib.colormaps[name](np.arange(256))[:, :3] * 255).astype(int)
    lines.append(name + "," + ",".join("%02x%02x%02x" % tuple(color) for color in colors))
pathlib.Path(__file__).with_name("tables.csv").write_text("\n".join(lines) + "\n")
