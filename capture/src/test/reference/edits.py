"""Makes ../resources/edits/{micro,embedded,variants}.{json,safetensors}: what becomes of a run under every kind of edit.

  edits.py           needs PyTorch; made with 2.15
  edits.py check     also runs every case of the micro model in TransformerLens 2.18 with hooks of its own

The forward pass is gpt2.py's in float64. An edit is a hook: it takes a point's value and gives what flows on instead.
"""
import sys
import torch
from gpt2 import *

IDS = [3, 14, 15, 9, 26, 5]
OTHER = [41, 14, 2, 9, 60, 5]
TEXTS = [[7, 8, 9, 10, 11, 12], [60, 1, 33, 1, 33, 4], [50, 21, 0, 13, 2, 44]]
CLEAN, CORRUPTED = "Paris is the capital of", "Berlin is the capital of"


def site(point):
    """A block reads the state before it: the same tensor."""
    return resid_pre(int(point.split(".")[1])) if point.endswith("resid_pre") else point


def chosen(edit, point, value):
    """Which entries an edit touches, as a mask that broadcasts over the value."""
    mask = torch.ones(value.shape, dtype=torch.bool)
    def only(axis, wanted):
        kept = torch.zeros(value.shape[axis], dtype=torch.bool)
        kept[wanted] = True
        return mask & kept.reshape([-1 if a == axis else 1 for a in range(value.dim())])
    pattern = point.endswith(("pattern", "scores"))
    if "positions" in edit:
        mask = only(1 if pattern else 0, edit["positions"])  # the querying positions of a pattern
    if "heads" in edit:
        mask = only(0 if pattern else 1, edit["heads"])
    if "neurons" in edit:
        mask = only(1, edit["neurons"])
    return mask


def new_value(model, edit, point, x, arrays):
    kind = edit["kind"]
    if kind == "zero":
        return torch.zeros_like(x)
    if kind == "scale":
        return x * edit["factor"]
    if kind == "mean":  # over every position of every source
        return torch.cat([model.run(i)[site(point)] for i in edit["sources"]]).mean(0).expand_as(x)
    if kind == "mean_by_position":
        return torch.stack([model.run(i)[site(point)] for i in edit["sources"]]).mean(0)
    if kind in ("replace", "freeze"):
        return model.run(edit["source"])[site(point)] if "source" in edit else arrays[edit["array"]]
    if kind == "add":
        changed = x + edit["coefficient"] * arrays[edit["vector"]]
        return changed * (x.norm(dim=-1, keepdim=True) / changed.norm(dim=-1, keepdim=True)) if edit.get("keep_norm") else changed
    if kind == "project_out":
        v = arrays[edit["vector"]]
        v = v / v.norm()
        return x - (x @ v)[:, None] * v
    if kind == "noise":
        changed = x.clone()
        changed[edit["positions"]] += arrays[edit["noise"]]
        return changed
    raise ValueError(kind)


def hook_of(model, edits, arrays):
    """The edits as one hook, in the order given where two are at one point."""
    def hook(name, x):
        for edit in edits:
            if edit["kind"] == "knock_out":
                if name in [f"blocks.{l}.attn.scores" for l in edit["blocks"]]:
                    x = x.clone()
                    for h in edit.get("heads", range(model.heads)):
                        for q in edit["queries"]:
                            x[h, q, [k for k in edit["keys"] if k <= q]] = -torch.inf
            else:
                for point in edit["points"]:
                    if name == site(point):
                        x = torch.where(chosen(edit, point, x), new_value(model, edit, point, x, arrays), x)
        return x
    return hook


class Cases:
    def __init__(self, model, ids, stored_positions=None):
        self.model, self.ids = model, ids
        self.positions = stored_positions or list(range(len(ids)))
        self.cases, self.arrays, self.random = [], {}, np.random.default_rng(5)
        self.keep("base", {})

    def vector(self, key, *shape, spread=1.0):
        """Made of float32 values, which is how they are stored."""
        self.arrays[key] = torch.tensor((spread * self.random.standard_normal(shape)).astype(np.float32).astype(np.float64))
        return key

    def keep(self, name, *edits):
        edits = [e for e in edits if e]
        seen = self.model.run(self.ids, hook_of(self.model, edits, self.arrays))
        self.arrays[name + "/points"] = torch.stack([seen[p] for p in self.model.points()])[:, self.positions]
        self.arrays[name + "/final"] = seen["final"][self.positions]
        self.arrays[name + "/logits"] = seen["logits"][self.positions]
        extra = []
        if len(self.positions) == len(self.ids):
            inner = [site(p) for e in edits for p in e.get("points", [f"blocks.{l}.attn.pattern" for l in e.get("blocks", [])])]
            extra = [p for p in dict.fromkeys(inner) if any(x in p for x in (".attn", ".ln", ".mlp")) and not p.endswith("scale")]
            self.arrays.update({f"{name}/{p}": seen[p] for p in extra})
        assert all(torch.isfinite(a).all() for a in self.arrays.values()), name
        if edits:
            moved = (seen["logits"] - self.model.run(self.ids)["logits"]).abs().max()
            assert moved > 1e-3, (name, moved)
            self.cases.append(dict(name=name, model=self.model.name, ids=self.ids, stored_positions=self.positions, edits=edits, also_stored=extra))

    def write(self, name):
        write_json(f"edits/{name}.json", dict(cases=self.cases))
        write_safetensors(f"edits/{name}.safetensors", self.arrays)


def each_point(c):
    """Every hook point of block 1 (embed's of block 0) under zero, scale, replace and add."""
    m = c.model
    for point, choice, shape in [
            ("embed", dict(positions=[1, 4]), [m.width]), ("blocks.1.resid_pre", dict(positions=[2]), [m.width]),
            ("blocks.0.resid_mid", dict(positions=[0, 5]), [m.width]), ("blocks.1.resid_post", dict(positions=[5]), [m.width]),
            ("blocks.1.ln1.normalized", dict(positions=[3]), [m.width]), ("blocks.1.attn.q", dict(heads=[1], positions=[5]), [m.head_width]),
            ("blocks.1.attn.k", dict(heads=[0], positions=[1, 3]), [m.head_width]), ("blocks.1.attn.v", dict(heads=[1]), [m.head_width]),
            ("blocks.0.attn.pattern", dict(heads=[1], positions=[2, 5]), None), ("blocks.0.attn.z", dict(heads=[0]), [m.head_width]),
            ("blocks.0.attn_out", {}, [m.width]), ("blocks.1.ln2.normalized", dict(positions=[0, 1]), [m.width]),
            ("blocks.0.mlp.pre", dict(neurons=[3, 17, 40]), [m.inner]), ("blocks.1.mlp.post", dict(neurons=[0, 63], positions=[4, 5]), [m.inner]),
            ("blocks.1.mlp_out", {}, [m.width]), ("final", dict(positions=[2, 5]), [m.width]), ("logits", dict(positions=[5]), [m.vocabulary])]:
        at = dict(points=[point], **choice)
        c.keep(f"zero {point}", dict(kind="zero", **at))
        c.keep(f"scale {point}", dict(kind="scale", **at, factor=-1.5))
        c.keep(f"replace {point}", dict(kind="replace", **at, source=OTHER))
        if shape:
            c.keep(f"add {point}", dict(kind="add", **at, vector=c.vector(f"vector {point}", *shape), coefficient=0.75))


def micro():
    c = Cases(Gpt2("micro"), IDS)
    m = c.model
    each_point(c)
    every = [f"blocks.{l}.{p}" for l in range(m.layers) for p in ("attn_out", "mlp_out")]
    for point in ("embed", "blocks.1.resid_pre", "blocks.0.attn_out", "blocks.1.mlp_out"):
        c.keep(f"mean {point}", dict(kind="mean", points=[point], sources=TEXTS))
        c.keep(f"mean_by_position {point}", dict(kind="mean_by_position", points=[point], sources=TEXTS))
    c.keep("mean of texts of several lengths", dict(kind="mean", points=["blocks.0.resid_mid"], positions=[1], sources=[TEXTS[0], TEXTS[1][:3], [9]]))
    c.keep("mean blocks.1.attn.z", dict(kind="mean", points=["blocks.1.attn.z"], heads=[1], sources=TEXTS))
    c.keep("mean_by_position blocks.1.attn.z", dict(kind="mean_by_position", points=["blocks.1.attn.z"], heads=[1], sources=TEXTS))
    c.keep("mean blocks.0.mlp.post", dict(kind="mean", points=["blocks.0.mlp.post"], neurons=[1, 2, 3], sources=TEXTS))
    c.keep("replace by an array", dict(kind="replace", points=["blocks.0.resid_post"], positions=[2, 3], array=c.vector("array [T, D]", len(IDS), m.width)))
    c.keep("replace everywhere", dict(kind="replace", points=["blocks.0.attn_out", "blocks.1.attn_out"], source=OTHER))
    steer = c.vector("steer", m.width)
    c.keep("add at all positions", dict(kind="add", points=["blocks.1.resid_pre"], vector=steer, coefficient=2.5))
    c.keep("add keeping the norm", dict(kind="add", points=["blocks.1.resid_pre"], vector=steer, coefficient=2.5, keep_norm=True))
    c.keep("add keeping the norm at one position", dict(kind="add", points=["blocks.0.resid_post"], positions=[5], vector=steer, coefficient=-4.0, keep_norm=True))
    c.keep("project out at one point", dict(kind="project_out", points=["blocks.0.resid_mid"], vector=steer))
    c.keep("project out everywhere", dict(kind="project_out", points=["embed", *every], vector=steer))
    c.keep("noise", dict(kind="noise", points=["embed.token"], positions=[1, 2], noise=c.vector("noise [2, D]", 2, m.width, spread=1.3)))
    patterns = [f"blocks.{l}.attn.pattern" for l in range(m.layers)]
    scales = [f"blocks.{l}.{n}.scale" for l in range(m.layers) for n in ("ln1", "ln2")] + ["final.scale"]
    c.keep("freeze all patterns", dict(kind="freeze", points=patterns, source=OTHER))
    c.keep("freeze the patterns of one block", dict(kind="freeze", points=[patterns[1]], source=OTHER))
    c.keep("freeze all scales", dict(kind="freeze", points=scales, source=OTHER))
    c.keep("freeze the scales of one norm", dict(kind="freeze", points=["blocks.1.ln1.scale"], source=OTHER))
    c.keep("freeze patterns and scales", dict(kind="freeze", points=patterns, source=OTHER), dict(kind="freeze", points=scales, source=OTHER))
    c.keep("knock out one edge", dict(kind="knock_out", blocks=[1], heads=[0], queries=[5], keys=[2]))
    c.keep("knock out the subject", dict(kind="knock_out", blocks=[0, 1], queries=[4, 5], keys=[1, 2]))
    c.keep("knock out all but itself", dict(kind="knock_out", blocks=[0, 1], queries=[5], keys=[0, 1, 2, 3, 4]))
    zero, scale = dict(kind="zero", points=["blocks.0.attn.z"], heads=[1]), dict(kind="scale", points=["blocks.1.mlp_out"], factor=0.5)
    added, scaled = dict(kind="add", points=["blocks.1.resid_pre"], vector=steer, coefficient=1.0), dict(kind="scale", points=["blocks.1.resid_pre"], factor=3.0)
    projected, replaced = dict(kind="project_out", points=["blocks.0.resid_post"], vector=steer), dict(kind="replace", points=["blocks.0.resid_post"], positions=[5], source=OTHER)
    c.keep("zero a head, then scale an MLP", zero, scale)
    c.keep("add, then scale at one point", added, scaled)
    c.keep("scale, then add at one point", scaled, added)
    c.keep("replace, then project out", replaced, projected)
    c.keep("project out, then replace", projected, replaced)
    c.keep("noise, then restore a state", dict(kind="noise", points=["embed.token"], positions=[1, 2], noise="noise [2, D]"),
           dict(kind="replace", points=["blocks.0.resid_post"], positions=[2], source=IDS))
    c.keep("knock out, then zero a head", dict(kind="knock_out", blocks=[0], queries=[3, 5], keys=[0]), zero)
    c.write("micro")
    return c


def embedded():
    ids, other = encode(CLEAN), encode(CORRUPTED)
    c = Cases(Gpt2("embedded"), ids, [len(ids) - 1])
    m = c.model
    c.keep("zero blocks.4.attn_out", dict(kind="zero", points=["blocks.4.attn_out"]))
    c.keep("zero blocks.0.mlp_out", dict(kind="zero", points=["blocks.0.mlp_out"]))
    c.keep("zero a head", dict(kind="zero", points=["blocks.1.attn.z"], heads=[3]))
    c.keep("replace the subject", dict(kind="replace", points=["blocks.1.resid_pre"], positions=[1], source=other))
    c.keep("mean", dict(kind="mean", points=["blocks.5.attn_out"], sources=[ids, other, encode("The capital of Japan is Tokyo.")]))
    steer = c.vector("steer", m.width)
    c.keep("add", dict(kind="add", points=["blocks.3.resid_pre"], vector=steer, coefficient=1.5))
    every = [f"blocks.{l}.{p}" for l in range(m.layers) for p in ("attn_out", "mlp_out")]
    c.keep("project out everywhere", dict(kind="project_out", points=["embed", *every], vector=steer))
    std = m.weights["wte.weight"].std(correction=0).item()
    c.keep("noise", dict(kind="noise", points=["embed.token"], positions=[0, 1], sigma_in_std=3.0, embedding_std=std,
                         noise=c.vector("noise [2, D]", 2, m.width, spread=3 * std)))
    c.keep("freeze all patterns", dict(kind="freeze", points=[f"blocks.{l}.attn.pattern" for l in range(m.layers)], source=other))
    c.keep("knock out the subject", dict(kind="knock_out", blocks=[2, 3, 4, 5], queries=[len(ids) - 1], keys=[0, 1]))
    c.write("embedded")


def variants():
    cases, arrays = [], {}
    for name in VARIANTS:
        c = Cases(Gpt2(name), [3, 14, 15, 9, 26, 5])
        m, other = c.model, [20, 14, 2, 9, 28, 5]
        if name == "width-1":
            c.keep(f"{name} add", dict(kind="add", points=["logits"], positions=[5], vector=c.vector(f"{name} vector", m.vocabulary), coefficient=1.0))
        else:
            c.keep(f"{name} neurons", dict(kind="scale", points=["blocks.0.mlp.pre"], neurons=[1, 5], factor=2.0))
            c.keep(f"{name} queries", dict(kind="replace", points=["blocks.1.attn.q"], heads=[0], source=other))
            c.keep(f"{name} edges", dict(kind="knock_out", blocks=[1], queries=[5], keys=[0, 2]))
            c.keep(f"{name} add", dict(kind="add", points=["final"], positions=[5], vector=c.vector(f"{name} vector", m.width), coefficient=1.0))
        cases += c.cases
        arrays.update({k: v for k, v in c.arrays.items() if not k.startswith("base/")})
    write_json("edits/variants.json", dict(cases=cases))
    write_safetensors("edits/variants.safetensors", arrays)


def check(c):
    """The same edits where TransformerLens has its hooks; it has none at the logits."""
    model = c.model
    theirs = transformer_lens_model(model)

    def hooks(edit):
        if edit["kind"] == "knock_out":
            def cut(x, hook):
                for q in edit["queries"]:
                    for k in edit["keys"]:
                        if k <= q:
                            x[:, edit.get("heads", slice(None)), q, k] = -torch.inf
                return x
            return [(f"blocks.{l}.attn.hook_attn_scores", cut) for l in edit["blocks"]]
        made = []
        for point in edit["points"]:
            parts = point.split(".")
            if point == "embed.token":
                name = "hook_embed"
            elif point == "embed":
                name = "blocks.0.hook_resid_pre"
            elif point == "final.scale":
                name = "ln_final.hook_scale"
            elif point == "final":
                name = "ln_final.hook_normalized"
            else:
                name = ".".join(parts[:-1]) + ".hook_" + parts[-1]
            def change(x, hook, point=point):
                v = x[0]
                return torch.where(chosen(edit, point, v), new_value(model, edit, point, v, c.arrays), v)[None]
            made.append((name, change))
        return made

    worst, n = 0, 0
    for case in c.cases:
        if any("logits" in e.get("points", []) for e in case["edits"]):
            continue
        kept = {}
        names = {"embed": "blocks.0.hook_resid_pre", **{p: p.replace(".resid", ".hook_resid") for p in model.points()[1:]}}
        def keep(x, hook):
            kept[hook.name] = x[0].clone()
        # What is kept is what flows on: after the edits.
        with theirs.hooks(fwd_hooks=[h for e in case["edits"] for h in hooks(e)] + [(name, keep) for name in names.values()]):
            logits = theirs(torch.tensor([case["ids"]]))[0]
        apart = (logits - c.arrays[case["name"] + "/logits"]).abs().max().item()
        for p, point in enumerate(model.points()):
            if any(x.endswith("resid_pre") for e in case["edits"] for x in e.get("points", [])) and point.endswith("blocks.0.resid_post"):
                continue  # theirs keeps the state before the edit of the next block's input
            apart = max(apart, (kept[names[point]] - c.arrays[case["name"] + "/points"][p]).abs().max().item())
        worst, n = max(worst, apart), n + 1
        assert apart < 1e-9, (case["name"], apart)
    print(f"{n} cases, largest difference to TransformerLens {worst:.1e}")


if __name__ == "__main__":
    made = micro()
    embedded()
    variants()
    if sys.argv[1:] == ["check"]:
        check(made)
