"""Writes the snapshot of SnapshotRunTest by hand, byte for byte. Run from core/.

A session of 3 points x 3 tokens x 2 dimensions: at point p, token t, dimension d stands p*100 + t*10 + d.
"""
import json
import os
import struct

OUT = "src/test/resources/io/github/residual4j/testing/SnapshotRunTest/numbered.safetensors"
POINTS = ["embed", "blocks.0.resid_mid", "blocks.0.resid_post"]

states = [p * 100 + t * 10 + d for p in range(3) for t in range(3) for d in range(2)]
final = [900 + t * 10 + d for t in range(3) for d in range(2)]
arrays = {
    "hidden_states": ("F32", [3, 1, 3, 2], struct.pack("<18f", *states)),
    "final": ("F32", [1, 3, 2], struct.pack("<6f", *final)),
    "token_ids": ("I64", [3], struct.pack("<3q", 40, 41, 42)),
    "positions": ("I64", [3], struct.pack("<3q", 0, 1, 2)),
}
config = {"format_version": 1, "text": None, "model_name": None, "tokens": ["Par", "is", " 100%\n"]}
header = {"__metadata__": {"format_version": "1", "layer_names": json.dumps(POINTS), "config_json": json.dumps(config)}}
offset = 0
for name, (dtype, shape, values) in arrays.items():
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(values)]}
    offset += len(values)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
os.makedirs(os.path.dirname(OUT), exist_ok=True)
with open(OUT, "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(values for _, _, values in arrays.values()))
