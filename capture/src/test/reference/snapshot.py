"""Writes the snapshot of ParisTest from the NumPy numbers in resources/reference/paris.safetensors, byte for byte.

  snapshot.py                                run from capture/, after make.py

It keeps the last token: every point of the stream, the final state and the logits.
"""
import json, os, struct

SOURCE = "src/test/resources/reference/paris.safetensors"
OUT = "src/test/resources/io/github/residual4j/capture/testing/ParisTest/paris.safetensors"

with open(SOURCE, "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    body = file.read()


def source(name):
    return body[slice(*header[name]["data_offsets"])]


points, tokens, width = header["points"]["shape"]
row = 4 * width
last = b"".join(source("points")[(p * tokens + tokens - 1) * row:(p * tokens + tokens) * row] for p in range(points))
names = ["embed"] + [f"blocks.{i // 2}.resid_{'post' if i % 2 else 'mid'}" for i in range(points - 1)]
arrays = {
    "hidden_states": ("F32", [points, 1, 1, width], last),
    "logits": ("F32", [1, 1, header["logits_last"]["shape"][0]], source("logits_last")),
    "final": ("F32", [1, 1, width], source("final")[-row:]),
    "token_ids": ("I64", [1], source("input_ids")[-8:]),
    "positions": ("I64", [1], source("positions")[-8:]),
}
config = {"format_version": 1, "text": header["__metadata__"]["text"], "tokens": [" of"]}
new = {"__metadata__": {"format_version": "1", "layer_names": json.dumps(names), "config_json": json.dumps(config)}}
offset = 0
for name, (dtype, shape, values) in arrays.items():
    new[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(values)]}
    offset += len(values)
text = json.dumps(new).encode()
text += b" " * (-len(text) % 8)
os.makedirs(os.path.dirname(OUT), exist_ok=True)
with open(OUT, "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(values for _, _, values in arrays.values()))
