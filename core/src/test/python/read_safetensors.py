"""Reads a session's safetensors file by the format's own description and prints what is in it as JSON.

  read_safetensors.py FILE
"""
import json
import struct
import sys

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}


def no_duplicates(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), "a key occurs twice"
    return dict(pairs)


with open(sys.argv[1], "rb") as f:
    raw = f.read()
length = struct.unpack("<Q", raw[:8])[0]
assert length <= 100_000_000 and length % 8 == 0 and raw[8:9] == b"{"
header = json.loads(raw[8 : 8 + length].decode("utf-8"), object_pairs_hook=no_duplicates)
metadata = header.pop("__metadata__")
assert all(isinstance(value, str) for value in metadata.values())
data = raw[8 + length :]
arrays, end = {}, 0
for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, stop = entry["data_offsets"]
    assert begin == end, "holes or overlaps"
    end = stop
    array = np.frombuffer(data[begin:stop], TYPES[entry["dtype"]])
    assert begin % array.dtype.itemsize == 0, "not aligned"
    arrays[name] = array.reshape(entry["shape"])
assert end == len(data), "not indexed entirely"
states = arrays["hidden_states"]
print(
    json.dumps(
        {
            "text": json.loads(metadata["config_json"])["text"],
            "layer_names": json.loads(metadata["layer_names"]),
            "shapes": {name: list(array.shape) for name, array in arrays.items()},
            "last_value": float(states[-1, 0, -1, -1]),
            "sum": float(states.astype(np.float64).sum()),
        }
    )
)
