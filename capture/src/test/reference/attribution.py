"""Makes ../resources/attribution/{expected,heads}.json: direct logit attribution as a ledger, and scores of heads.

  attribution.py           needs PyTorch; made with 2.15
  attribution.py check     also compares with TransformerLens 2.18: its stack of results, and its head_detector's patterns

A component c gives ((c - mean c) / σ ⊙ γ) · (W_U[a] - W_U[b]) with σ of the final norm in this run. The forward pass is
gpt2.py's in float64, the raw checkpoint with nothing folded.
"""
import sys
import torch
from gpt2 import *

IDS = [3, 14, 15, 9, 26, 5, 8, 9, 28, 0]
MICRO = [3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0]


def direction(model, answer, wrong):
    return model.head[answer] - (model.head[wrong] if wrong is not None else 0)


def contribution(model, seen, component, answer, wrong):
    """Of a component's rows [T, D], or of many components [..., T, D]."""
    centred = component - component.mean(-1, keepdim=True)
    return (centred / seen["final.scale"] * model.weights["ln_f.weight"]) @ direction(model, answer, wrong)


def components(model, seen):
    """What is added to make the last state, in order, [T, D] each."""
    made = {"embed.token": seen["embed.token"], "embed.position": seen["embed"] - seen["embed.token"]}
    t = len(seen["embed"])
    for l in range(model.layers):
        for h in range(model.heads):
            made[f"blocks.{l}.attn.head.{h}"] = model.head_output(seen, l, h)
        made[f"blocks.{l}.attn.bias"] = model.weights[f"h.{l}.attn.c_proj.bias"].expand(t, -1)
        made[f"blocks.{l}.mlp_out"] = seen[f"blocks.{l}.mlp_out"]
    return made


def ledger(model, ids, answer, wrong, name, block, neurons, text=None):
    seen, t = model.run(ids), len(ids)
    values = {n: contribution(model, seen, c, answer, wrong) for n, c in components(model, seen).items()}
    values["final_norm.bias"] = (model.weights["ln_f.bias"] @ direction(model, answer, wrong)).expand(t)
    if model.has_head_bias:
        values["unembed.bias"] = (model.head_bias[answer] - (model.head_bias[wrong] if wrong is not None else 0)).expand(t)
    logits = seen["logits"]
    difference = logits[:, answer] - (logits[:, wrong] if wrong is not None else 0)
    total = sum(values.values())
    assert (total - difference).abs().max() < 1e-10
    out = model.weights[f"h.{block}.mlp.c_proj.weight"]  # [I, D]
    each = contribution(model, seen, seen[f"blocks.{block}.mlp.post"].T[..., None] * out[:, None], answer, wrong)[:, -1]  # [I]
    bias = contribution(model, seen, model.weights[f"h.{block}.mlp.c_proj.bias"].expand(t, -1), answer, wrong)[-1]
    assert abs(each.sum() + bias - values[f"blocks.{block}.mlp_out"][-1]) < 1e-10
    top = each.abs().argsort(descending=True)[:neurons]
    return dict(name=name, model=model.name, **({"text": text} if text else {}), ids=ids, answer=answer,
                **({"wrong": wrong} if wrong is not None else {}), components=list(values), values=torch.stack(list(values.values()), 1),
                sum=total, logit_difference=difference,
                accumulated=torch.stack([contribution(model, seen, seen[p], answer, wrong) for p in model.points()]),
                neuron_block=block, neuron_ids=top, neuron_values=each[top], mlp_bias_value=bias)


def previous_token(ids):
    return torch.diag(torch.ones(len(ids) - 1, dtype=torch.float64), -1)


def duplicate_token(ids):
    """1 where an earlier position holds the same token."""
    row = torch.tensor(ids)
    return (row[:, None] == row[None, :]).double().tril(-1)


def induction(ids):
    """1 where the token before was the same: the token after an earlier occurrence."""
    d = torch.zeros(len(ids), len(ids), dtype=torch.float64)
    d[:, 1:] = duplicate_token(ids)[:, :-1]
    return d


def heads(model, ids, answer, wrong, name):
    seen = model.run(ids)
    patterns = torch.stack([seen[f"blocks.{l}.attn.pattern"] for l in range(model.layers)])  # [L, H, T, T]
    score = lambda d: (patterns * d).sum((-1, -2)) / patterns.sum((-1, -2))
    outputs = torch.stack([torch.stack([model.head_output(seen, l, h) for h in range(model.heads)]) for l in range(model.layers)])
    return dict(name=name, model=model.name, ids=ids, previous_token=score(previous_token(ids)), duplicate_token=score(duplicate_token(ids)),
                induction=score(induction(ids)), answer=answer, wrong=wrong, output_norm=outputs.norm(dim=-1),
                contribution=contribution(model, seen, outputs, answer, wrong))


def ledgers():
    embedded, micro = Gpt2("embedded"), Gpt2("micro")
    france, germany = token(" France"), token(" Germany")
    text = "Paris is the capital of"
    made = [ledger(embedded, encode(text), france, germany, "embedded-difference", 6, 10, text),
            ledger(embedded, encode(text), france, None, "embedded-single", 7, 10, text),
            ledger(embedded, encode("x"), france, germany, "embedded-one-token", 0, 5, "x"),
            ledger(micro, MICRO, 14, 60, "micro-difference", 1, 64), ledger(micro, MICRO, 5, None, "micro-single", 0, 64)]
    return made + [ledger(Gpt2(v), IDS, 5, 28, v, 1, 4) for v in VARIANTS]


def head_cases():
    random = np.random.default_rng(3)
    twice = lambda vocabulary, n, bos: [bos] + 2 * random.integers(0, bos, n).tolist()
    made = [heads(Gpt2("embedded"), twice(4096, 12, 4095), token(" France"), token(" Germany"), "embedded-repeated"),
            heads(Gpt2("micro"), twice(61, 12, 60), 14, 60, "micro-repeated"),
            heads(Gpt2("micro"), [7, 7, 9, 7, 9, 9, 3, 7], 14, 60, "micro-runs")]
    return made + [heads(Gpt2(v), [5, 3, 5, 3, 5, 5, 1, 3], 5, 28, v) for v in ("scaled-by-layer", "unscaled-attention")]


def check(made, head_made):
    from transformer_lens import head_detector
    for c in made:
        if c["model"] not in FOLDERS:
            continue
        model = Gpt2(c["model"])
        theirs = transformer_lens_model(model)
        _, cache = theirs.run_with_cache(torch.tensor([c["ids"]]))
        stack, labels = cache.get_full_resid_decomposition(expand_neurons=False, mlp_input=False, apply_ln=True, pos_slice=None, return_labels=True)
        # apply_ln here leaves weight and bias to be folded, so they are put in by hand.
        scale = cache["ln_final.hook_scale"][0]
        way = model.weights["ln_f.weight"] * direction(model, c["answer"], c.get("wrong"))
        apart, n = 0, 0
        for label, row in zip(labels, cache.get_full_resid_decomposition(expand_neurons=False, apply_ln=False)):
            ours = {"embed": "embed.token", "pos_embed": "embed.position"}.get(label)
            if ours is None and label[0] == "L" and "H" in label:
                l, h = label[1:].split("H")
                ours = f"blocks.{l}.attn.head.{h}"
            if ours is None and label.endswith("_mlp_out"):
                ours = f"blocks.{label.split('_')[0]}.mlp_out"
            if ours is None:
                continue
            theirs_value = ((row[0] - row[0].mean(-1, keepdim=True)) / scale) @ way
            apart, n = max(apart, (theirs_value - c["values"][:, c["components"].index(ours)]).abs().max().item()), n + 1
        print(f"{c['name']:20} {n} components, largest difference to TransformerLens {apart:.1e}")
        assert n == 2 + model.layers * (model.heads + 1) and apart < 1e-8
    for c in head_made:
        if c["model"] not in FOLDERS:
            continue
        model = Gpt2(c["model"])
        theirs = transformer_lens_model(model)
        tokens = torch.tensor([c["ids"]])
        _, cache = theirs.run_with_cache(tokens)
        apart = 0
        for score, pattern in (("previous_token", head_detector.get_previous_token_head_detection_pattern),
                               ("duplicate_token", head_detector.get_duplicate_token_head_detection_pattern),
                               ("induction", head_detector.get_induction_head_detection_pattern)):
            d = pattern(tokens)
            for l in range(model.layers):
                for h in range(model.heads):
                    value = head_detector.compute_head_attention_similarity_score(
                        cache["pattern", l][0, h], d, exclude_bos=False, exclude_current_token=False, error_measure="mul")
                    apart = max(apart, abs(value - c[score][l, h].item()))
        result = torch.stack([cache["result", l][0] for l in range(model.layers)])  # [L, T, H, D]
        apart = max(apart, (result.norm(dim=-1).transpose(1, 2) - c["output_norm"]).abs().max().item())
        print(f"{c['name']:20} largest difference to TransformerLens {apart:.1e}")
        assert apart < 1e-6


if __name__ == "__main__":
    made, head_made = ledgers(), head_cases()
    write_json("attribution/expected.json", dict(cases=made))
    write_json("attribution/heads.json", dict(cases=head_made))
    if sys.argv[1:] == ["check"]:
        check(made, head_made)
