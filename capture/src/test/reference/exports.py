"""Makes the ONNX files in ../resources/exports from the micro checkpoint.  exports.py torch|older|others OUT_DIR

torch    micro-*.onnx; made with PyTorch 1.13
older    head-mask.onnx; made with PyTorch 2.15 and transformers 4.45, which still has head masks
others   the rest; made with PyTorch 2.15, transformers 5.23 (with-past-only: transformers 4.45 and optimum 1.23), onnxruntime 1.29,
         onnxconverter-common 1.16; names of operators, documentation and inferred shapes are taken out to make the files small
"""
import os, subprocess, sys, tempfile
import numpy as np, onnx, torch, torch.nn as nn

HERE = os.path.dirname(os.path.abspath(__file__))
MICRO = os.path.join(HERE, "../resources/micro")
sys.path[:0] = [os.path.join(HERE, "../../../../core/src/test/python"), os.path.join(HERE, "../../../../examples/embedded-model")]
IDS = torch.tensor([[3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0]])
DYNAMIC = {0: "batch", 1: "sequence"}


def with_torch(out):
    from model import Gpt2, Size
    from reference import safetensors
    size = Size(layers=2, heads=2, width=16, context=32, vocab=61)
    weights = {n: torch.from_numpy(a.astype(np.float32)) for n, a in safetensors(MICRO + "/model.safetensors").items()}

    class HiddenStates(Gpt2):
        """Also returns Hugging Face's hidden_states: embedding, block outputs, and last the normed state."""
        def forward(self, ids):
            x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
            states = [x]
            for block in self.h:
                x = block(x, self.mask)
                states.append(x)
            states[-1] = self.ln_f(x)
            return (states[-1] @ self.wte.weight.T, *states)

    class WithPast(nn.Module):
        """The form with an attention mask and cached keys and values, attention written head by head with a where-mask."""
        def __init__(self, model):
            super().__init__()
            self.m = model

        def forward(self, input_ids, attention_mask, *past):
            m, s, t0 = self.m, self.m.size, past[0].shape[2]
            b, t = input_ids.shape
            pos = attention_mask.cumsum(-1)[:, t0:] - 1
            x, new, total = m.wte(input_ids) + m.wpe(pos.clamp(min=0)), [], t0 + t
            keep = (torch.arange(total)[None, :] <= torch.arange(t0, total)[:, None])[None, None] & attention_mask[:, None, None, :].bool()
            for l, blk in enumerate(m.h):
                q, k, v = blk.attn["c_attn"](blk.ln_1(x)).split(s.width, dim=2)
                q, k, v = (z.view(b, t, s.heads, s.width // s.heads).permute(0, 2, 1, 3) for z in (q, k, v))
                k, v = torch.cat((past[2 * l], k), 2), torch.cat((past[2 * l + 1], v), 2)
                new += [k, v]
                w = torch.matmul(q, k.transpose(-1, -2)) / (s.width // s.heads) ** 0.5
                w = torch.where(keep, w, torch.tensor(-3.4e38)).softmax(-1)
                x = blk.attn["c_proj"](torch.matmul(w, v).permute(0, 2, 1, 3).contiguous().view(b, t, s.width)) + x
                h = blk.mlp["c_fc"](blk.ln_2(x))
                x = x + blk.mlp["c_proj"](0.5 * h * (1.0 + torch.tanh(0.7978845608028654 * (h + 0.044715 * torch.pow(h, 3.0)))))
            return (m.ln_f(x) @ m.wte.weight.T, *new)

    def of(cls):
        model = cls(size)
        model.load_state_dict(weights)
        return model.eval()

    ids = IDS[:, :4]
    for opset in (11, 13):
        torch.onnx.export(of(Gpt2), (ids,), f"{out}/micro-opset{opset}.onnx", opset_version=opset, input_names=["input_ids"],
                          output_names=["logits"], dynamic_axes={"input_ids": DYNAMIC, "logits": DYNAMIC})
    names = ["logits"] + [f"hidden_states.{i}" for i in range(size.layers + 1)]
    torch.onnx.export(of(HiddenStates), (ids,), f"{out}/micro-hidden-states.onnx", opset_version=14, input_names=["input_ids"],
                      output_names=names, dynamic_axes={n: DYNAMIC for n in ["input_ids"] + names})
    pn = [f"past_key_values.{i // 2}.{'value' if i % 2 else 'key'}" for i in range(2 * size.layers)]
    qn = [n.replace("past_key_values", "present") for n in pn]
    past = [torch.zeros(1, size.heads, 2, size.width // size.heads) for _ in pn]
    axes = {"input_ids": DYNAMIC, "attention_mask": {0: "batch", 1: "total"}, "logits": DYNAMIC}
    axes.update({n: {0: "batch", 2: "past"} for n in pn})
    axes.update({n: {0: "batch", 2: "total"} for n in qn})
    torch.onnx.export(WithPast(of(Gpt2)), (ids, torch.ones(1, 6, dtype=torch.long), *past), f"{out}/micro-with-past.onnx", opset_version=14,
                      input_names=["input_ids", "attention_mask"] + pn, output_names=["logits"] + qn, dynamic_axes=axes)


def stripped(model, path):
    def strip(graph):
        graph.doc_string = ""
        del graph.value_info[:], graph.metadata_props[:]
        for node in graph.node:
            node.doc_string = node.name = ""
            del node.metadata_props[:]
            for a in node.attribute:
                if a.HasField("g"): strip(a.g)
        for v in [*graph.input, *graph.output]:
            v.doc_string = ""
            del v.metadata_props[:]
    strip(model.graph)
    del model.metadata_props[:]
    onnx.save(model, path)


def with_older(out):
    from transformers import GPT2LMHeadModel

    class HeadMask(nn.Module):
        def __init__(self, m):
            super().__init__()
            self.m = m

        def forward(self, input_ids, attention_mask, head_mask):
            return self.m(input_ids, attention_mask=attention_mask, head_mask=head_mask, use_cache=False).logits

    masked = HeadMask(GPT2LMHeadModel.from_pretrained(MICRO, attn_implementation="eager").eval())
    names = ["input_ids", "attention_mask", "head_mask"]
    with tempfile.TemporaryDirectory() as tmp:
        made = os.path.join(tmp, "made.onnx")
        torch.onnx.export(masked, (IDS, torch.ones_like(IDS), torch.ones(2, 2)), made, opset_version=14, input_names=names, output_names=["logits"],
                          dynamic_axes={n: DYNAMIC for n in names[:2] + ["logits"]}, dynamo=False)
        stripped(onnx.load(made), f"{out}/head-mask.onnx")


def with_others(out):
    from transformers import GPT2LMHeadModel

    class Logits(nn.Module):
        def __init__(self, m):
            super().__init__()
            self.m = m

        def forward(self, input_ids):
            return self.m(input_ids, use_cache=False).logits

    logits = Logits(GPT2LMHeadModel.from_pretrained(MICRO, attn_implementation="eager").eval())  # the wrapper itself stays in training mode
    with tempfile.TemporaryDirectory() as tmp:
        made = os.path.join(tmp, "made.onnx")
        export = lambda **k: (torch.onnx.export(logits, (IDS,), made, dynamo=True, external_data=False, **k), onnx.load(made))[1]
        stripped(export(opset_version=23, dynamic_shapes={"input_ids": {1: torch.export.Dim("s", min=2, max=32)}}), f"{out}/dynamo-opset23.onnx")
        stripped(export(), f"{out}/fixed-length.onnx")
        # optimum's command line, with torch.onnx.export called with dynamo=False
        subprocess.run(["optimum-cli", "export", "onnx", "--model", MICRO, "--task", "text-generation-with-past", "--opset", "14", tmp], check=True)
        from onnxruntime.transformers import optimizer
        fused = optimizer.optimize_model(os.path.join(tmp, "model.onnx"), model_type="gpt2", num_heads=2, hidden_size=16, opt_level=0)
        fused.convert_float_to_float16(use_symbolic_shape_infer=False)
        stripped(fused.model, f"{out}/optimized-float16.onnx")
        subprocess.run(["optimum-cli", "export", "onnx", "--model", MICRO, "--task", "text-generation-with-past", "--opset", "14", "--legacy", tmp], check=True)
        stripped(onnx.load(os.path.join(tmp, "decoder_with_past_model.onnx")), f"{out}/with-past-only.onnx")


if __name__ == "__main__":
    {"torch": with_torch, "older": with_older, "others": with_others}[sys.argv[1]](sys.argv[2])
