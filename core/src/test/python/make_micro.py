"""Writes src/test/resources/reference/micro: a session of the 2-layer random model, with attention patterns.

  make_micro.py EXPECTED_NPZ    run from core/; EXPECTED_NPZ holds the arrays of an independent NumPy forward pass
"""
import json
import os
import sys

import numpy as np

import reference

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "reference", "micro")
os.makedirs(OUT, exist_ok=True)
given = np.load(sys.argv[1])
np.savez(
    os.path.join(OUT, "tensors.npz"),
    hidden_states=given["hidden_states"],
    layer_names=given["layer_names"],
    token_ids=given["input_ids"],
    attention_patterns=given["attention_patterns"],
    final=given["hf_hidden_states"][-1:],
    logits=given["logits"][None],
)
with open(os.path.join(OUT, "config.json"), "w") as f:
    json.dump({"text": "", "model_name": "micro"}, f)
with open(os.path.join(OUT, "expected-analysis.json"), "w") as f:
    json.dump(reference.analyse(OUT), f)
