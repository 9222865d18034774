"""Writes src/test/resources/reference/paris/expected-drift.json: how far the stream of the session "paris" lies from that
of the session "unicode", in NumPy float64.

Run from core/. Keys are those of the measures of StreamDrift; s is Cohen's pooled deviation, quantiles are NumPy's own.
"""
import json
import os

import numpy as np

REFERENCE = os.path.join(os.path.dirname(__file__), "..", "resources", "reference")
SHARES = np.arange(1, 20) / 20


def states(name):
    with np.load(os.path.join(REFERENCE, name, "tensors.npz")) as arrays:
        return arrays["hidden_states"][:, 0].astype(np.float64)  # [points, tokens, width]


def apart(difference, now, then):
    return difference / np.sqrt((now**2 + then**2) / 2)


def compare(now, then):
    """Along the last axis."""
    std = now.std(-1), then.std(-1)
    quantiles = np.abs(np.quantile(now, SHARES, axis=-1) - np.quantile(then, SHARES, axis=-1)).mean(0)
    return apart(now.mean(-1) - then.mean(-1), *std), std[0] / std[1], apart(quantiles, *std)


def flat(x):
    return x.reshape(len(x), -1)


now, then = states("paris"), states("unicode")
expected = {}
expected["mean_difference"], expected["std_ratio"], expected["quantile_distance"] = compare(flat(now), flat(then))
expected["norm_difference"] = compare(np.linalg.norm(now, axis=-1), np.linalg.norm(then, axis=-1))[0]
(
    expected["dimension_mean_difference"],
    expected["dimension_std_ratio"],
    expected["dimension_quantile_distance"],
) = compare(now.transpose(0, 2, 1), then.transpose(0, 2, 1))
with open(os.path.join(REFERENCE, "paris", "expected-drift.json"), "w") as file:
    json.dump({name: values.tolist() for name, values in expected.items()}, file)
    file.write("\n")
