"""Reads a session directory as any NumPy user would and prints the notebook's numbers as JSON.

  read_session.py SESSION_DIR
"""
import json
import sys

import numpy as np

folder = sys.argv[1]
items = np.load(folder + "/tensors.npz")
with open(folder + "/config.json") as f:
    config = json.load(f)
assert json.loads(str(items["config_json"])) == config, "config.json and config_json differ"
assert items["hidden_states"].dtype == np.dtype("<f4") and items["hidden_states"].shape[1] == 1
assert items["token_ids"].dtype == np.dtype("<i8") and items["positions"].dtype == np.dtype("<i8")
assert items["token_ids"].shape == items["positions"].shape == (items["hidden_states"].shape[2],)

h = items["hidden_states"].squeeze(1).astype(np.float64)
blocks = (h.shape[0] - 1) // 2


def cosine(a, b):
    norms = np.linalg.norm(a) * np.linalg.norm(b)
    return 0.0 if norms == 0 else float(np.dot(a, b) / norms)


pre, mid, post = (h[first : first + 2 * blocks : 2] for first in (0, 1, 2))
print(
    json.dumps(
        {
            "text": config["text"],
            "model_name": config["model_name"],
            "tokens": config["tokens"],
            "token_ids": items["token_ids"].tolist(),
            "layer_names": items["layer_names"].tolist(),
            "shapes": {key: list(items[key].shape) for key in items.files},
            "cosine_consecutive": [[cosine(h[p, t], h[p + 1, t]) for t in range(h.shape[1])] for p in range(len(h) - 1)],
            "statistics": {"std": h.std(axis=(1, 2)).tolist()},
            "magnitudes": {"mlp_l2": np.linalg.norm(post - mid, axis=-1).mean(axis=1).tolist()},
            "cosine_residual_attention": [
                [cosine(pre[b, t], mid[b, t] - pre[b, t]) for t in range(h.shape[1])] for b in range(blocks)
            ],
        }
    )
)
