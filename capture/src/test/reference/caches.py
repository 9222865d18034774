"""Makes the ONNX files in ../resources/caches from the micro checkpoint, each with another form of its cache.  caches.py OUT_DIR

Made with PyTorch 2.15, transformers 4.57 and onnx 1.23.
"""
import os, sys, tempfile, warnings
import onnx, torch
from onnx import TensorProto, helper
from transformers import GPT2LMHeadModel
import decoders
from exports import stripped

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS, HEADS, WIDTH = 2, 2, 8
PARTS = [f"{i}.{part}" for i in range(LAYERS) for part in ("key", "value")]


class Stacked(torch.nn.Module):
    """The form of transformers' early exports: keys and values of a block in one tensor [2, batch, heads, positions, width]."""
    def __init__(self, model):
        super().__init__()
        self.model = decoders.WithPast(model)

    def forward(self, input_ids, attention_mask, position_ids, *past):
        logits, *new = self.model(input_ids, attention_mask, position_ids, *[past[i][j] for i in range(LAYERS) for j in (0, 1)])
        return (logits, *[torch.stack((new[2 * i], new[2 * i + 1])) for i in range(LAYERS)])


class Begins(torch.nn.Module):
    """The half of a decoder that begins a text."""
    def __init__(self, model):
        super().__init__()
        self.model = decoders.WithPast(model)

    def forward(self, input_ids, attention_mask):
        none = torch.zeros(input_ids.shape[0], HEADS, 0, WIDTH)
        return self.model(input_ids, attention_mask, attention_mask.cumsum(-1) - 1, *[none] * (2 * LAYERS))


class GoesOn(torch.nn.Module):
    """The half that takes one token after a cache, which needs no mask of later ones."""
    def __init__(self, model):
        super().__init__()
        self.model = decoders.WithPast(model)

    def forward(self, input_ids, attention_mask, *past):
        return self.model(input_ids, attention_mask, attention_mask.cumsum(-1)[:, -1:] - 1, *past)


def export(module, inputs, names, outputs, axes, path):
    torch.onnx.export(module, inputs, path, input_names=names, output_names=outputs, dynamic_axes=axes, opset_version=14, dynamo=False)
    decoders.shrink(path)
    return onnx.load(path)


def stacked(model, path):
    pasts, presents = [f"past_{i}" for i in range(LAYERS)], [f"present_{i}" for i in range(LAYERS)]
    names = ["input_ids", "attention_mask", "position_ids"]
    axes = {**{n: {0: "batch", 1: "sequence" if n != "attention_mask" else "total"} for n in names}, **{n: {1: "batch", 3: "past"} for n in pasts}}
    past = [torch.randn(2, 1, HEADS, 3, WIDTH) for _ in pasts]
    return export(Stacked(model), (torch.tensor([[3, 14, 15, 9]]), torch.ones(1, 7, dtype=torch.long), torch.arange(3, 7)[None], *past),
                  names + pasts, ["logits"] + presents, axes, path)


def merged(model, path):
    """As optimum merges the two halves: one If, asked by use_cache_branch, with the weights outside."""
    pasts, presents = [f"past_key_values.{p}" for p in PARTS], [f"present.{p}" for p in PARTS]
    axes = {"input_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "total"}, **{n: {0: "batch", 2: "past"} for n in pasts}}
    names = ["input_ids", "attention_mask"]
    begins = export(Begins(model), (torch.tensor([[3, 14, 15, 9]]), torch.ones(1, 4, dtype=torch.long)), names, ["logits"] + presents, axes, path)
    past = [torch.randn(1, HEADS, 3, WIDTH) for _ in pasts]
    goes_on = export(GoesOn(model), (torch.tensor([[9]]), torch.ones(1, 4, dtype=torch.long), *past), names + pasts, ["logits"] + presents, axes, path)
    weights = {}
    branches = []
    for which, half in (("begins", begins), ("goes_on", goes_on)):
        graph = half.graph
        known = {v.name: v.name for v in graph.input}
        for tensor in graph.initializer:
            name = f"w{len(weights)}"
            known[tensor.name] = weights.setdefault((tuple(tensor.dims), tensor.data_type, tensor.raw_data), (name, tensor))[0]
        rename = lambda n: n and known.get(n, f"{which}/{n}")
        nodes = []
        for node in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.input[:], copy.output[:] = [rename(n) for n in node.input], [rename(n) for n in node.output]
            nodes.append(copy)
        outputs = [helper.make_tensor_value_info(rename(v.name), v.type.tensor_type.elem_type, [None] * (3 if v.name == "logits" else 4)) for v in graph.output]
        branches.append(helper.make_graph(nodes, which, [], outputs))
    choose = helper.make_node("If", ["use_cache_branch"], ["logits"] + presents, then_branch=branches[1], else_branch=branches[0])
    flag = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    tensors = []
    for name, tensor in weights.values():
        tensor.name = name
        tensors.append(tensor)
    graph = helper.make_graph([choose], "merged", [*goes_on.graph.input, flag], [*goes_on.graph.output], tensors)
    return helper.make_model(graph, opset_imports=goes_on.opset_import, ir_version=goes_on.ir_version)


def main(out):
    model = GPT2LMHeadModel.from_pretrained(os.path.join(HERE, "../resources/micro"), attn_implementation="eager").eval()
    with tempfile.TemporaryDirectory() as work, torch.no_grad():
        path = os.path.join(work, "made.onnx")
        stripped(stacked(model, path), f"{out}/stacked.onnx")
        stripped(merged(model, path), f"{out}/merged.onnx")


if __name__ == "__main__":
    main(sys.argv[1])
