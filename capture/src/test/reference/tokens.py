"""Makes the expected ids of texts for a vocab.json with merges.txt: those of the embedded model's tokenizer.

  tokens.py TOKENIZER_JSON OUT.json          needs the package regex
  tokens.py TOKENIZER_JSON OUT.json check    also compares with transformers' own GPT2Tokenizer, written in Python

Byte-level BPE as OpenAI's encoder.py defines it: split by a pattern, map bytes to letters, merge the best-ranked pair.
"""
import json, os, sys, tempfile
import regex

SPLIT = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
SPECIAL = "<|endoftext|>"
TEXTS = [
    "Paris is the capital of", " leading and trailing ", "", "\n\n\ttabs\n and  two   three spaces \r\n",
    "it's we'll I'd they've you're I'm DON'T", "3.14159 and 1,000,000 and x2y", "naïve café, Österreich, Ελλάδα, 日本語, русский",
    "emoji 🙂 and family 👩‍👩‍👧 and flag 🇫🇷", "½ ² Ⅳ ٣", "e\u0301 combining and \u200b zero width \u00a0 no-break",
    "a<|endoftext|>b <|endoftext|>", "<|endoftext|", "snake_case __init__ x=y+z; // comment", "#version: 0.2", "ab" * 40,
]


def letters():
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [b for b in range(256) if b not in shown]
    return {**{b: chr(b) for b in shown}, **{b: chr(256 + i) for i, b in enumerate(hidden)}}


def merge(symbols, rank):
    while len(symbols) > 1:
        pairs = [(rank[p], i) for i, p in enumerate(zip(symbols, symbols[1:])) if p in rank]
        if not pairs:
            break
        _, i = min(pairs)
        symbols[i:i + 2] = [symbols[i] + symbols[i + 1]]
    return symbols


def encode(text, vocab, rank):
    ids, table = [], letters()
    for n, plain in enumerate(text.split(SPECIAL)):
        ids += [vocab[SPECIAL]] if n else []
        for word in SPLIT.findall(plain):
            ids += [vocab[s] for s in merge([table[b] for b in word.encode()], rank)]
    return ids


def main(tokenizer, out, check):
    spec = json.load(open(tokenizer))
    vocab = {**spec["model"]["vocab"], **{t["content"]: t["id"] for t in spec["added_tokens"]}}
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in spec["model"]["merges"]]
    rank = {m: i for i, m in enumerate(merges)}
    cases = [dict(text=t, ids=encode(t, vocab, rank)) for t in TEXTS]
    with open(out, "w") as f:
        f.write("[\n " + ",\n ".join(json.dumps(c) for c in cases) + "\n]\n")
    if check:
        from transformers import GPT2Tokenizer
        with tempfile.TemporaryDirectory() as folder:
            json.dump(vocab, open(folder + "/vocab.json", "w"))
            with open(folder + "/merges.txt", "w") as f:
                f.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
            theirs = GPT2Tokenizer.from_pretrained(folder)
            for case in cases:
                assert theirs(case["text"])["input_ids"] == case["ids"], (case, theirs(case["text"])["input_ids"])
        print(len(cases), "texts agree with transformers")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:] == ["check"])
