"""Times the logit lens by turns against ONNX Runtime's bare product and PyTorch doing the same, and measures its memory.

  mvn -ntp -DskipTests package
  python3 examples/benchmark/lens.py FOLDER [--tokens N] [--rounds N] [--java JAVA]

Run from the repository's root, with torch, transformers and numpy. FOLDER gets a checkpoint of GPT-2's smallest size with
random weights (498 MB) if there is none. Prints medians and best times, and the median of the ratios of neighbours.
"""
import argparse
import statistics
import time

from turns import Java, by_turns

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--tokens", type=int, default=128)
parser.add_argument("--rounds", type=int, default=8)
parser.add_argument("--java", default="java")
options = parser.parse_args()


def timer(tokens, *flags):
    return Java(options.java, "LensTimer", options.folder, str(tokens), flags=flags)


def pytorch():
    """The same reading: likeliest ten, entropy, divergence from the last state, cross-entropy of the next token."""
    import torch
    import transformers
    model = transformers.GPT2Model.from_pretrained(options.folder, attn_implementation="eager").eval()
    ids = torch.randint(0, model.config.vocab_size, (1, options.tokens), generator=torch.Generator().manual_seed(1))
    states = []
    with torch.no_grad():
        for block in model.h:
            block.ln_1.register_forward_pre_hook(lambda m, a: states.append(a[0][0]))
            block.ln_2.register_forward_pre_hook(lambda m, a: states.append(a[0][0]))
        hook = model.ln_f.register_forward_pre_hook(lambda m, a: states.append(a[0][0]))
        model(ids)
        hook.remove()
    unembedding = model.wte.weight.detach()

    def read():
        with torch.no_grad():
            last = torch.log_softmax(model.ln_f(states[-1]) @ unembedding.T, -1)
            for state in reversed(states):
                logs = torch.log_softmax(model.ln_f(state) @ unembedding.T, -1)
                shares = logs.exp()
                found = (shares.topk(10), -(shares * logs).sum(-1), (last.exp() * (last - logs)).sum(-1),
                         -logs[:-1].gather(1, ids[0, 1:, None]))
            return found

    return read


def milliseconds(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


java, torch_read = timer(options.tokens), pytorch()
sides = {"lens": lambda: java.ask("lens"), "product": lambda: java.ask("product"), "PyTorch": lambda: milliseconds(torch_read)}
times = by_turns(sides, options.rounds, warm=2)
for name, all_of in times.items():
    ratio = statistics.median(a / b for a, b in zip(times["lens"], all_of))
    print(f"{name}: median {statistics.median(all_of):.0f} ms, best {min(all_of):.0f} ms; the lens takes {ratio:.2f} of it")
ledgers = [java.ask("ledger") for _ in range(30)][10:]
print(f"ledger: median {statistics.median(ledgers):.1f} ms, best {min(ledgers):.1f} ms")
java.close()
for tokens in (options.tokens, 1024):
    java = timer(tokens, "-Xmx512m", "-XX:+UseSerialGC")
    grown = [java.ask("memory") for _ in range(3)]
    java.close()
    print(f"memory during a reading of {tokens} tokens, heap of 512 MB: {max(grown):.0f} MB more at most")
