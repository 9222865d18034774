"""Writes Matplotlib's own 256-colour tables to tables.csv: one line for each colormap, name and hexadecimal colours.

The last one is not Matplotlib's but between the colours of dark_diverging.py.
"""

import pathlib

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

import dark_diverging

NAMES = ["viridis", "plasma", "inferno", "magma", "cividis", "RdYlGn", "RdBu_r", "coolwarm", "Greys"]

maps = [(name, matplotlib.colormaps[name]) for name in NAMES]
hexadecimal = ["#" + color for color in dark_diverging.points()]
maps.append(("BuBkOr", LinearSegmentedColormap.from_list("BuBkOr", hexadecimal, 256)))
lines = []
for name, colormap in maps:
    colors = np.round(colormap(np.arange(256))[:, :3] * 255).astype(int)
    lines.append(name + "," + ",".join("%02x%02x%02x" % tuple(color) for color in colors))
pathlib.Path(__file__).with_name("tables.csv").write_text("\n".join(lines) + "\n")
