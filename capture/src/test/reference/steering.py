"""Makes ../resources/steering/: steering vectors of pairs of texts, and the GGUF files in which they are exchanged.

  steering.py           needs PyTorch and gguf; made with 2.15 and 0.19.0
  steering.py check     also compares with NumPy's singular values, and applies a vector in transformers 4.57

The conventions are repeng's and llama.cpp's: states are of the last token, a vector is of a block's output, and
direction.N is added to what block N gives, N never 0. The forward pass is gpt2.py's in float64.
"""
import sys
import torch
from gpt2 import *

COUNTRIES = ["Portugal", "Peru", "Kenya", "Norway", "Japan", "Canada"]
PAIRS = [(f"{c} Climate: hot, tropical, humid", f"{c} Climate: cold, arctic, dry") for c in COUNTRIES]
TEXT = "Climate: "
MICRO_PAIRS = [([3, 14, 15, 9], [3, 41, 15, 9]), ([60, 7, 14], [60, 7, 41]), ([14, 5, 5, 22, 8], [41, 5, 22, 8]), ([9, 14, 9], [9, 41, 9]), ([1, 2, 14, 3], [2, 41, 3])]
MICRO_IDS = [60, 14, 15, 9, 26, 5]


def principal(rows):
    """The unit vector along which rows [N, D] spread most, and how its variance relates to the next one's."""
    values, vectors = torch.linalg.eigh(rows.T @ rows)
    return vectors[:, -1], (values[-1] / values[-2]).item()


def signed(direction, positive, negative):
    """repeng's rule: most positive texts lie further along it than their negative ones."""
    further = (positive @ direction > negative @ direction).double().mean()
    assert further != 0.5
    return direction if further > 0.5 else -direction


def make(model, pairs, ids, coefficient, arrays):
    name, blocks = model.name, range(model.layers)
    outputs = lambda text: torch.stack([model.run(text)[f"blocks.{l}.resid_post"][-1] for l in blocks])  # [L, D]
    states = torch.stack([torch.stack([outputs(text) for text in pair]) for pair in pairs]).float().double()  # [pairs, 2, L, D]
    positive, negative = states[:, 0], states[:, 1]
    difference = positive - negative
    made = {"difference_of_means": positive.mean(0) - negative.mean(0)}
    ratios = {}
    for key, rows in (("principal_component", difference), ("principal_component_centred", difference - difference.mean(0))):
        found = [principal(rows[:, l]) for l in blocks]
        made[key] = torch.stack([signed(v, positive[:, l], negative[:, l]) for l, (v, _) in enumerate(found)])
        ratios[key] = [r for _, r in found]
    steer = made["difference_of_means"].float().double()
    def add(point, x):
        return x + coefficient * steer[int(point.split(".")[1])] if point.endswith("resid_post") and not point.startswith("blocks.0.") else x
    seen = model.run(ids, add)
    arrays.update({f"{name}/states": states, **{f"{name}/{k}": v for k, v in made.items()}, f"{name}/steered/logits": seen["logits"][-1]})
    return dict(name=name, model=name, pairs=[dict(positive=p, negative=n) for p, n in pairs], variance_ratio=ratios, steered_ids=ids, coefficient=coefficient), made


def write_gguf(file, hint, directions):
    import gguf
    path = os.path.join(RESOURCES, "steering", file)
    writer = gguf.GGUFWriter(path, "controlvector")
    writer.add_string("controlvector.model_hint", hint)
    writer.add_uint32("controlvector.layer_count", len(directions))
    for block, vector in directions.items():
        writer.add_tensor(f"direction.{block}", vector.numpy().astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{path}: {os.path.getsize(path):,} bytes")


def check(cases, arrays):
    for c in cases:
        states, name = arrays[c["name"] + "/states"].numpy(), c["name"]
        for l in range(states.shape[2]):
            d = states[:, 0, l] - states[:, 1, l]
            for key, rows in (("principal_component", d), ("principal_component_centred", d - d.mean(0))):
                v = np.linalg.svd(rows)[2][0]
                cosine = abs(v @ arrays[f"{name}/{key}"][l].numpy())
                assert abs(cosine - 1) < 1e-9, (name, key, l, cosine)
        model = Gpt2(name)
        theirs = transformers_model(model)
        for l in range(1, model.layers):
            def add(module, inputs, out, l=l):
                steer = c["coefficient"] * arrays[f"{name}/difference_of_means"][l].float().double()
                return (out[0] + steer, *out[1:]) if isinstance(out, tuple) else out + steer
            theirs.transformer.h[l].register_forward_hook(add)
        apart = (theirs(torch.tensor([c["steered_ids"]])).logits[0, -1] - arrays[f"{name}/steered/logits"]).abs().max().item()
        print(f"{name:20} largest difference to transformers {apart:.1e}")
        assert apart < 1e-9
        import gguf
        reader = gguf.GGUFReader(os.path.join(RESOURCES, "steering", name + ".gguf"))
        for t in reader.tensors:
            assert np.array_equal(t.data, arrays[f"{name}/difference_of_means"][int(t.name.split(".")[1])].numpy().astype(np.float32))


def main():
    arrays, cases = {}, []
    embedded, micro = Gpt2("embedded"), Gpt2("micro")
    c, vectors = make(embedded, [(encode(p), encode(n)) for p, n in PAIRS], encode(TEXT), 1.5, arrays)
    cases.append(dict(**c, texts=[dict(positive=p, negative=n) for p, n in PAIRS], steered_text=TEXT))
    d = vectors["difference_of_means"]
    os.makedirs(os.path.join(RESOURCES, "steering"), exist_ok=True)
    write_gguf("embedded.gguf", "gpt2", {l: d[l] for l in range(1, embedded.layers)})
    write_gguf("embedded-some-blocks.gguf", "gpt2", {l: d[l] for l in (5, 2)})
    c, vectors = make(micro, MICRO_PAIRS, MICRO_IDS, -2.0, arrays)
    cases.append(c)
    write_gguf("micro.gguf", "gpt2", {1: vectors["difference_of_means"][1]})
    write_json("steering/expected.json", dict(cases=cases))
    write_safetensors("steering/expected.safetensors", arrays)
    for c in cases:
        print(c["name"], {k: [round(x, 2) for x in v] for k, v in c["variance_ratio"].items()})
    if sys.argv[1:] == ["check"]:
        check(cases, arrays)


if __name__ == "__main__":
    main()
