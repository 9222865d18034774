"""Independent reference for GPT-2's forward pass, in NumPy float64, with every hook point's values."""
import json, math, re, struct
import numpy as np

SPLIT = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")

def safetensors(path):
    raw = open(path, "rb").read()
    n = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8:8 + n])
    kinds = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}
    out = {}
    for name, t in head.items():
        if name == "__metadata__": continue
        a, b = t["data_offsets"]
        out[name.removeprefix("transformer.")] = np.frombuffer(raw[8 + n + a:8 + n + b], kinds[t["dtype"]]).reshape(t["shape"]).astype(np.float64)
    return out

def byte_symbols():
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {}, 0
    for b in range(256):
        table[b] = chr(b) if b in keep else chr(256 + extra)
        extra += b not in keep
    return table

def encode(tokenizer, text):
    spec = json.load(open(tokenizer))["model"]
    rank = {tuple(m.split(" ") if isinstance(m, str) else m): i for i, m in enumerate(spec["merges"])}
    sym, ids = byte_symbols(), []
    for w in SPLIT.findall(text):
        p = [sym[b] for b in w.encode()]
        while len(p) > 1:
            r, j = min((rank.get(q, 1 << 30), j) for j, q in enumerate(zip(p, p[1:])))
            if r == 1 << 30: break
            p[j:j + 2] = [p[j] + p[j + 1]]
        ids += [spec["vocab"][x] for x in p]
    return ids

def norm(x, w, b, eps): 
    m = x.mean(-1, keepdims=True); v = ((x - m) ** 2).mean(-1, keepdims=True)
    return (x - m) / np.sqrt(v + eps) * w + b

def gelu(x): return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))

def forward(model_dir, ids):
    c = json.load(open(model_dir + "/config.json")); w = safetensors(model_dir + "/model.safetensors")
    eps, heads, t, d = c["layer_norm_epsilon"], c["n_head"], len(ids), c["n_embd"]
    x = w["wte.weight"][ids] + w["wpe.weight"][:t]
    points, names, attn_out, mlp_out, patterns, inner = [x], ["embed"], [], [], [], {}
    mask = np.triu(np.full((t, t), -np.inf), 1)
    for l in range(c["n_layer"]):
        p = f"h.{l}."
        n = norm(x, w[p + "ln_1.weight"], w[p + "ln_1.bias"], eps)
        q, k, v = np.split(n @ w[p + "attn.c_attn.weight"] + w[p + "attn.c_attn.bias"], 3, -1)
        inner.update({f"blocks.{l}.{name}": a for name, a in [("ln1.normalized", n), ("attn.q", q), ("attn.k", k), ("attn.v", v)]})
        q, k, v = (a.reshape(t, heads, d // heads).transpose(1, 0, 2) for a in (q, k, v))
        s = q @ k.transpose(0, 2, 1) / math.sqrt(d // heads) + mask
        s = np.exp(s - s.max(-1, keepdims=True)); s /= s.sum(-1, keepdims=True); patterns.append(s)
        z = (s @ v).transpose(1, 0, 2).reshape(t, d)
        a = z @ w[p + "attn.c_proj.weight"] + w[p + "attn.c_proj.bias"]
        x = x + a; attn_out.append(a); points.append(x); names.append(f"blocks.{l}.resid_mid")
        n = norm(x, w[p + "ln_2.weight"], w[p + "ln_2.bias"], eps)
        pre = n @ w[p + "mlp.c_fc.weight"] + w[p + "mlp.c_fc.bias"]
        m = gelu(pre) @ w[p + "mlp.c_proj.weight"] + w[p + "mlp.c_proj.bias"]
        x = x + m; mlp_out.append(m); points.append(x); names.append(f"blocks.{l}.resid_post")
        inner.update({f"blocks.{l}.{name}": a for name, a in [("attn.z", z), ("ln2.normalized", n), ("mlp.pre", pre), ("mlp.post", gelu(pre)), ("attn_out", a), ("mlp_out", m)]})
    f = norm(x, w["ln_f.weight"], w["ln_f.bias"], eps)
    return dict(points=np.stack(points), names=names, inner=inner, patterns=np.stack(patterns), final=f, logits=f @ w["wte.weight"].T)
