"""Makes the expected values in ../resources/reference, from the checkpoints beside this project's sources.  make.py
Needs NumPy only. Each file is a safetensors file; the text is in its metadata."""
import json, os, struct, sys
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../../../../core/src/test/python"))
import reference

TINY = os.path.join(HERE, "../../main/resources/io/github/residual4j/capture/tiny-gpt2")
MICRO = os.path.join(HERE, "../resources/micro")
LONG = ("Portugal. Geography Location: Southwestern Europe, bordering the North Atlantic Ocean, west of Spain Geographic coordinates: 39 30 N, 8 00 W "
        "Map references: Europe Area: total: 92,090 sq km Area: land: 91,470 sq km Area: water: 620 sq km Area: note: includes Azores and Madeira Islands "
        "Area - comparative: slightly smaller than Indiana Land boundaries: total: 1,224 km Land boundaries: border countries: Spain 1,224 km "
        "Coastline: 1,793 km Maritime claims: territorial sea: 12 nm Maritime claims: contiguous zone: 24 nm "
        "Maritime claims: exclusive economic zone: 200 nm Maritime claims: continental shelf: 200-m depth or t")


def save(name, text, ids, result, positions, extra):
    arrays = {"input_ids": np.array(ids, "<i8"), "positions": np.array(positions, "<i8"), "points": result["points"][:, positions],
              "final": result["final"][positions], "logits_last": result["logits"][-1], **extra}
    header, data, at = {"__metadata__": {"text": text}}, [], 0
    for key, a in arrays.items():
        raw = a.astype(a.dtype if a.dtype.kind == "i" else "<f4").tobytes()
        header[key] = {"dtype": "I64" if a.dtype.kind == "i" else "F32", "shape": list(a.shape), "data_offsets": [at, at + len(raw)]}
        at += len(raw)
        data.append(raw)
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(os.path.join(HERE, "../resources/reference", name + ".safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head + b"".join(data))


def main():
    texts = {"paris": "Paris is the capital of", "unicode": "Bogot\u00e1, M\u00e9xico \u2014 na\u00efve \u6771\u4eac \U0001f30d", "single": "x", "long": LONG}
    for name, text in texts.items():
        ids = reference.encode(TINY + "/tokenizer.json", text)
        positions = list(range(0, len(ids), 16)) + [len(ids) - 1] if name == "long" else list(range(len(ids)))
        result = reference.forward(TINY, ids)
        save(name, text, ids, result, positions, {"patterns": result["patterns"]} if name == "paris" else {})
    ids = [3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0]
    result = reference.forward(MICRO, ids)
    save("micro", "", ids, result, list(range(len(ids))), {"patterns": result["patterns"], "logits": result["logits"], **result["inner"]})


if __name__ == "__main__":
    main()
