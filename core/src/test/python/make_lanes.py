"""Writes src/test/resources/reference/lanes: a session whose results must have the same bits on every processor.

  make_lanes.py    NumPy only

Its width fills no whole number of blocks and of lanes. A few values are massive, one dimension lies far from zero, and
the squares of one token's embedding are too small for float32. The numbers come from a generator of integers, so that
no library's choice of random numbers matters. Then run make_expected_analyses.py; SameBitsTest names the hash of
analysis.json to put into analysis.sha256, once FullReportTest has found its numbers right.
"""
import json
import os

import numpy as np

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../resources/reference/lanes")
BLOCKS, HEADS, TOKENS, WIDTH = 3, 2, 7, 547


def uniform(seed, *shape):
    """SplitMix64 (Steele, Lea and Flood 2014): values from -0.5 to 0.5."""
    count = int(np.prod(shape))
    z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)).reshape(shape) / 2.0**24 - 0.5


def bell(seed, *shape):
    return uniform(seed, 4, *shape).sum(0)


points = 2 * BLOCKS + 1
states = np.cumsum([bell(1000 + p, TOKENS, WIDTH) * (1 + p / 2) for p in range(points)], axis=0)
states[:, :, 138] += 40
states[2:, 0, 378] += 3000
states[3:, 4, 447] -= 2500
states[0, 5] *= 2.0**-70
weights = 2.0 ** (8 * uniform(7, BLOCKS, HEADS, TOKENS, TOKENS)) * np.tri(TOKENS)
names = ["embed"] + [f"blocks.{b}.resid_{part}" for b in range(BLOCKS) for part in ("mid", "post")]
os.makedirs(OUT, exist_ok=True)
np.savez_compressed(
    os.path.join(OUT, "tensors.npz"),
    hidden_states=states[:, None].astype(np.float32),
    layer_names=np.array(names),
    token_ids=np.arange(TOKENS),
    attention_patterns=(weights / weights.sum(-1, keepdims=True)).astype(np.float32),
)
with open(os.path.join(OUT, "config.json"), "w") as f:
    json.dump({"text": "", "model_name": "lanes"}, f)
