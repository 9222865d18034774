"""Makes tiny random decoders of many families, exports them, and tells their residual stream by torch's hooks.

decoders.py committed OUT_DIR            the files in ../resources/decoders
decoders.py all OUT_DIR                  NAME.onnx and NAME-dynamo.onnx of every family, NAME.npz beside them
decoders.py compare OUT_DIR COMMAND...   captures each with the command line given and prints the worst difference

Made with PyTorch 2.15, transformers 4.57, onnx 1.23, onnxruntime 1.32; qwen3-fused with onnxruntime-genai 0.18, whose
builder needs transformers 5. An npz holds ids, hidden_states [P, 1, T, D], final [1, T, D] and logits [1, T, V].
"""
import os, shutil, subprocess, sys, tempfile, warnings
import numpy as np, onnx, torch
import transformers as hf

warnings.filterwarnings("ignore")
IDS = [3, 14, 15, 9, 26, 53, 35, 8, 9, 60, 32, 1]
SIZE = dict(vocab_size=61, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=64,
            pad_token_id=0, bos_token_id=1, eos_token_id=2)
MLP = dict(SIZE, intermediate_size=24)
GROUPED = dict(MLP, num_key_value_heads=2)
HEADS = dict(GROUPED, head_dim=8)
OLDER = dict(vocab_size=61, n_embd=16, n_layer=2, n_head=4, n_positions=64, rotary_dim=4)
FAMILIES = {
    "llama": (hf.LlamaForCausalLM, hf.LlamaConfig, GROUPED),
    "mistral": (hf.MistralForCausalLM, hf.MistralConfig, dict(GROUPED, sliding_window=None)),
    "qwen2": (hf.Qwen2ForCausalLM, hf.Qwen2Config, GROUPED),
    "qwen3": (hf.Qwen3ForCausalLM, hf.Qwen3Config, HEADS),
    "phi3": (hf.Phi3ForCausalLM, hf.Phi3Config, GROUPED),
    "gemma": (hf.GemmaForCausalLM, hf.GemmaConfig, HEADS),
    "gemma2": (hf.Gemma2ForCausalLM, hf.Gemma2Config, dict(HEADS, query_pre_attn_scalar=8)),
    "gemma3": (hf.Gemma3ForCausalLM, hf.Gemma3TextConfig, dict(HEADS, query_pre_attn_scalar=8)),
    "starcoder2": (hf.Starcoder2ForCausalLM, hf.Starcoder2Config, GROUPED),
    "stablelm": (hf.StableLmForCausalLM, hf.StableLmConfig, GROUPED),
    "stablelm-parallel": (hf.StableLmForCausalLM, hf.StableLmConfig, dict(GROUPED, use_parallel_residual=True)),
    "nemotron": (hf.NemotronForCausalLM, hf.NemotronConfig, HEADS),
    "olmo": (hf.OlmoForCausalLM, hf.OlmoConfig, GROUPED),
    "olmo2": (hf.Olmo2ForCausalLM, hf.Olmo2Config, GROUPED),
    "exaone4": (hf.Exaone4ForCausalLM, hf.Exaone4Config, GROUPED),
    "smollm3": (hf.SmolLM3ForCausalLM, hf.SmolLM3Config, GROUPED),
    "helium": (hf.HeliumForCausalLM, hf.HeliumConfig, dict(GROUPED, head_dim=4)),
    "granite": (hf.GraniteForCausalLM, hf.GraniteConfig,
                dict(GROUPED, residual_multiplier=0.5, embedding_multiplier=3.0, logits_scaling=2.0)),
    "mpt": (hf.MptForCausalLM, hf.MptConfig, dict(vocab_size=61, d_model=16, n_layers=2, n_heads=4, max_seq_len=64)),
    "bloom": (hf.BloomForCausalLM, hf.BloomConfig, dict(vocab_size=61, hidden_size=16, n_layer=2, n_head=4)),
    "gpt-neox": (hf.GPTNeoXForCausalLM, hf.GPTNeoXConfig, dict(MLP, use_parallel_residual=True, rotary_pct=0.5)),
    "gpt-neox-sequential": (hf.GPTNeoXForCausalLM, hf.GPTNeoXConfig, dict(MLP, use_parallel_residual=False)),
    "gptj": (hf.GPTJForCausalLM, hf.GPTJConfig, OLDER),
    "codegen": (hf.CodeGenForCausalLM, hf.CodeGenConfig, OLDER),
    "phi": (hf.PhiForCausalLM, hf.PhiConfig, MLP),
    "falcon": (hf.FalconForCausalLM, hf.FalconConfig,
               dict(vocab_size=61, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, parallel_attn=True,
                    new_decoder_architecture=False, multi_query=True, bias=False)),
    "cohere": (hf.CohereForCausalLM, hf.CohereConfig, GROUPED),
    "persimmon": (hf.PersimmonForCausalLM, hf.PersimmonConfig, MLP),
    "gpt-neo": (hf.GPTNeoForCausalLM, hf.GPTNeoConfig,
                dict(vocab_size=61, hidden_size=16, num_layers=2, num_heads=4, intermediate_size=24,
                     max_position_embeddings=64, attention_types=[[["global"], 2]])),
    "biogpt": (hf.BioGptForCausalLM, hf.BioGptConfig, MLP),
    "opt": (hf.OPTForCausalLM, hf.OPTConfig,
            dict(vocab_size=61, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, ffn_dim=24,
                 max_position_embeddings=64, word_embed_proj_dim=16, do_layer_norm_before=True)),
}
PARALLEL = {"stablelm-parallel", "gpt-neox", "gptj", "codegen", "phi", "falcon", "cohere"}
ATTENTION = ("self_attn", "attn", "attention", "self_attention")
FINAL = ("norm", "ln_f", "norm_f", "final_layer_norm", "final_layernorm", "layer_norm")


def build(name, **changes):
    """A model whose weights are large enough that every part of it shows."""
    model, config, fields = FAMILIES[name]
    torch.manual_seed(7)
    config = config(**dict(fields, **changes))
    config._attn_implementation = "eager"
    config.architectures = [model.__name__]
    model = model(config).eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            gain = weight.dim() == 1 and "bias" not in key
            weight.copy_(torch.randn_like(weight) * (0.1 if weight.dim() == 1 else 0.3) + (1.0 if gain else 0.0))
    use_mask(model, lambda **inputs: triangle(0, inputs["input_embeds"].shape[1]))
    return model


def triangle(past, new):
    places = torch.arange(past + new)
    return torch.where(places[None, :] > places[past:, None], torch.finfo(torch.float32).min, 0.0)[None, None]


def use_mask(model, make):
    """What transformers' masking_utils makes, written so that the tracing exporter can follow it."""
    module = sys.modules[type(model).__module__]
    for name in ("create_causal_mask", "create_sliding_window_causal_mask"):
        if hasattr(module, name):
            setattr(module, name, make)


def expected(name, model):
    """The stream by hooks on whole blocks and on their attentions."""
    seen = {}
    first = lambda value: (value[0] if isinstance(value, tuple) else value).detach().reshape(1, len(IDS), -1)
    blocks = next(m for m in model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == 2
                  and any(child in ATTENTION for child, _ in m[0].named_children()))
    for i, block in enumerate(blocks):
        block.register_forward_pre_hook(
            lambda m, a, k, i=i: seen.__setitem__(("pre", i), first(a[0] if a else k["hidden_states"])), with_kwargs=True)
        block.register_forward_hook(lambda m, a, o, i=i: seen.__setitem__(("post", i), first(o)))
        after = dict(block.named_children()).get("post_attention_layernorm")
        for child, part in block.named_children():
            if child in ATTENTION:
                part.register_forward_hook(lambda m, a, o, i=i: seen.__setitem__(("attn", i), first(o)))
        if name in ("gemma2", "gemma3", "olmo2", "exaone4"):  # what the attention gives is normed before it is added
            after.register_forward_hook(lambda m, a, o, i=i: seen.__setitem__(("attn", i), first(o)))
    final = [m for n, m in model.named_modules() if n.split(".")[-1] in FINAL and len(n.split(".")) <= 3 and ".layers." not in n]
    final[-1].register_forward_hook(lambda m, a, o: seen.__setitem__("final", first(o)))
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([IDS]), use_cache=False).logits
    states = [seen["pre", 0]]
    for i in range(2):
        if name not in PARALLEL:
            added = seen["attn", i] * (0.5 if name == "granite" else 1)
            states.append(added if name == "bloom" else seen["pre", i] + added)  # BLOOM's attention adds what it read itself
        states.append(seen["post", i])
    for part in model.modules():
        part._forward_hooks.clear(), part._forward_pre_hooks.clear()
    return dict(ids=np.array(IDS), hidden_states=np.stack([s.numpy() for s in states]), final=seen["final"].numpy(), logits=logits.numpy())


class Plain(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids):
        return self.model(input_ids=input_ids, use_cache=False).logits


class WithPast(torch.nn.Module):
    """The published form: ids, attention mask, positions, and keys and values of tokens before."""
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids, *past):
        cache = hf.DynamicCache.from_legacy_cache(tuple(zip(past[::2], past[1::2])))
        new, before = input_ids.shape[1], past[0].shape[2]
        lowest = torch.finfo(torch.float32).min
        hidden = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * lowest
        use_mask(self.model, lambda **inputs: torch.clamp(triangle(before, new) + hidden, min=lowest))
        out = self.model(input_ids=input_ids, position_ids=position_ids, past_key_values=cache, use_cache=True,
                         cache_position=torch.arange(new) + before)
        return (out.logits, *(part for layer in out.past_key_values.to_legacy_cache() for part in layer))


def export(model, path):
    torch.onnx.export(Plain(model), (torch.tensor([IDS]),), path, input_names=["input_ids"], output_names=["logits"],
                      dynamic_axes={n: {0: "batch", 1: "sequence"} for n in ("input_ids", "logits")}, opset_version=17, dynamo=False)


def export_dynamo(model, path):
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
    torch.onnx.export(Plain(model), (torch.tensor([IDS, IDS]),), path, dynamic_shapes=(axes,), dynamo=True, external_data=False, verbose=False)


def export_with_past(model, path):
    config = model.config
    heads = getattr(config, "num_key_value_heads", config.num_attention_heads)
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    past = [torch.randn(1, heads, 3, width) for _ in range(4)]
    caches = [f"past_key_values.{i}.{part}" for i in range(2) for part in ("key", "value")]
    names = ["input_ids", "attention_mask", "position_ids"]
    torch.onnx.export(WithPast(model), (torch.tensor([IDS[:4]]), torch.ones(1, 7, dtype=torch.long), torch.arange(3, 7)[None], *past), path,
                      input_names=names + caches, output_names=["logits"] + [c.replace("past_key_values", "present") for c in caches],
                      dynamic_axes={**{n: {0: "batch", 1: "sequence"} for n in names}, **{c: {0: "batch", 2: "past"} for c in caches}},
                      opset_version=17, dynamo=False)


def export_fused(model, path):
    """Microsoft's builder: GroupQueryAttention, SkipSimplifiedLayerNormalization, weights in a file of their own."""
    from tokenizers import Tokenizer, models
    with tempfile.TemporaryDirectory() as work:
        model.save_pretrained(work + "/hf")
        words = Tokenizer(models.WordLevel({f"t{i}": i for i in range(61)}, unk_token="t0"))
        hf.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(work + "/hf")
        subprocess.run([sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", work + "/hf", "-o", work + "/out", "-p", "fp32", "-e", "cpu",
                        "-c", work + "/cache"], check=True, env=dict(os.environ, PYTHONPATH=os.environ.get("TRANSFORMERS_5", "")))
        onnx.save(onnx.load(work + "/out/model.onnx"), path)


def shrink(path):
    """Takes out what nobody computes with."""
    model = onnx.load(path)
    del model.graph.value_info[:]
    del model.metadata_props[:]
    for node in model.graph.node:
        node.ClearField("doc_string"), node.ClearField("name")
        del node.metadata_props[:]
    names = {}
    rename = lambda n: n if not n or n in kept else names.setdefault(n, f"t{len(names)}")
    kept = {v.name for v in list(model.graph.input) + list(model.graph.output)}
    for node in model.graph.node:
        node.input[:] = [rename(n) for n in node.input]
        node.output[:] = [rename(n) for n in node.output]
    for weight in model.graph.initializer:
        weight.name = rename(weight.name)
        weight.ClearField("doc_string")
    onnx.save(model, path)


def committed(out):
    # name of the file: family, how it is exported, what differs in the model
    for file, (name, how, changes) in {
        "llama-past": ("llama", export_with_past, {}),
        "qwen3-fused": ("qwen3", export_fused, dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=1, head_dim=16)),
        "gemma2": ("gemma2", export, {}),
        "olmo2": ("olmo2", export, {}),
        "bloom": ("bloom", export, {}),
        "mpt": ("mpt", export, {}),
        "gpt-neox": ("gpt-neox", export, {}),
        "cohere-dynamo": ("cohere", export_dynamo, {}),
    }.items():
        model = build(name, **changes)
        np.savez_compressed(f"{out}/{file}.npz", **expected(name, model))
        how(model, f"{out}/{file}.onnx")
        shrink(f"{out}/{file}.onnx")
        print(file, os.path.getsize(f"{out}/{file}.onnx"))


def everything(out):
    for name in FAMILIES:
        model = build(name)
        np.savez(f"{out}/{name}.npz", **expected(name, model))
        for form, how in (("", export), ("-dynamo", export_dynamo)):
            try:
                how(model, f"{out}/{name}{form}.onnx")
            except Exception as e:
                print(f"{name}{form} is not exported: {type(e).__name__}")


def compare(out, command):
    for name in FAMILIES:
        right = np.load(f"{out}/{name}.npz")
        for form in ("", "-dynamo"):
            file, into = f"{out}/{name}{form}.onnx", f"{out}/captured"
            if not os.path.exists(file):
                continue
            shutil.rmtree(into, ignore_errors=True)
            run = subprocess.run([*command, "capture", "--model", file, "--ids", ",".join(map(str, IDS)), "--points", "all", "--out", into],
                                 capture_output=True, text=True)
            if not os.path.exists(into + "/tensors.npz"):
                print(f"{name}{form}: refused: {(run.stdout + run.stderr).strip()[:160]}")
                continue
            found = np.load(into + "/tensors.npz")
            worst = {}
            for key in ("hidden_states", "final", "logits"):
                same = key in found.files and found[key].size == right[key].size
                difference = np.abs(found[key].reshape(right[key].shape) - right[key]) if same else np.inf
                within = same and bool((difference <= 1e-4 + 1e-3 * np.abs(right[key])).all())
                worst[key] = f"{np.max(difference):.1e}{'' if within else ' WRONG'}"
            print(f"{name}{form}: {worst}")


if __name__ == "__main__":
    what, out = sys.argv[1:3]
    os.makedirs(out, exist_ok=True)
    {"committed": committed, "all": everything}.get(what, lambda folder: compare(folder, sys.argv[3:]))(out)
