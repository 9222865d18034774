"""Writes src/test/resources/reference/micro: a session of the 2-layer random model, with attention patterns.

  make_micro.py    NumPy only
"""
import json
import os

import numpy as np

import reference

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "../../../../capture/src/test/resources/micro")
OUT = os.path.join(HERE, "../resources/reference/micro")

given = reference.forward(MODEL, [3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0])
os.makedirs(OUT, exist_ok=True)
np.savez(
    os.path.join(OUT, "tensors.npz"),
    hidden_states=given["points"][:, None].astype(np.float32),
    layer_names=np.array(given["names"]),
    token_ids=given["ids"],
    attention_patterns=given["patterns"].astype(np.float32),
    final=given["final"][None].astype(np.float32),
    logits=given["logits"][None].astype(np.float32),
)
with open(os.path.join(OUT, "config.json"), "w") as f:
    json.dump({"text": "", "model_name": "micro"}, f)
with open(os.path.join(OUT, "expected-analysis.json"), "w") as f:
    json.dump(reference.analyse(OUT), f)
