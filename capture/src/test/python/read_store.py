"""Reads a store of activations with NumPy alone, by the safetensors format's own description, and prints sums as JSON.

  read_store.py FOLDER

Each shard is read as safetensors.numpy.load_file would give it, but for BF16, which NumPy has no type for: its two
bytes are the upper half of a float32.
"""
import json
import os
import struct
import sys

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8"}


def load(path):
    with open(path, "rb") as f:
        length = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(length).decode("utf-8"))
        data = f.read()
    header.pop("__metadata__", None)
    arrays, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = entry["data_offsets"]
        assert begin == end, "holes or overlaps"
        end = stop
        array = np.frombuffer(data[begin:stop], TYPES[entry["dtype"]]).reshape(entry["shape"])
        if entry["dtype"] == "BF16":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        arrays[name] = array
    assert end == len(data), "not indexed entirely"
    return arrays


folder = sys.argv[1]
with open(os.path.join(folder, "index.json"), encoding="utf-8") as f:
    index = json.load(f)
shards = [load(os.path.join(folder, shard["file"])) for shard in index["shards"]]
for shard, told in zip(shards, index["shards"]):
    for point, width in zip(index["points"], index["widths"]):
        assert shard[point].shape == (told["rows"], width), point
    for name in ("text", "position", "token_id"):
        assert shard[name].shape == (told["rows"],), name
    assert (np.diff(shard["text"]) >= 0).all()
print(
    json.dumps(
        {
            "rows": sum(len(shard["text"]) for shard in shards),
            "points": index["points"],
            "token_ids": np.concatenate([shard["token_id"] for shard in shards]).tolist(),
            "sums": {
                point: float(sum(shard[point].astype(np.float64).sum() for shard in shards)) for point in index["points"]
            },
            "last": float(shards[-1][index["points"][-1]][-1, -1]),
        },
        separators=(",", ":"),
    )
)
