"""Writes src/test/resources/reference/*/expected-full-*.json: every analysis of several views, in NumPy float64.

Run from core/. Keys and shapes are those of analysis.json; the formulas are NumPy's and the papers' own.
"""
import json
import os

import numpy as np

REFERENCE = os.path.join(os.path.dirname(__file__), "..", "resources", "reference")
EPSILON = 1e-5


def norm(x):
    return np.linalg.norm(x, axis=-1)


def cosine(a, b):
    norms = norm(a) * norm(b)
    with np.errstate(all="ignore"):
        return np.where(norms == 0, 0.0, (a * b).sum(-1) / norms)


def notebook(h, blocks):
    out = {"cosine_consecutive": cosine(h[:-1], h[1:])}
    out["statistics"] = {
        "mean": h.mean((1, 2)),
        "std": h.std((1, 2)),
        "min": h.min((1, 2)),
        "max": h.max((1, 2)),
        "abs_mean": np.abs(h).mean((1, 2)),
    }
    if blocks:
        pre, attention, mlp = h[:-1:2], h[1::2] - h[:-1:2], h[2::2] - h[1::2]
        r, a, m = (norm(x).mean(1) for x in (pre, attention, mlp))
        out["magnitudes"] = {
            "residual_l2": r,
            "attention_l2": a,
            "mlp_l2": m,
            "attention_ratio": a / r,
            "mlp_ratio": m / r,
            "attention_percent": 100 * a / (a + m),
            "mlp_percent": 100 * m / (a + m),
        }
        out["cosine_residual_attention"] = cosine(pre, attention)
        out["cosine_residual_mlp"] = cosine(pre, mlp)
    return out


def token_statistics(h):
    n = h.shape[-1]
    centered = h - h.mean(-1, keepdims=True)
    return {
        "l2": norm(h),
        "rms": np.sqrt((h**2).mean(-1)),
        "mean": h.mean(-1),
        "variance": h.var(-1),
        "min": h.min(-1),
        "max": h.max(-1),
        "kurtosis": (centered**4).mean(-1) / h.var(-1) ** 2,
        "sparsity": (np.sqrt(n) - np.abs(h).sum(-1) / norm(h)) / (np.sqrt(n) - 1),
        "growth": norm(h[1:]) / norm(h[:-1]),
    }


def updates(h):
    out = {}
    pre, mid, post = h[:-1:2], h[1::2], h[2::2]
    out["attention_l2"] = norm(mid - pre)
    out["mlp_l2"] = norm(post - mid)
    out["cosine_attention_mlp"] = cosine(mid - pre, post - mid)
    for name, before, after in (("attention", pre, mid), ("mlp", mid, post)):
        along = ((after - before) * before).sum(-1) / norm(before)
        out[name + "_along"] = along
        # The part of the update that is orthogonal to the stream, taken out explicitly.
        unit = before / norm(before)[..., None]
        out[name + "_across"] = norm(after - before - along[..., None] * unit)
        out[name + "_angle"] = np.degrees(np.arccos(cosine(before, after)))
    return out


def path(h):
    length = norm(np.diff(h, axis=0)).sum(0)
    displacement = norm(h[-1] - h[0])
    return {"length": length, "displacement": displacement, "straightness": displacement / length}


def anisotropy(h):
    tokens = h.shape[1]
    pairs = [(t, u) for t in range(tokens) for u in range(t)]
    return {"mean_cosine": np.mean([cosine(h[:, t], h[:, u]) for t, u in pairs], axis=0)}


def outlier_dimensions(h, numbers):
    magnitude = np.abs(h).mean(1)
    z = (magnitude - magnitude.mean(1, keepdims=True)) / magnitude.std(1, keepdims=True)
    found = sorted([(-z[p, d], p, d) for p, d in zip(*np.nonzero(z > 3))])
    return {
        "mean_magnitude": [magnitude[p, d] for _, p, d in found],
        "deviations": [-z for z, _, _ in found],
        "point": [int(p) for _, p, _ in found],
        "dimension": [int(numbers[d]) for _, _, d in found],
    }


def principal_components(h, k=3):
    states = h.reshape(-1, h.shape[-1])
    centered = states - states.mean(0)
    _, sigma, vt = np.linalg.svd(centered, full_matrices=False)
    components = vt[:k]
    components = components * np.sign(components[np.arange(k), np.abs(components).argmax(1)])[:, None]
    variance = sigma**2 / len(states)
    return {
        "components": components,
        "explained_variance": variance[:k],
        "explained_ratio": (variance / variance.sum())[:k],
        "trajectories": (centered @ components.T).reshape(h.shape[0], h.shape[1], k).swapaxes(0, 1),
    }


def spectra(h):
    sigma = np.array([np.linalg.svd(x, compute_uv=False) for x in h])
    p = sigma / sigma.sum(1, keepdims=True)
    entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(1)
    return {
        "singular_values": sigma,
        "effective_rank": np.exp(entropy),
        "participation_ratio": (sigma**2).sum(1) ** 2 / (sigma**4).sum(1),
    }


def cka(h):
    x = h - h.mean(1, keepdims=True)
    frobenius = lambda m: np.sqrt((m**2).sum())
    return {"cka": np.array([[frobenius(b.T @ a) ** 2 / frobenius(a.T @ a) / frobenius(b.T @ b) for b in x] for a in x])}


def patterns(attention, queries):
    queries = [q for q in queries if q > 0]
    a = attention[:, :, queries].astype(np.float64)
    entropy = -(a * np.log(np.where(a > 0, a, 1))).sum(-1)
    own = np.array([attention[:, :, q, q] for q in queries], dtype=np.float64)
    before = np.array([attention[:, :, q, q - 1] for q in queries], dtype=np.float64)
    return {"entropy": entropy.mean(-1), "first_position": a[..., 0].mean(-1), "previous_token": before.mean(0), "self": own.mean(0)}


def head_scores(attention, ids):
    """The share of all attention that goes where such a head looks, over the whole text."""
    a = attention.astype(np.float64)
    same = np.tril(ids[:, None] == ids[None, :], -1)
    followed = np.zeros_like(same)
    followed[:, 1:] = same[:, :-1]
    where = {"previous_token": np.eye(len(ids), k=-1), "duplicate_token": same, "induction": followed}
    return {name: (a * d).sum((-1, -2)) / a.sum((-1, -2)) for name, d in where.items()}


def full(h, blocks, numbers, queries, attention, ids):
    out = notebook(h, blocks)
    out["token_statistics"] = token_statistics(h)
    out["cosine_between_points"] = {"cosine_mean": cosine(h[:, None], h[None]).mean(-1)}
    out["cosine_with_ends"] = {"cosine_embed": cosine(h, h[0]), "cosine_last": cosine(h, h[-1])}
    out["cosine_between_tokens"] = {"cosine": cosine(h[-1][:, None], h[-1][None])}
    out["anisotropy"] = anisotropy(h)
    if blocks:
        out["block_updates"] = updates(h)
        out["path"] = path(h)
    magnitudes = np.abs(h)
    massive = (magnitudes > 100) & (magnitudes >= 1000 * np.median(magnitudes, axis=(1, 2), keepdims=True))
    medians = np.median(magnitudes, axis=(1, 2))
    found = sorted(np.argwhere(massive).tolist(), key=lambda at: -magnitudes[tuple(at)])
    out["massive_activations"] = {
        "value": [float(h[tuple(at)]) for at in found],
        "ratio": [float(magnitudes[tuple(at)] / medians[at[0]]) for at in found],
        "point": [at[0] for at in found],
        "token": [at[1] for at in found],
        "dimension": [int(numbers[at[2]]) for at in found],
    }
    out["outlier_dimensions"] = outlier_dimensions(h, numbers)
    squares = np.sort(h**2, axis=-1)
    out["top_dimension_share"] = {"share": squares[..., -3:].sum(-1) / squares.sum(-1)}
    out["principal_components"] = principal_components(h)
    out["spectra"] = spectra(h)
    out["cka"] = cka(h)
    if attention is not None:
        out["attention_patterns"] = patterns(attention, queries)
        out["head_scores"] = head_scores(attention, ids)
    return out


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    return float("%.10g" % value) if isinstance(value, float) else value


def standardized(h):
    std = h.std(1, keepdims=True)
    return (h - h.mean(1, keepdims=True)) / np.where(std == 0, 1, std)


def write(session, view, *arguments):
    with open(os.path.join(REFERENCE, session, f"expected-full-{view}.json"), "w") as f:
        json.dump(plain(full(*arguments)), f)


for session in ("micro", "paris", "lanes"):
    items = np.load(os.path.join(REFERENCE, session, "tensors.npz"))
    states = items["hidden_states"].astype(np.float64).squeeze(1)
    attention = items["attention_patterns"] if "attention_patterns" in items.files else None
    ids = items["token_ids"] if "token_ids" in items.files else None
    every = np.arange(states.shape[2])
    positions = np.arange(states.shape[1])
    write(session, "whole", states, True, every, positions, attention, ids)
    if session == "micro":
        write(session, "without-first", states[:, 1:], True, every, positions[1:], attention, ids)
        write(session, "positions", states[:, [2, 5, 10]], True, every, [2, 5, 10], attention, ids)
        kept = np.delete(every, [3, 7])
        fewer = states[:, :, kept]
        write(session, "centered", fewer - fewer.mean(1, keepdims=True), True, kept, positions, attention, ids)
        write(session, "standardized", standardized(states[:, 1:]), False, every, positions[1:], attention, ids)
        normal = (states - states.mean(-1, keepdims=True)) / np.sqrt(states.var(-1, keepdims=True) + EPSILON)
        write(session, "layer-normalized", normal, False, every, positions, attention, ids)
