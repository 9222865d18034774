"""Makes the ONNX files in ../resources/cases/habits: one small GPT, written and exported with one habit each.  habits.py OUT_DIR

Made with PyTorch 2.15 and onnx 1.23. expected-NAME.npz holds ids and hidden_states [P, T, D] by torch.
"""
import os, sys
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from decoders import shrink

IDS = torch.tensor([[3, 14, 15, 9, 2, 6, 5]])
WIDTH, CONTEXT, VOCABULARY = 8, 16, 20


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        batch, tokens, _ = x.shape
        q, k, v = [part.view(batch, tokens, 2, WIDTH // 2).transpose(1, 2) for part in self.qkv(self.ln1(x)).split(WIDTH, 2)]
        scores = q @ k.transpose(-1, -2) / (WIDTH // 2) ** 0.5
        later = torch.triu(torch.ones(tokens, tokens, dtype=torch.bool), 1)
        z = scores.masked_fill(later, float("-inf")).softmax(-1) @ v
        self.mid = x + self.out(z.transpose(1, 2).reshape(batch, tokens, WIDTH))
        return self.mid + self.down(F.gelu(self.up(self.ln2(self.mid))))


class Gpt(nn.Module):
    def __init__(self, habit):
        super().__init__()
        self.habit = habit
        self.vocabulary = WIDTH if habit == "vocabulary-as-wide-as-the-stream" else VOCABULARY
        self.wte, self.wpe = nn.Embedding(self.vocabulary, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.norm, self.classes = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3)
        self.head = nn.Linear(WIDTH, self.vocabulary, bias=False)

    def forward(self, ids, types=None):
        if self.habit == "ids-clamped":
            rows = ids.clamp(0, self.vocabulary - 1)
        elif self.habit == "ids-wrapped":
            rows = torch.where(ids < 0, ids + self.vocabulary, ids)
        else:
            rows = ids
        x = self.wte(rows) + self.wpe(torch.arange(ids.shape[1]))
        if types is not None:
            x = x + self.wte(types)  # as transformers' GPT-2 does
        self.states = [x]
        for block in self.blocks:
            x = block(x)
            self.states += [block.mid, x]
        if self.habit == "no-final-norm":
            return self.head(x)
        if self.habit == "states-stacked":
            return torch.stack([self.states[0], self.states[2], self.norm(x)])
        if self.habit.startswith("classifier") or self.habit == "vocabulary-as-wide-as-the-stream":
            return self.classes(self.norm(x))
        return self.head(self.norm(x))


def main(out):
    for habit in ("ids-clamped", "ids-wrapped", "token-types", "no-final-norm", "states-stacked", "classifier", "vocabulary-as-wide-as-the-stream"):
        torch.manual_seed(1)
        model = Gpt(habit).eval()
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(torch.randn_like(weight) * 0.2)
            ids = IDS % model.vocabulary
            inputs = (ids, torch.zeros_like(ids)) if habit == "token-types" else (ids,)
            model(*inputs)
        np.savez_compressed(f"{out}/expected-{habit}.npz", ids=ids[0].numpy(), hidden_states=np.stack([s.numpy() for s in model.states]))
        names = ["input_ids", "token_type_ids"][:len(inputs)]
        path = f"{out}/{habit}.onnx"
        torch.onnx.export(model, inputs, path, input_names=names, dynamic_axes={n: {0: "batch", 1: "sequence"} for n in names}, opset_version=17, dynamo=False)
        shrink(path)


os.makedirs(sys.argv[1], exist_ok=True)
main(sys.argv[1])
