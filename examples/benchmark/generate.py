"""Times greedy text by turns against transformers' generate with its cache.

  mvn -ntp -DskipTests package
  python3 examples/benchmark/generate.py FOLDER [--rounds N] [--java JAVA]

Run from the repository's root, with torch and transformers. FOLDER gets a checkpoint of GPT-2's smallest size with random
weights (498 MB) if there is none. Both sides go on with 16 tokens by 64, plain and, ours alone, with every point of the
stream captured at each step. Prints medians, and the medians of the ratios of neighbours; last, how much longer a step
takes around token 500 of a text than around token 20.
"""
import argparse
import statistics
import time

from turns import Java, by_turns

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--rounds", type=int, default=10)
parser.add_argument("--java", default="java")
options = parser.parse_args()
PROMPT, TOKENS = 16, 64

java = Java(options.java, "GenerationTimer", options.folder)
ask = java.ask
ask("plain")  # writes the checkpoint if need be
import torch
import transformers
model = transformers.GPT2LMHeadModel.from_pretrained(options.folder).eval()
ids = torch.randint(0, model.config.vocab_size, (1, PROMPT), generator=torch.Generator().manual_seed(1))


def transformers_generate():
    start = time.perf_counter()
    with torch.no_grad():
        text = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False,
                              use_cache=True, pad_token_id=0)
    assert text.shape[1] == PROMPT + TOKENS
    return (time.perf_counter() - start) * 1e3


sides = {"plain": lambda: ask("plain"), "captured": lambda: ask("captured"), "transformers": transformers_generate}
times = by_turns(sides, options.rounds, warm=2)
for name, all_of in times.items():
    middle = statistics.median(all_of)
    print(f"{name}: median {middle:.0f} ms, {TOKENS / middle * 1e3:.1f} tokens per second, best {min(all_of):.0f} ms")
ratio = lambda a, b: statistics.median(x / y for x, y in zip(times[a], times[b]))
print(f"tokens per second by transformers': {ratio('transformers', 'plain'):.2f}")
print(f"captured by plain: {ratio('captured', 'plain'):.3f}")
print(f"a step at token 500 by one at token 20: {statistics.median(ask('growth') for _ in range(3)):.2f}")
java.close()
