"""Makes ../resources/generation/{greedy,processors,scores}.json: continuations, filtered distributions, likelihoods.

  generation.py           needs PyTorch and transformers; made with 2.15 and 4.57.6
  generation.py check     also decodes and scores by gpt2.py, without a cache, and filters by formula

Greedy ids are transformers' generate in float64 with its cache; the processors are those, in that order, that its
generate builds from a GenerationConfig.
"""
import sys
import torch
from gpt2 import *

CLOSE = 1e-4
PROMPTS = ["Paris is the capital of", "The capital of Japan is", "Location: Southern Europe, bordering", "Climate:", "x"]
IDS = {"micro": [[3, 14, 15, 9], [60, 7, 7, 7, 7, 7]], **{v: [[3, 14, 15], [28, 0]] for v in VARIANTS}}


def greedy(model, theirs, ids, tokens, text=None, **options):
    from transformers import GenerationConfig
    config = GenerationConfig(max_new_tokens=tokens, do_sample=False, num_beams=1, pad_token_id=0, output_scores=True,
                              return_dict_in_generate=True, **options)
    out = theirs.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), generation_config=config)
    new = out.sequences[0, len(ids):].tolist()
    scores = torch.stack(out.scores)[:, 0].double()  # after the processors
    logits = theirs(out.sequences).logits[0, len(ids) - 1:-1]  # those it gives out are float32
    return case(model, ids, new, scores, logits, text, **options)


def case(model, ids, new, scores, logits, text=None, **more):
    top = scores.topk(2, -1)
    gap = top.values[:, 0] - top.values[:, 1]
    assert top.indices[:, 0].tolist() == new
    close = [i for i, g in enumerate(gap.tolist()) if g < CLOSE]
    return dict(model=model.name, **({"text": text} if text else {}), ids=ids, **more, new_ids=new,
                log_probabilities=torch.log_softmax(logits, -1).gather(-1, torch.tensor(new)[:, None])[:, 0],
                runner_up_ids=top.indices[:, 1], gap=gap, close_at=close[0] if close else -1)


def uncached(model, ids, tokens, hook=unhooked):
    """Greedy by whole runs of gpt2.py; the hook applies at every step, to the whole text so far."""
    ids, logits = list(ids), []
    for _ in range(tokens):
        logits.append(model.run(ids, hook)["logits"][-1])
        ids.append(logits[-1].argmax().item())
    return ids[-tokens:], torch.stack(logits)


def greedy_cases():
    made = []
    embedded = Gpt2("embedded")
    theirs = transformers_model(embedded)
    for n, prompt in enumerate(PROMPTS):
        made.append(dict(name=f"embedded-{n}", **greedy(embedded, theirs, encode(prompt), 40, prompt)))
    made.append(dict(name="embedded-repetition-penalty", **greedy(embedded, theirs, encode(PROMPTS[3]), 40, PROMPTS[3], repetition_penalty=1.3)))
    stop = made[0]["new_ids"][12]
    made.append(dict(name="embedded-stop", **greedy(embedded, theirs, encode(PROMPTS[0]), 40, PROMPTS[0], eos_token_id=stop)))
    for name, prompts in IDS.items():
        model = Gpt2(name)
        theirs = transformers_model(model)
        for n, ids in enumerate(prompts):
            made.append(dict(name=f"{name}-{n}", **greedy(model, theirs, ids, model.context - len(ids))))
    return made + edited_cases(embedded)


def edited_cases(model):
    ids = encode(PROMPTS[0])
    vector = (4 * np.random.default_rng(23).standard_normal(model.width)).astype(np.float32)
    write_safetensors("generation/edits.safetensors", dict(vector=vector))
    steer = torch.tensor(vector.astype(np.float64))
    def zero(name, x):
        return torch.zeros_like(x) if name == "blocks.4.attn_out" else x
    def add(name, x):
        return x + 0.25 * steer if name == resid_pre(3) else x
    def add_at(name, x):
        if name == resid_pre(3) and len(x) > 8:
            x = x.clone()
            x[8] += steer
        return x
    plain_ids, _ = uncached(model, ids, 24)
    made = []
    for name, hook, edit in (("zero", zero, dict(kind="zero", points=["blocks.4.attn_out"])),
                             ("add", add, dict(kind="add", points=["blocks.3.resid_pre"], vector="vector", coefficient=0.25)),
                             ("add-at-8", add_at, dict(kind="add", points=["blocks.3.resid_pre"], positions=[8], vector="vector", coefficient=1.0))):
        new, logits = uncached(model, ids, 24, hook)
        assert new != plain_ids, name
        made.append(dict(name=f"embedded-edited-{name}", **case(model, ids, new, logits, logits, PROMPTS[0], edits=[edit])))
    return made


LOGITS = [2.0, -1.0, 0.5, 0.5, 3.0, -4.0, 1.0, 2.5, 0.0, -0.5]
PROCESSED = [dict(), dict(temperature=0.5), dict(temperature=2.0), dict(top_k=3), dict(top_k=5), dict(top_k=6), dict(top_k=100), dict(top_p=0.5), dict(top_p=0.85), dict(top_p=0.95),
             dict(top_p=0.01), dict(repetition_penalty=1.5), dict(repetition_penalty=0.8), dict(temperature=0.7, top_k=5, top_p=0.8),
             dict(repetition_penalty=2.0, temperature=0.7, top_k=5, top_p=0.8), dict(temperature=3.0, top_p=0.8), dict(top_k=2, top_p=0.6)]


def processor_cases(context):
    from transformers import GenerationConfig
    theirs = transformers_model(Gpt2("micro"))
    made = []
    for options in PROCESSED:
        config = GenerationConfig(do_sample=True, **{**dict(top_k=0), **options})
        theirs._prepare_special_tokens(config)
        chain = theirs._get_logits_processor(config, input_ids_seq_length=len(context))
        scores = chain(torch.tensor([context]), torch.tensor([LOGITS], dtype=torch.float64))[0]
        made.append(dict(**options, order=[type(p).__name__ for p in chain], kept=torch.isfinite(scores).nonzero()[:, 0], probabilities=torch.softmax(scores, -1)))
    return dict(ids=context, logits=LOGITS, cases=made)


def perplexity(model, theirs, ids, length, stride, text=None):
    """As in transformers' guide on fixed-length models, each token counted once, those without a context never."""
    nll, windows, scored = [], [], 1
    for begin in range(0, len(ids), stride):
        end = min(begin + length, len(ids))
        log_p = torch.log_softmax(theirs(torch.tensor([ids[begin:end]])).logits[0], -1)
        first = max(scored, begin + 1)  # nothing tells a window's first token
        nll += [-log_p[i - begin - 1, ids[i]].item() for i in range(first, end)]
        windows.append([begin, end, first])
        scored = end
        if end == len(ids):
            break
    assert len(nll) == len(ids) - (1 if stride < length else len(windows))
    return dict(model=model.name, **({"text": text} if text else {}), ids=ids, length=length, stride=stride, windows=windows, negative_log_likelihood=nll,
                perplexity=math.exp(sum(nll) / len(nll)))


def likelihood(model, theirs, prompt, continuations, texts=None):
    made = []
    for n, c in enumerate(continuations):
        log_p = torch.log_softmax(theirs(torch.tensor([prompt + c])).logits[0], -1)
        each = [log_p[len(prompt) + i - 1, t].item() for i, t in enumerate(c)]
        made.append(dict(**({"text": texts[n]} if texts else {}), ids=c, log_probabilities=each, sum=sum(each), mean=sum(each) / len(each)))
    return dict(model=model.name, ids=prompt, continuations=made)


def scores():
    from make import LONG
    embedded, micro = Gpt2("embedded"), Gpt2("micro")
    theirs, small = transformers_model(embedded), transformers_model(micro)
    random = np.random.default_rng(29)
    long, ids = encode(LONG), random.integers(0, 61, 75).tolist()
    made = [perplexity(embedded, theirs, long, len(long), len(long), LONG), perplexity(embedded, theirs, long, 64, 32, LONG),
            perplexity(embedded, theirs, long, 64, 64, LONG), perplexity(micro, small, ids, 32, 8), perplexity(micro, small, ids, 32, 32), perplexity(micro, small, ids, 2, 1)]
    answers = [" France", " Germany", " the United Kingdom", " Paris"]
    choices = [dict(text=PROMPTS[0], **likelihood(embedded, theirs, encode(PROMPTS[0]), [encode(a) for a in answers], answers)),
               likelihood(micro, small, [3, 14, 15, 9], [[26], [5, 8], [9, 60, 0, 1]])]
    return dict(perplexity=made, likelihood=choices)


def check(made, processed, scored):
    for c in made:
        if "edits" in c or "repetition_penalty" in c:
            continue
        new, logits = uncached(Gpt2(c["model"]), c["ids"], len(c["new_ids"]))
        assert new == c["new_ids"], c["name"]
        log_p = torch.log_softmax(logits, -1).gather(-1, torch.tensor(new)[:, None])[:, 0]
        assert (log_p - c["log_probabilities"]).abs().max() < 1e-9, c["name"]
    for c in processed["cases"]:
        x = np.array(processed["logits"])
        for t in set(processed["ids"]):
            x[t] = x[t] / c.get("repetition_penalty", 1) if x[t] > 0 else x[t] * c.get("repetition_penalty", 1)
        x = x / c.get("temperature", 1)
        if "top_k" in c:
            x[x < np.sort(x)[::-1][min(c["top_k"], len(x)) - 1]] = -np.inf  # equals of the last one stay
        if "top_p" in c:
            p = np.exp(x) / np.exp(x).sum()
            before = np.array([p[(p > q)].sum() for q in p])  # of the likelier ones; no ties in these cases
            x[before >= c["top_p"]] = -np.inf
        p = np.exp(x) / np.exp(x).sum()
        print(c["order"], c["kept"].tolist(), f"{np.abs(p - c['probabilities'].numpy()).max():.1e}")
        assert np.abs(p - c["probabilities"].numpy()).max() < 1e-12, c
    for c in scored["perplexity"]:
        model, nll = Gpt2(c["model"]), []
        for begin, end, first in c["windows"]:
            logits = model.run(c["ids"][begin:end])["logits"]
            nll += torch.nn.functional.cross_entropy(logits[first - begin - 1:-1], torch.tensor(c["ids"][first:end]), reduction="none").tolist()
        assert np.allclose(nll, c["negative_log_likelihood"], atol=1e-9)
    print(f"{len(made)} continuations and {len(scored['perplexity'])} perplexities agree")


if __name__ == "__main__":
    made, processed, scored = greedy_cases(), processor_cases([4, 1, 4, 9]), scores()
    write_json("generation/greedy.json", dict(cases=made))
    write_json("generation/processors.json", processed)
    write_json("generation/scores.json", scored)
    if sys.argv[1:] == ["check"]:
        check(made, processed, scored)
