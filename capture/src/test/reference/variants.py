"""Makes small GPT-2 checkpoints, one for each option and each way of writing the same weights, with expected values.

  variants.py OUT_DIR      writes OUT_DIR/NAME/{config.json, weights, expected.safetensors}; needs NumPy only
  variants.py OUT_DIR check   also compares with Hugging Face's transformers, where PyTorch and transformers are there

The forward pass is written out here in float64 from the GPT-2 paper and OpenAI's code, with the options of
transformers' GPT2Config; it shares nothing with the library under test.
"""
import json, math, os, struct, sys
import numpy as np

LAYERS, HEADS, WIDTH, CONTEXT, VOCAB = 2, 2, 8, 16, 29
IDS = [3, 14, 15, 9, 26, 5, 8, 9, 28, 0]

BASE = dict(model_type="gpt2", n_layer=LAYERS, n_head=HEADS, n_embd=WIDTH, n_positions=CONTEXT, n_ctx=CONTEXT,
            vocab_size=VOCAB, layer_norm_epsilon=1e-5, activation_function="gelu_new", bos_token_id=28)


def weights(config, tied=True, head_bias=False):
    random, w, width = np.random.default_rng(11), {}, config.get("n_embd", WIDTH)
    inner = config.get("n_inner") or 4 * width
    def put(name, *shape, centre=0.0, spread=0.5):
        w[name] = (centre + spread * random.standard_normal(shape)).astype(np.float32)
    put("wte.weight", VOCAB, width)
    put("wpe.weight", CONTEXT, width)
    for l in range(LAYERS):
        for name, shape in (("attn.c_attn", (width, 3 * width)), ("attn.c_proj", (width, width)),
                            ("mlp.c_fc", (width, inner)), ("mlp.c_proj", (inner, width))):
            put(f"h.{l}.{name}.weight", *shape)
            put(f"h.{l}.{name}.bias", shape[1], spread=0.1)
        for name in ("ln_1", "ln_2"):
            put(f"h.{l}.{name}.weight", width, centre=1.0, spread=0.2)
            put(f"h.{l}.{name}.bias", width, spread=0.1)
    put("ln_f.weight", width, centre=1.0, spread=0.2)
    put("ln_f.bias", width, spread=0.1)
    if not tied:
        put("lm_head.weight", VOCAB, width)
    if head_bias:
        put("lm_head.bias", VOCAB)
    return w


ERF = np.vectorize(math.erf)
ACTIVATIONS = {
    "gelu_new": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))),
    "gelu": lambda x: 0.5 * x * (1 + ERF(x / math.sqrt(2))),
    "relu": lambda x: np.maximum(x, 0),
    "gelu_10": lambda x: np.clip(ACTIVATIONS["gelu"](x), -10, 10),
    "quick_gelu": lambda x: x / (1 + np.exp(-1.702 * x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "tanh": np.tanh,
}
ACTIVATIONS["gelu_pytorch_tanh"] = ACTIVATIONS["gelu_new"]


def forward(config, w, ids):
    w = {k: v.astype(np.float64) for k, v in w.items()}
    t, heads, size = len(ids), config["n_head"], config["n_embd"] // config["n_head"]
    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred ** 2).mean(-1, keepdims=True)
        return centred / np.sqrt(variance + config["layer_norm_epsilon"]) * w[name + ".weight"] + w[name + ".bias"]
    def linear(x, name):
        return x @ w[name + ".weight"] + w[name + ".bias"]
    x = w["wte.weight"][ids] + w["wpe.weight"][:t]
    points = [x]
    for l in range(LAYERS):
        q, k, v = np.split(linear(norm(x, f"h.{l}.ln_1"), f"h.{l}.attn.c_attn"), 3, -1)
        gathered = []
        for h in range(heads):
            part = slice(h * size, (h + 1) * size)
            scores = q[:, part] @ k[:, part].T
            if config.get("scale_attn_weights", True):
                scores = scores / math.sqrt(size)
            if config.get("scale_attn_by_inverse_layer_idx", False):
                scores = scores / (l + 1)
            scores[np.triu_indices(t, 1)] = -np.inf
            pattern = np.exp(scores - scores.max(-1, keepdims=True))
            gathered.append(pattern / pattern.sum(-1, keepdims=True) @ v[:, part])
        x = x + linear(np.concatenate(gathered, -1), f"h.{l}.attn.c_proj")
        points.append(x)
        activation = ACTIVATIONS[config["activation_function"]]
        x = x + linear(activation(linear(norm(x, f"h.{l}.ln_2"), f"h.{l}.mlp.c_fc")), f"h.{l}.mlp.c_proj")
        points.append(x)
    final = norm(x, "ln_f")
    logits = final[-1] @ w.get("lm_head.weight", w["wte.weight"]).T + w.get("lm_head.bias", 0)
    return dict(points=np.stack(points), final=final, logits_last=logits)


def bfloat16(x):
    """The upper half of each float32, which is exact for what is stored: the values are rounded before."""
    return (x.view(np.uint32) >> 16).astype("<u2")


def to_bfloat16_grid(x):
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def save(path, arrays, odd=0):
    """Writes a safetensors file whose data begin at a multiple of 8 bytes and odd more."""
    names = {"<f4": "F32", "<f8": "F64", "<f2": "F16", "<i8": "I64", "|u1": "U8", "<u2": "BF16"}
    header, data = {}, b""
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = dict(dtype=names[array.dtype.str], shape=list(array.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8 + odd)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def prefixed(w):
    """As GPT2LMHeadModel saves: a prefix, the causal masks of old versions, and a copy of the tied head."""
    named = {"transformer." + k: v for k, v in w.items()}
    for l in range(LAYERS):
        named[f"transformer.h.{l}.attn.bias"] = np.tril(np.ones((1, 1, CONTEXT, CONTEXT), np.uint8))
        named[f"transformer.h.{l}.attn.masked_bias"] = np.array(-1e4, np.float32)
    named["lm_head.weight"] = w["wte.weight"]
    return named


def write(folder, config, stored, used, shards=1, odd=0):
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/config.json", "w") as f:
        json.dump(config, f, indent=2)
        f.write("\n")
    if shards == 1:
        save(folder + "/model.safetensors", stored, odd)
    else:
        names, index = list(stored), {}
        for s in range(shards):
            file = f"model-{s + 1:05}-of-{shards:05}.safetensors"
            part = names[s::shards]
            save(folder + "/" + file, {n: stored[n] for n in part})
            index.update({n: file for n in part})
        with open(folder + "/model.safetensors.index.json", "w") as f:
            json.dump(dict(metadata=dict(total_size=sum(a.nbytes for a in stored.values())), weight_map=index), f, indent=1)
            f.write("\n")
    result = forward({**BASE, **config}, used, IDS)
    save(folder + "/expected.safetensors", dict(input_ids=np.array(IDS, "<i8"), positions=np.arange(len(IDS)).astype("<i8"),
                                                **{k: v.astype("<f4") for k, v in result.items()}))
    return result


def main(out):
    made = {}
    def make(name, stored=None, used=None, shards=1, odd=0, **options):
        config = {k: v for k, v in {**BASE, **options}.items() if v is not None}
        w = weights(config) if used is None else used
        made[name] = write(f"{out}/{name}", config, w if stored is None else stored, w, shards, odd)
    w = weights(BASE)
    make("plain")
    make("prefixed", stored=prefixed(w))
    make("sharded", stored=prefixed(w), shards=3)
    make("unaligned", odd=3)  # as safetensors wrote before its version 0.3
    make("old-config", activation_function=None, layer_norm_epsilon=None, model_type=None)
    half = {k: v.astype("<f2") for k, v in w.items()}
    make("f16", stored=half, used={k: v.astype(np.float32) for k, v in half.items()})
    rounded = {k: to_bfloat16_grid(v) for k, v in w.items()}
    make("bf16", stored={k: bfloat16(v) for k, v in rounded.items()}, used=rounded)
    same = set(made) - {"f16", "bf16"} | {"f64", "head-only"}
    untied = weights(BASE, tied=False)
    make("untied", used=untied, stored={**prefixed(w), "lm_head.weight": untied["lm_head.weight"]}, tie_word_embeddings=False)
    biased = weights(BASE, tied=False, head_bias=True)
    make("head-bias", used=biased, stored={**prefixed(w), **{k: v for k, v in biased.items() if k.startswith("lm_head")}},
         tie_word_embeddings=False)
    make("n-inner", n_inner=20)
    make("width-1", n_embd=1, n_head=1)  # whose layer norms always give their bias
    make("epsilon", layer_norm_epsilon=0.05)
    make("f64", stored={k: v.astype("<f8") for k, v in w.items()})
    make("head-only", stored={"lm_head.weight" if k == "wte.weight" else "transformer." + k: v for k, v in w.items()})
    make("stored-head", used=untied, stored=untied)  # while the configuration ties, as transformers 5 reads it
    large = {k: 12 * v if "c_fc.weight" in k else v for k, v in w.items()}  # so that some GELUs pass 10
    make("gelu-10", activation_function="gelu_10", stored=large, used=large)
    for name in ("gelu", "gelu_pytorch_tanh", "relu", "quick_gelu", "silu", "tanh"):
        make(name.replace("_", "-"), activation_function=name)
    make("unscaled-attention", scale_attn_weights=False)
    make("scaled-by-layer", scale_attn_by_inverse_layer_idx=True)
    make("reordered-attention", reorder_and_upcast_attn=True, scale_attn_by_inverse_layer_idx=True)
    same |= {"gelu-pytorch-tanh"}
    for name, result in made.items():
        if name == "width-1":  # not of one shape with the others
            continue
        apart = max(np.abs(result[k] - made["plain"][k]).max() / np.abs(made["plain"][k]).max() for k in result)
        print(f"{name:20} largest difference to plain {apart:.1e}")
        assert (apart == 0) if name in same else (apart > 1e-4), name
    return made


def check(out, made):
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel
    for name, result in made.items():
        config = GPT2Config(**{k: v for k, v in json.load(open(f"{out}/{name}/config.json")).items() if k != "model_type"},
                            attn_implementation="eager")  # the only one that knows all scales
        used = {"untied": weights(BASE, tied=False), "stored-head": weights(BASE, tied=False), "head-bias": weights(BASE, tied=False, head_bias=True),
                "n-inner": weights(dict(n_inner=20)), "width-1": weights(dict(n_embd=1))}.get(name, weights(BASE))
        if name == "gelu-10": used = {k: 12 * v if "c_fc.weight" in k else v for k, v in used.items()}
        if name == "stored-head": config.tie_word_embeddings = False  # what version 5 makes of it
        if name == "f16": used = {k: v.astype("<f2").astype(np.float32) for k, v in used.items()}
        if name == "bf16": used = {k: to_bfloat16_grid(v) for k, v in used.items()}
        model = GPT2LMHeadModel(config).eval()
        state = {(k if k.startswith("lm_head") else "transformer." + k): torch.tensor(v) for k, v in used.items()}
        state.setdefault("lm_head.weight", state["transformer.wte.weight"])
        if "lm_head.bias" in state: model.lm_head.bias = torch.nn.Parameter(state["lm_head.bias"])
        missing, unexpected = model.load_state_dict(state, strict=False)
        assert not unexpected and all(m.endswith("attn.bias") or m.endswith("masked_bias") for m in missing), (missing, unexpected)
        with torch.no_grad():
            answer = model(torch.tensor([IDS]), output_hidden_states=True)
        hidden = [h[0].numpy() for h in answer.hidden_states]
        ours = [*result["points"][0:-1:2], result["final"]]
        apart = max([np.abs(a - b).max() for a, b in zip(hidden, ours)] + [np.abs(answer.logits[0, -1].numpy() - result["logits_last"]).max()])
        print(f"{name:20} largest difference to transformers {apart:.1e}")
        assert apart < 2e-5, name


if __name__ == "__main__":
    variants = main(sys.argv[1])
    if sys.argv[2:] == ["check"]:
        check(sys.argv[1], variants)
