"""Makes ../resources/lens/expected.json: what the logit lens reads off every state, attention output and MLP output.

  lens.py           needs PyTorch; made with 2.15
  lens.py check     also compares with transformers 4.57: its lm_head(ln_f(state)), and PyTorch's kl_div and cross_entropy

The forward pass is gpt2.py's in float64, the lens is softmax(W_U ln_f(h) + b_U) with the norm's statistics of h itself.
"""
import sys
import torch
from gpt2 import *

TEXTS = {"paris": "Paris is the capital of", "japan": "The capital of Japan is Tokyo.", "single": "x"}
IDS = [3, 14, 15, 9, 26, 5, 8, 9, 28, 0]
MICRO = [3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0]


def measure(model, states, stream, ids, k, named):
    """States [P, T, D], of which the first ones are the stream's points and the last of those the final one."""
    logits = model.lens(states)  # [P, T, V]
    log_p = torch.log_softmax(logits, -1)
    broken = logits.isnan().any(-1)  # [P, T]
    final = log_p[stream - 1]
    order = logits.nan_to_num().sort(-1, descending=True)
    top = order.indices[..., :k].masked_fill(broken[..., None], -1)
    agrees = (top[..., 0] == top[stream - 1, :, 0]) & ~broken & ~broken[stream - 1]
    settled = []
    for t in range(len(ids)):
        p = stream
        while p > 0 and agrees[p - 1, t]:
            p -= 1
        settled.append(p if p < stream else -1)
    ranks, rivals = [], []
    for a in named:
        apart = logits - logits[..., a:a + 1]
        ranks.append(((apart > 0).sum(-1) + 1).masked_fill(broken, -1))
        apart[..., a] = torch.inf
        rivals.append(apart.abs().min(-1).values)
    following = torch.tensor(ids[1:], dtype=torch.long)
    return dict(
        top_ids=top, top_probabilities=log_p.gather(-1, top.clamp(min=0)).exp(),
        top_gap=(order.values[..., :k] - order.values[..., 1:k + 1]).min(-1).values.masked_fill(broken, torch.nan),
        entropy=-(log_p.exp() * log_p).sum(-1), kl_to_final=(final.exp() * (final - log_p)).sum(-1),
        cross_entropy=-log_p[:, :-1].gather(-1, following[None, :, None].expand(len(states), -1, 1))[..., 0],
        top_agrees=agrees, settles_at=settled, named_ids=named, named_logit=logits[..., named].permute(2, 0, 1),
        named_log_probability=log_p[..., named].permute(2, 0, 1), named_rank=torch.stack(ranks), named_gap=torch.stack(rivals))


def case(name, model, ids, k, named, text=None):
    seen = model.run(ids)
    outputs = [f"blocks.{l}.{p}" for l in range(model.layers) for p in ("attn_out", "mlp_out")]
    rows = model.points() + outputs
    found = measure(model, torch.stack([seen[r] for r in rows]), len(model.points()), ids, k, named)
    return dict(name=name, model=model.name, **({"text": text} if text else {}), ids=ids, rows=rows, stream_points=len(model.points()), **found)


def given_states():
    """States with a NaN, an infinity, and one whose entries are all equal, so that the norm divides by √ε."""
    model, ids = Gpt2("micro"), [3, 14, 15, 9]
    seen = model.run(ids)
    states = torch.stack([seen[p] for p in model.points()]).float()
    states[1, 1, 4] = torch.nan
    states[4, 2, 0] = torch.nan
    states[2, 3, 7] = torch.inf
    states[3, 0, :] = 0.75
    return dict(name="given-states", model="micro", ids=ids, rows=model.points(), stream_points=len(states), states=states,
                **measure(model, states.double(), len(states), ids, 3, [14, 60]))


def cases():
    embedded = Gpt2("embedded")
    named = [token(t) for t in (" France", " Germany", " Tokyo")]
    made = [case(f"embedded-{n}", embedded, encode(t), 5, named, t) for n, t in TEXTS.items()]
    made += [case("micro", Gpt2("micro"), MICRO, 5, [14, 60]), case("micro-one-token", Gpt2("micro"), [7], 5, [14, 60])]
    made += [case(v, Gpt2(v), IDS, 3, [0, 28]) for v in VARIANTS]
    return made + [given_states()]


def check(made):
    from torch.nn import functional
    for c in made:
        model, ids = Gpt2(c["model"]), c["ids"]
        theirs = transformers_model(model)
        if "states" in c:
            continue
        seen = model.run(ids)
        end = theirs(torch.tensor([ids])).logits[0]
        apart = 0
        for r, row in enumerate(c["rows"]):
            logits = theirs.lm_head(theirs.transformer.ln_f(seen[row]))
            kl = functional.kl_div(logits.log_softmax(-1), end.log_softmax(-1), log_target=True, reduction="none").sum(-1)
            apart = max(apart, (kl - c["kl_to_final"][r]).abs().max().item(),
                        (torch.distributions.Categorical(logits=logits).entropy() - c["entropy"][r]).abs().max().item())
            if len(ids) > 1:
                ce = functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none")
                apart = max(apart, (ce - c["cross_entropy"][r]).abs().max().item())
            place = logits.argsort(-1, descending=True)
            for n, a in enumerate(c["named_ids"]):
                assert ((place == a).nonzero()[:, 1] + 1 == c["named_rank"][n, r]).all() or c["named_gap"][n, r].min() < 1e-9
        print(f"{c['name']:20} largest difference to transformers {apart:.1e}")
        assert apart < 1e-8, c["name"]


if __name__ == "__main__":
    made = cases()
    write_json("lens/expected.json", dict(cases=made))
    if sys.argv[1:] == ["check"]:
        check(made)
