"""Times captures, changed runs and patching sweeps by turns against TransformerLens doing the same.

  mvn -ntp -DskipTests package
  python3 examples/benchmark/experiments.py FOLDER [--rounds N] [--java JAVA]

Run from the repository's root, with torch and transformer_lens 2.18. FOLDER gets a checkpoint of GPT-2's smallest size with
random weights (498 MB) if there is none; TransformerLens gets random weights of the same shape. Prints medians and best
times, and the median of the ratios of neighbours. The sweeps take a quarter of an hour.
"""
import argparse
import os
import platform
import statistics
import time

os.environ["TQDM_DISABLE"] = "1"
import torch
from transformer_lens import HookedTransformer, HookedTransformerConfig, patching

from turns import Java, by_turns

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--rounds", type=int, default=10, help="of captures; sweeps are done a third as often")
parser.add_argument("--java", default="java")
options = parser.parse_args()


torch.manual_seed(1)
model = HookedTransformer(HookedTransformerConfig(
    n_layers=12, d_model=768, n_heads=12, d_head=64, d_mlp=3072, n_ctx=1024, d_vocab=50257, act_fn="gelu_new",
    normalization_type="LN", device="cpu")).eval().requires_grad_(False)
clean = torch.randint(0, 50257, (1, 32))
corrupted = clean.clone()
corrupted[0, 5] = 99
_, cache = model.run_with_cache(clean)
texts = {tokens: torch.randint(0, 50257, (1, tokens)) for tokens in (5, 128, 512)}


def difference(logits):
    return logits[0, -1, 11] - logits[0, -1, 12]


def is_stream(name):
    return "resid" in name or name in ("hook_embed", "hook_pos_embed")


def milliseconds(work):
    with torch.no_grad():
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1e3


lens = {}
for tokens, ids in texts.items():
    lens[f"stream {tokens}"] = lambda ids=ids: model.run_with_cache(ids, names_filter=is_stream)
    lens[f"everything {tokens}"] = lambda ids=ids: model.run_with_cache(ids)
lens["states"] = lambda: patching.get_act_patch_resid_pre(model, corrupted, cache, difference)
lens["heads"] = lambda: patching.get_act_patch_attn_head_out_all_pos(model, corrupted, cache, difference)
java = Java(options.java, "ExperimentTimer", options.folder, flags=("-Xms6g", "-Xmx6g", "-XX:+AlwaysPreTouch"))


def turns(name, others, rounds):
    """Prints what ours takes, and how many times longer each other takes."""
    sides = {"ours": lambda: java.ask(name), **others}
    times = by_turns(sides, rounds)
    for side, found in times.items():
        ratio = statistics.median(other / ours for ours, other in zip(times["ours"], found))
        best = min(found) / min(times["ours"])
        print(f"| {name} | {side} | {statistics.median(found):.1f} | {min(found):.1f} | {ratio:.3f} | {best:.3f} |", flush=True)


print(f"{platform.machine()}, {os.cpu_count()} processors, PyTorch {torch.__version__}")
print("| what | side | median, ms | best, ms | times ours | best, times ours |\n|---|---|---|---|---|---|")
turns("stream 512", {"with one addition": lambda: java.ask("added"), "with a gate at every point": lambda: java.ask("gated")},
      2 * options.rounds)
for name in [f"{what} {tokens}" for what in ("stream", "everything") for tokens in texts]:
    turns(name, {"TransformerLens": lambda: milliseconds(lens[name])}, options.rounds)
for name in ("states", "heads"):
    others = {"one by one": lambda: java.ask("own-" + name), "TransformerLens": lambda: milliseconds(lens[name])}
    turns(name, others, max(1, options.rounds // 3))
java.close()
