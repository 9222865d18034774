"""GPT-2's forward pass in PyTorch float64 with a hook at every point, written out from the GPT-2 paper and OpenAI's
code with the options of transformers' GPT2Config. The generators of expected values beside it use it; by itself
it makes nothing. It shares nothing with the library under test.

  gpt2.py check     compares every variant's states and logits with transformers, and the embedded model's with NumPy

Needs PyTorch; tried with 2.15, check with transformers 4.57.
"""
import json, math, os, struct, sys
import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
RESOURCES = os.path.join(HERE, "../resources")
FOLDERS = {"embedded": os.path.join(HERE, "../../main/resources/io/github/residual4j/capture/tiny-gpt2"),
           "micro": os.path.join(RESOURCES, "micro")}
# The variants that differ in what they compute, and not only in how they are stored.
VARIANTS = ["plain", "f16", "bf16", "untied", "head-bias", "n-inner", "epsilon", "gelu", "relu", "unscaled-attention",
            "scaled-by-layer", "reordered-attention", "width-1"]

sys.path.append(os.path.join(HERE, "../../../../core/src/test/python"))
torch.set_grad_enabled(False)

ACTIVATIONS = {
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))),
    "gelu": lambda x: 0.5 * x * (1 + torch.erf(x / math.sqrt(2))),
    "relu": lambda x: torch.clamp(x, min=0),
}
ACTIVATIONS["gelu_pytorch_tanh"] = ACTIVATIONS["gelu_new"]


def read(path):
    """The arrays of a safetensors file as float64, under the names of GPT2Model."""
    with open(path, "rb") as f:
        raw = f.read()
    n, = struct.unpack("<Q", raw[:8])
    arrays = {}
    for name, t in json.loads(raw[8:8 + n]).items():
        if name == "__metadata__":
            continue
        data = raw[8 + n:][slice(*t["data_offsets"])]
        if t["dtype"] == "BF16":
            a = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            a = np.frombuffer(data, {"F16": "<f2", "F32": "<f4", "F64": "<f8", "U8": "|u1", "I64": "<i8"}[t["dtype"]])
        arrays[name.removeprefix("transformer.")] = torch.tensor(a.reshape(t["shape"]).astype(np.float64))
    return arrays


def unhooked(name, value):
    return value


class Gpt2:
    """A checkpoint. Hooks are functions (name, value) -> value, and see every point as it is computed."""

    def __init__(self, name):
        self.name = name
        folder = FOLDERS.get(name) or os.path.join(RESOURCES, "variants", name)
        with open(folder + "/config.json") as f:
            c = json.load(f)
        w = self.weights = read(folder + "/model.safetensors")
        self.layers, self.heads, self.width = c["n_layer"], c["n_head"], c["n_embd"]
        self.head_width, self.context, self.vocabulary = self.width // self.heads, c["n_positions"], c["vocab_size"]
        self.epsilon = c.get("layer_norm_epsilon", 1e-5)
        self.activation = ACTIVATIONS[c.get("activation_function", "gelu_new")]
        self.inner = c.get("n_inner") or 4 * self.width
        self.scales = [(math.sqrt(self.head_width) if c.get("scale_attn_weights", True) else 1.0)
                       * (l + 1 if c.get("scale_attn_by_inverse_layer_idx") else 1) for l in range(self.layers)]
        self.head = w["wte.weight"] if c.get("tie_word_embeddings", True) else w["lm_head.weight"]  # [V, D]
        self.head_bias = w.get("lm_head.bias", torch.zeros(self.vocabulary, dtype=torch.float64))
        self.has_head_bias = "lm_head.bias" in w

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def normalized(self, x, weights, hook=unhooked, scale=""):
        centred = x - x.mean(-1, keepdim=True)
        sigma = hook(scale, torch.sqrt((centred ** 2).mean(-1, keepdim=True) + self.epsilon))  # [T, 1]
        return centred / sigma * self.weights[weights + ".weight"] + self.weights[weights + ".bias"]

    def unembedded(self, final):
        return final @ self.head.T + self.head_bias

    def lens(self, state):
        """Logits read off a state of the stream, the final norm's statistics taken from that state."""
        return self.unembedded(self.normalized(state, "ln_f"))

    def run(self, ids, hook=unhooked):
        """Every point by name, as it flowed on: after the hook. States [T, D], heads [T, H, D/H], patterns [H, T, T]."""
        w, t, seen = self.weights, len(ids), {}

        def at(name, value):
            seen[name] = hook(name, value)
            return seen[name]

        token = at("embed.token", w["wte.weight"][list(ids)])
        x = at("embed", token + w["wpe.weight"][:t])
        future = torch.triu(torch.ones(t, t, dtype=torch.bool), 1)
        for l in range(self.layers):
            b, h = f"blocks.{l}.", f"h.{l}."
            n = at(b + "ln1.normalized", self.normalized(x, h + "ln_1", at, b + "ln1.scale"))
            q, k, v = (at(b + "attn." + name, part.reshape(t, self.heads, self.head_width)) for name, part
                       in zip("qkv", self.linear(n, h + "attn.c_attn").split(self.width, -1)))
            scores = torch.einsum("qhd,khd->hqk", q, k) / self.scales[l]
            scores = at(b + "attn.scores", scores.masked_fill(future, -math.inf))
            pattern = at(b + "attn.pattern", torch.softmax(scores, -1))
            z = at(b + "attn.z", torch.einsum("hqk,khd->qhd", pattern, v))
            a = at(b + "attn_out", self.linear(z.reshape(t, self.width), h + "attn.c_proj"))
            x = at(b + "resid_mid", x + a)
            n = at(b + "ln2.normalized", self.normalized(x, h + "ln_2", at, b + "ln2.scale"))
            pre = at(b + "mlp.pre", self.linear(n, h + "mlp.c_fc"))
            post = at(b + "mlp.post", self.activation(pre))
            m = at(b + "mlp_out", self.linear(post, h + "mlp.c_proj"))
            x = at(b + "resid_post", x + m)
        final = at("final", self.normalized(x, "ln_f", at, "final.scale"))
        at("logits", self.unembedded(final))
        return seen

    def points(self):
        """The names of the stream's states, in order."""
        return ["embed"] + [f"blocks.{l}.{p}" for l in range(self.layers) for p in ("resid_mid", "resid_post")]

    def head_output(self, seen, l, h):
        """What one head adds to the stream, its output bias left out: [T, D]."""
        rows = slice(h * self.head_width, (h + 1) * self.head_width)
        return seen[f"blocks.{l}.attn.z"][:, h] @ self.weights[f"h.{l}.attn.c_proj.weight"][rows]


def resid_pre(l):
    """The state that a block reads is the one before it."""
    return "embed" if l == 0 else f"blocks.{l - 1}.resid_post"


def encode(text):
    import reference
    return reference.encode(FOLDERS["embedded"] + "/tokenizer.json", text)


def token(text):
    """The id of a text that is one token of the embedded model."""
    ids = encode(text)
    assert len(ids) == 1, (text, ids)
    return ids[0]


def plain(value):
    """Lists and numbers of nine digits; what is not finite as a string, as in analysis.json."""
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value


def write_json(path, value):
    """One line for each list of numbers and for each small object, so that the file can be read and compared."""
    def text(v, indent):
        if isinstance(v, dict):
            inner = (",\n" + indent + " ").join(f"{json.dumps(k)}: {text(x, indent + ' ')}" for k, x in v.items())
            return "{\n" + indent + " " + inner + "\n" + indent + "}"
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return "[\n" + indent + " " + (",\n" + indent + " ").join(text(x, indent + " ") for x in v) + "\n" + indent + "]"
        return json.dumps(v, ensure_ascii=False, separators=(",", ":"))
    path = os.path.join(RESOURCES, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text(plain(value), "") + "\n")
    print(f"{path}: {os.path.getsize(path):,} bytes")


def write_safetensors(path, arrays, metadata=None):
    header, data, at = ({"__metadata__": metadata} if metadata else {}), [], 0
    for key, a in arrays.items():
        a = np.asarray(a)
        whole = a.dtype.kind == "i"
        raw = np.ascontiguousarray(a, "<i8" if whole else "<f4").tobytes()
        header[key] = {"dtype": "I64" if whole else "F32", "shape": list(a.shape), "data_offsets": [at, at + len(raw)]}
        at += len(raw)
        data.append(raw)
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    path = os.path.join(RESOURCES, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head + b"".join(data))
    print(f"{path}: {os.path.getsize(path):,} bytes")


def transformers_model(model):
    """The same checkpoint in transformers, float64."""
    from transformers import GPT2Config, GPT2LMHeadModel
    folder = FOLDERS.get(model.name) or os.path.join(RESOURCES, "variants", model.name)
    with open(folder + "/config.json") as f:
        config = {k: v for k, v in json.load(f).items() if k not in ("model_type", "torch_dtype", "architectures")}
    config.pop("reorder_and_upcast_attn", None)  # the same formula, in float32
    config = GPT2Config(**config, attn_implementation="eager")
    config.eos_token_id = None
    made = GPT2LMHeadModel(config).eval().double()
    if model.has_head_bias:
        made.lm_head.bias = torch.nn.Parameter(model.head_bias.clone())
    keep = {k: v for k, v in model.weights.items() if not k.endswith((".attn.bias", ".masked_bias")) and not k.startswith("lm_head")}
    state = {"transformer." + k: v for k, v in keep.items()}
    state["lm_head.weight"] = model.head
    if model.has_head_bias:
        state["lm_head.bias"] = model.head_bias
    missing, unexpected = made.load_state_dict(state, strict=False)
    assert not unexpected and not [m for m in missing if not m.endswith((".attn.bias", ".masked_bias"))], (missing, unexpected)
    return made


def transformer_lens_model(model):
    """The same checkpoint in TransformerLens 2.18, float64, nothing folded or centred."""
    from transformer_lens import HookedTransformer, HookedTransformerConfig
    w, n, hw = model.weights, model.heads, model.head_width
    made = HookedTransformer(HookedTransformerConfig(
        n_layers=model.layers, d_model=model.width, n_heads=n, d_head=hw, d_mlp=model.inner, n_ctx=model.context,
        d_vocab=model.vocabulary, act_fn="gelu_new", normalization_type="LN", eps=model.epsilon, device="cpu",
        dtype=torch.float64, default_prepend_bos=False, use_attn_result=True, use_split_qkv_input=False))
    state = {"embed.W_E": w["wte.weight"], "pos_embed.W_pos": w["wpe.weight"], "ln_final.w": w["ln_f.weight"],
             "ln_final.b": w["ln_f.bias"], "unembed.W_U": model.head.T, "unembed.b_U": model.head_bias}
    for l in range(model.layers):
        b, h = f"blocks.{l}.", f"h.{l}."
        for ours, theirs in (("ln_1", "ln1"), ("ln_2", "ln2")):
            state[b + theirs + ".w"], state[b + theirs + ".b"] = w[h + ours + ".weight"], w[h + ours + ".bias"]
        for name, weight, bias in zip("QKV", w[h + "attn.c_attn.weight"].split(model.width, 1), w[h + "attn.c_attn.bias"].split(model.width)):
            state[b + "attn.W_" + name] = weight.reshape(model.width, n, hw).permute(1, 0, 2)
            state[b + "attn.b_" + name] = bias.reshape(n, hw)
        state[b + "attn.W_O"] = w[h + "attn.c_proj.weight"].reshape(n, hw, model.width)
        state[b + "attn.b_O"] = w[h + "attn.c_proj.bias"]
        state[b + "mlp.W_in"], state[b + "mlp.b_in"] = w[h + "mlp.c_fc.weight"], w[h + "mlp.c_fc.bias"]
        state[b + "mlp.W_out"], state[b + "mlp.b_out"] = w[h + "mlp.c_proj.weight"], w[h + "mlp.c_proj.bias"]
    missing, unexpected = made.load_state_dict({k: v.contiguous() for k, v in state.items()}, strict=False)
    assert not unexpected and all(".mask" in m or "IGNORE" in m for m in missing), (missing, unexpected)
    return made.eval()


def check():
    import reference
    for name in VARIANTS + ["micro", "embedded"]:
        model = Gpt2(name)
        ids = [3, 14, 15, 9, 26, 5, 8, 9, 28, 0]
        ours, theirs = model.run(ids), transformers_model(model)(torch.tensor([ids]), output_hidden_states=True)
        states = [ours["embed"]] + [ours[f"blocks.{l}.resid_post"] for l in range(model.layers - 1)] + [ours["final"], ours["logits"]]
        apart = max((a - b[0]).abs().max().item() for a, b in zip(states, [*theirs.hidden_states, theirs.logits]))
        print(f"{name:20} largest difference to transformers {apart:.1e}")
        assert apart < 1e-9, name
        if name in FOLDERS:
            numpy = reference.forward(FOLDERS[name], ids)
            apart = max(np.abs(ours[p].numpy() - numpy["points"][i]).max() for i, p in enumerate(model.points()))
            print(f"{name:20} largest difference to NumPy {apart:.1e}")
            assert apart < 1e-9, name


if __name__ == "__main__" and sys.argv[1:] == ["check"]:
    check()
