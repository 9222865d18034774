"""Makes ../resources/patching/{sweeps,tracing,knockout,paths,ablation}.json and tracing.safetensors: causal experiments.

  patching.py           needs PyTorch; made with 2.15
  patching.py check     also compares with TransformerLens 2.18 (its patching module, and hooks) and transformers 4.57

The forward pass is gpt2.py's in float64; every experiment is a whole run of its own, with a hook. Metrics are of the
last position's logits: logit_difference l[answer] - l[wrong], log_probability of answer, and kl, which is
KL(clean || run) in nats.
"""
import sys
import torch
from gpt2 import *

CLEAN, CORRUPTED = "Paris is the capital of", "Berlin is the capital of"
MICRO_CLEAN, MICRO_CORRUPTED = [60, 14, 15, 9, 26, 5, 35, 8], [60, 14, 41, 2, 26, 5, 35, 8]
METRICS = ("logit_difference", "log_probability", "kl")


class Metric:
    def __init__(self, clean_logits, answer, wrong):
        self.clean, self.answer, self.wrong = torch.log_softmax(clean_logits[-1], -1), answer, wrong

    def __call__(self, logits):
        log_p = torch.log_softmax(logits[-1], -1)
        return [(logits[-1, self.answer] - logits[-1, self.wrong]).item(), log_p[self.answer].item(),
                (self.clean.exp() * (self.clean - log_p)).sum().item()]


def named(values):
    """Metrics in the last axis to one array each."""
    values = torch.tensor(values, dtype=torch.float64)
    return {m: values[..., i] for i, m in enumerate(METRICS)}


def replaced(point, values, part):
    """A hook that puts a part of other values into a point: part is an index of the array."""
    def hook(name, x):
        if name == point:
            x = x.clone()
            x[part] = values[part]
        return x
    return hook


def together(*hooks):
    def hook(name, x):
        for h in hooks:
            x = h(name, x)
        return x
    return hook


def state(kind, l):
    return resid_pre(l) if kind == "resid_pre" else f"blocks.{l}.{kind}"


STATES = ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out")
HEADS = {"head_z": "attn.z", "head_q": "attn.q", "head_k": "attn.k", "head_v": "attn.v", "head_pattern": "attn.pattern"}


def sweeps(name, model, clean, corrupted, answer, wrong, neurons, **texts):
    clean_run, corrupted_run = model.run(clean), model.run(corrupted)
    metric = Metric(clean_run["logits"], answer, wrong)
    ends = torch.tensor([metric(clean_run["logits"]), metric(corrupted_run["logits"])], dtype=torch.float64)
    made = dict(name=name, model=model.name, **texts, clean_ids=clean, corrupted_ids=corrupted, answer=answer, wrong=wrong,
                clean=dict(zip(METRICS, ends[0])), corrupted=dict(zip(METRICS, ends[1])))
    everything = slice(None)
    for direction, base, source in (("denoising", corrupted, clean_run), ("noising", clean, corrupted_run)):
        run = lambda point, part: metric(model.run(base, replaced(point, source[point], part))["logits"])
        blocks, positions, heads = range(model.layers), range(len(clean)), range(model.heads)
        kinds = {}
        for kind in STATES:
            kinds[kind] = [[run(state(kind, l), p) for p in positions] for l in blocks]
        for kind, point in HEADS.items():
            head = (lambda h: (h,)) if kind == "head_pattern" else (lambda h: (everything, h))
            kinds[kind] = [[run(f"blocks.{l}.{point}", head(h)) for h in heads] for l in blocks]
        kinds["attn_out over all positions"] = [run(f"blocks.{l}.attn_out", everything) for l in blocks]
        kinds["mlp_out over all positions"] = [run(f"blocks.{l}.mlp_out", everything) for l in blocks]
        kinds["neurons over all positions"] = [[run(f"blocks.{l}.mlp.post", (everything, n)) for n in neurons] for l in blocks]
        if name == "micro":
            kinds["head_z by position"] = [[[run(f"blocks.{l}.attn.z", (p, h)) for p in positions] for h in heads] for l in blocks]
            kinds["neurons by position"] = [[[run(f"blocks.{l}.mlp.post", (p, n)) for p in positions] for n in neurons] for l in blocks]
        made[direction] = []
        for kind, values in kinds.items():
            values = torch.tensor(values, dtype=torch.float64)
            made[direction].append(dict(kind=kind, values=named(values.tolist()),
                                        normalised=named(((values - ends[1]) / (ends[0] - ends[1])).tolist())))
    made["neurons"] = neurons
    return made


def aligned(model, clean, corrupted, pairs, answer, wrong):
    """Texts of different length: the state at the pair's first position goes to its second one, in the corrupted text."""
    clean_run, corrupted_run = model.run(clean), model.run(corrupted)
    metric = Metric(clean_run["logits"], answer, wrong)
    ends = torch.tensor([metric(clean_run["logits"]), metric(corrupted_run["logits"])], dtype=torch.float64)
    def moved(point, p, q):
        def hook(name, x):
            if name == point:
                x = x.clone()
                x[q] = clean_run[point][p]
            return x
        return metric(model.run(corrupted, hook)["logits"])
    values = torch.tensor([[moved(resid_pre(l), p, q) for p, q in pairs] for l in range(model.layers)], dtype=torch.float64)
    return dict(name="micro-aligned", model=model.name, clean_ids=clean, corrupted_ids=corrupted, alignment=pairs, answer=answer, wrong=wrong,
                clean=dict(zip(METRICS, ends[0])), corrupted=dict(zip(METRICS, ends[1])),
                denoising=[dict(kind="resid_pre", values=named(values.tolist()),
                                normalised=named(((values - ends[1]) / (ends[0] - ends[1])).tolist()))])


def window(l, width, layers):
    """The blocks around one, as in ROME: of an even width, one more before than after."""
    return list(range(max(0, l - width // 2), min(layers, l + (width + 1) // 2)))


def tracing(name, model, ids, subject, answer, seeds, widths, arrays, **text):
    """Noise on the subject's token embedding, one state or a window of outputs restored; means over the seeds."""
    std = model.weights["wte.weight"].std(correction=0).item()
    random = np.random.default_rng(17)
    noise = (3 * std * random.standard_normal((seeds, len(subject), model.width))).astype(np.float32)
    arrays[name + "/noise"] = noise
    noise = torch.tensor(noise.astype(np.float64))
    clean = model.run(ids)

    def answers(logits):
        log_p = torch.log_softmax(logits[-1], -1)[answer]
        return torch.stack([log_p.exp(), log_p])

    def noised(seed, points=(), position=None):
        def hook(name, x):
            if name == "embed.token":
                x = x.clone()
                x[subject] += noise[seed]
            if name in points:
                x = x.clone()
                x[position] = clean[name][position]
            return x
        return answers(model.run(ids, hook)["logits"])

    def mean(points, position):
        return torch.stack([noised(s, points, position) for s in range(seeds)]).mean(0)

    corrupted = torch.stack([noised(s) for s in range(seeds)])  # [seeds, 2]
    both = lambda values: dict(probability=values[..., 0], log_probability=values[..., 1])
    swept = []
    for kind in ("resid_pre", "resid_post"):
        values = [torch.stack([mean([state(kind, l)], p) for p in range(len(ids))]) for l in range(model.layers)]
        swept.append(dict(kind=kind, window=1, **both(torch.stack(values))))
    for kind in ("attn_out", "mlp_out"):
        for width in widths:
            values = [torch.stack([mean([state(kind, b) for b in window(l, width, model.layers)], p) for p in range(len(ids))]) for l in range(model.layers)]
            swept.append(dict(kind=kind, window=width, blocks=[window(l, width, model.layers) for l in range(model.layers)], **both(torch.stack(values))))
    return dict(name=name, model=model.name, **text, ids=ids, subject=subject, answer=answer, seeds=seeds, sigma_in_std=3.0, embedding_std=std,
                clean=both(answers(clean["logits"])), corrupted_by_seed=both(corrupted), corrupted=both(corrupted.mean(0)), sweeps=swept)


def cut(blocks, queries, keys):
    def hook(name, x):
        if name in [f"blocks.{l}.attn.scores" for l in blocks]:
            x = x.clone()
            for q in queries:
                x[:, q, [k for k in keys if k <= q]] = -torch.inf
        return x
    return hook


def knockout(name, model, ids, groups, answer, wrong, widths, **text):
    """The last position may not attend to a group of positions, in a window of blocks."""
    base = model.run(ids)["logits"]
    metric = Metric(base, answer, wrong)
    last, made = len(ids) - 1, []
    for width in widths:
        blocks = [window(l, width, model.layers) for l in range(model.layers)]
        made.append(dict(window=width, blocks=blocks,
                         **named([[metric(model.run(ids, cut(b, [last], g))["logits"]) for g in groups] for b in blocks])))
    return dict(name=name, model=model.name, **text, ids=ids, query=last, keys=groups, answer=answer, wrong=wrong, base=dict(zip(METRICS, metric(base))), windows=made)


def path(model, base_ids, base, source, sender, receivers, metric):
    """Path patching as in Wang et al. 2022: the sender takes its value of the other text, every other head keeps the base
    run's z, MLPs follow; what reaches the receivers is put into a second run that is otherwise free."""
    point, part = sender
    frozen = [replaced(f"blocks.{l}.attn.z", base[f"blocks.{l}.attn.z"], slice(None)) for l in range(model.layers)]
    first = model.run(base_ids, together(*frozen, replaced(point, source[point], part)))
    if receivers == "resid_post":
        return metric(first["logits"])
    hooks = [replaced(f"blocks.{l}.attn.{x}", first[f"blocks.{l}.attn.{x}"], (slice(None), h)) for l, h, x in receivers]
    return metric(model.run(base_ids, together(*hooks))["logits"])


def paths(name, model, clean, corrupted, answer, wrong, receiver_sets, **texts):
    clean_run, corrupted_run = model.run(clean), model.run(corrupted)
    metric = Metric(clean_run["logits"], answer, wrong)
    made = []
    for direction, ids, base, source in (("denoising", corrupted, corrupted_run, clean_run), ("noising", clean, clean_run, corrupted_run)):
        for receivers in receiver_sets:
            go = lambda point, part: path(model, ids, base, source, (point, part), receivers, metric)
            made.append(dict(direction=direction, receivers=receivers if receivers == "resid_post" else [f"blocks.{l}.attn.{x}:{h}" for l, h, x in receivers],
                             from_heads=named([[go(f"blocks.{l}.attn.z", (slice(None), h)) for h in range(model.heads)] for l in range(model.layers)]),
                             from_mlps=named([go(f"blocks.{l}.mlp_out", slice(None)) for l in range(model.layers)])))
    return dict(name=name, model=model.name, **texts, clean_ids=clean, corrupted_ids=corrupted, answer=answer, wrong=wrong,
                clean=dict(zip(METRICS, metric(clean_run["logits"]))), corrupted=dict(zip(METRICS, metric(corrupted_run["logits"]))), paths=made)


def ablation(name, model, ids, answer, wrong, **text):
    base = model.run(ids)["logits"]
    metric = Metric(base, answer, wrong)
    following = torch.tensor(ids[1:])[:, None]
    loss = lambda logits: -torch.log_softmax(logits[:-1], -1).gather(-1, following).mean().item()
    def four(values):
        values = torch.tensor(values, dtype=torch.float64)
        return {**named(values[..., :3].tolist()), "cross_entropy": values[..., 3]}
    def head(l, h):
        point = f"blocks.{l}.attn.z"
        def hook(name, x):
            if name == point:
                x = x.clone()
                x[:, h] = 0
            return x
        logits = model.run(ids, hook)["logits"]
        return metric(logits) + [loss(logits)]
    def output(point):
        logits = model.run(ids, lambda name, x: torch.zeros_like(x) if name == point else x)["logits"]
        return metric(logits) + [loss(logits)]
    return dict(name=name, model=model.name, **text, ids=ids, answer=answer, wrong=wrong, base=four(metric(base) + [loss(base)]),
                heads=four([[head(l, h) for h in range(model.heads)] for l in range(model.layers)]),
                mlps=four([output(f"blocks.{l}.mlp_out") for l in range(model.layers)]),
                attentions=four([output(f"blocks.{l}.attn_out") for l in range(model.layers)]))


def check(swept, traced, cut_cases, path_cases, ablated):
    from transformer_lens import patching
    def near(what, ours, theirs, tolerance=1e-8):
        apart = (torch.as_tensor(ours) - torch.as_tensor(theirs)).abs().max().item()
        print(f"{what:55} {apart:.1e}")
        assert apart < tolerance, what
    for c in swept:
        if "alignment" in c:
            continue
        theirs = transformer_lens_model(Gpt2(c["model"]))
        clean, corrupted = torch.tensor([c["clean_ids"]]), torch.tensor([c["corrupted_ids"]])
        metric = lambda logits: logits[0, -1, c["answer"]] - logits[0, -1, c["wrong"]]
        for direction, base, source in (("denoising", corrupted, clean), ("noising", clean, corrupted)):
            _, cache = theirs.run_with_cache(source)
            values = {s["kind"]: s["values"]["logit_difference"] for s in c[direction]}
            for kind, sweep in (("resid_pre", patching.get_act_patch_resid_pre), ("resid_mid", patching.get_act_patch_resid_mid),
                                ("attn_out", patching.get_act_patch_attn_out), ("mlp_out", patching.get_act_patch_mlp_out),
                                ("head_z", patching.get_act_patch_attn_head_out_all_pos), ("head_q", patching.get_act_patch_attn_head_q_all_pos),
                                ("head_k", patching.get_act_patch_attn_head_k_all_pos), ("head_v", patching.get_act_patch_attn_head_v_all_pos),
                                ("head_pattern", patching.get_act_patch_attn_head_pattern_all_pos)):
                near(f"{c['name']} {direction} {kind}", values[kind], sweep(theirs, base, cache, metric), 2e-6)  # float32 there
    for c, noise in traced:
        model = Gpt2(c["model"])
        theirs = transformers_model(model)
        ids, noise = torch.tensor([c["ids"]]), torch.tensor(noise.astype(np.float64))
        clean = theirs(ids, output_hidden_states=True).hidden_states
        l, p = model.layers // 2, c["subject"][-1]
        values = []
        for s in range(c["seeds"]):
            def embedded(module, inputs, out):
                out = out.clone()
                out[0, c["subject"]] += noise[s]
                return out
            def restore(module, inputs, out):
                x = (out[0] if isinstance(out, tuple) else out).clone()
                x[0, p] = clean[l][0, p]
                return (x, *out[1:]) if isinstance(out, tuple) else x
            handles = [theirs.transformer.wte.register_forward_hook(embedded), theirs.transformer.h[l - 1].register_forward_hook(restore)]
            values.append(theirs(ids).logits[0, -1].softmax(-1)[c["answer"]])
            for h in handles:
                h.remove()
        ours = [s for s in c["sweeps"] if s["kind"] == "resid_post"][0]["probability"][l - 1, p]
        near(f"{c['name']} tracing, one state restored", ours, torch.stack(values).mean())
    for c in cut_cases:
        theirs = transformer_lens_model(Gpt2(c["model"]))
        w = c["windows"][-1]
        for r, blocks in enumerate(w["blocks"]):
            for g, keys in enumerate(c["keys"]):
                def closed(x, hook):
                    for k in keys:
                        x[0, :, c["query"], k] = -torch.inf
                    return x
                logits = theirs.run_with_hooks(torch.tensor([c["ids"]]), fwd_hooks=[(f"blocks.{l}.attn.hook_attn_scores", closed) for l in blocks])[0, -1]
                w["logit_difference"][r, g] -= logits[c["answer"]] - logits[c["wrong"]]
        near(f"{c['name']} knock-out", w["logit_difference"], 0.0)
    for c in path_cases:
        model = Gpt2(c["model"])
        theirs = transformer_lens_model(model)
        tokens = dict(denoising=(c["corrupted_ids"], c["clean_ids"]), noising=(c["clean_ids"], c["corrupted_ids"]))
        for found in c["paths"]:
            base, source = (torch.tensor([t]) for t in tokens[found["direction"]])
            base_cache, source_cache = theirs.run_with_cache(base)[1], theirs.run_with_cache(source)[1]
            for l in range(model.layers):
                for h in range(model.heads):
                    def freeze(z, hook):
                        z[...] = base_cache[hook.name]
                        if hook.layer() == l:
                            z[:, :, h] = source_cache[hook.name][:, :, h]
                        return z
                    with theirs.hooks(fwd_hooks=[(lambda n: n.endswith("hook_z"), freeze)]):
                        logits, kept = theirs.run_with_cache(base)
                    if found["receivers"] != "resid_post":
                        hooks = []
                        for r in found["receivers"]:
                            where, head = r.split(":")
                            _, block, _, letter = where.split(".")
                            def receive(x, hook, head=int(head)):
                                x[:, :, head] = kept[hook.name][:, :, head]
                                return x
                            hooks.append((f"blocks.{block}.attn.hook_{letter}", receive))
                        logits = theirs.run_with_hooks(base, fwd_hooks=hooks)
                    found["from_heads"]["logit_difference"][l, h] -= logits[0, -1, c["answer"]] - logits[0, -1, c["wrong"]]
            near(f"{c['name']} path patching to {found['receivers']}", found["from_heads"]["logit_difference"], 0.0)
    for c in ablated:
        model = Gpt2(c["model"])
        for l in range(model.layers):
            for h in range(model.heads):
                theirs = transformers_model(model)  # without the rows that read the head
                theirs.transformer.h[l].attn.c_proj.weight[h * model.head_width:(h + 1) * model.head_width] = 0
                out = theirs(torch.tensor([c["ids"]]), labels=torch.tensor([c["ids"]]))
                c["heads"]["cross_entropy"][l, h] -= out.loss
        near(f"{c['name']} ablation", c["heads"]["cross_entropy"], 0.0, 1e-6)


def main():
    embedded, small = Gpt2("embedded"), Gpt2("micro")
    clean, corrupted = encode(CLEAN), encode(CORRUPTED)
    france, germany = token(" France"), token(" Germany")
    texts, text = dict(clean_text=CLEAN, corrupted_text=CORRUPTED), dict(text=CLEAN)
    swept = [sweeps("embedded", embedded, clean, corrupted, france, germany, [0, 100, 639], **texts),
             sweeps("micro", small, MICRO_CLEAN, MICRO_CORRUPTED, 14, 60, [0, 7, 31, 63]),
             aligned(small, MICRO_CLEAN, [60, 41, 2, 26, 5, 35, 8], [[0, 0], [1, 1], [3, 2], [4, 3], [5, 4], [6, 5], [7, 6]], 14, 60)]
    write_json("patching/sweeps.json", dict(cases=swept))
    arrays = {}
    traced = [tracing("embedded", embedded, clean, [0, 1], france, 3, [1, 3], arrays, **text),
              tracing("micro", small, MICRO_CLEAN, [2, 3], 14, 4, [1, 2], arrays)]
    write_json("patching/tracing.json", dict(cases=traced))
    write_safetensors("patching/tracing.safetensors", arrays)
    cut_cases = [knockout("embedded", embedded, clean, [[0], [1], [2], [3], [4], [0, 1]], france, germany, [1, 3], **text),
                 knockout("micro", small, MICRO_CLEAN, [[p] for p in range(7)] + [[2, 3]], 14, 60, [1, 2])]
    write_json("patching/knockout.json", dict(cases=cut_cases))
    path_cases = [paths("embedded", embedded, clean, corrupted, france, germany,
                        ["resid_post", [(6, 1, "v")], [(4, 0, "q"), (5, 2, "q")], [(5, h, "k") for h in range(5)]], **texts),
                  paths("micro", small, MICRO_CLEAN, MICRO_CORRUPTED, 14, 60,
                        ["resid_post", [(1, 0, "q")], [(1, 1, "k")], [(1, 0, "v"), (1, 1, "v")]])]
    write_json("patching/paths.json", dict(cases=path_cases))
    ablated = [ablation("embedded", embedded, clean, france, germany, **text), ablation("micro", small, MICRO_CLEAN, 14, 60)]
    write_json("patching/ablation.json", dict(cases=ablated))
    if sys.argv[1:] == ["check"]:
        check(swept, [(c, arrays[c["name"] + "/noise"]) for c in traced], cut_cases, path_cases, ablated)


if __name__ == "__main__":
    main()
