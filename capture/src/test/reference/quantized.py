"""Makes the quantized ONNX files in ../resources/exports and the values expected of them, ../resources/reference/quantized.safetensors.
Run after exports.py, with onnx 1.23 and onnxruntime 1.29.  quantized.py

The values come from ONNX's own reference evaluator, which is written in NumPy; where that does not know an operator, from a
file of the same meaning without it: for 4-bit weights the export with these weights widened again, for the file that ONNX
Runtime fused the file before fusion.
"""
import json, os, struct, tempfile
import numpy as np, onnx, onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from exports import stripped

HERE = os.path.dirname(os.path.abspath(__file__))
EXPORTS = os.path.join(HERE, "../resources/exports/")
IDS = np.array([[3, 14, 15, 9, 26, 5, 35, 8, 9, 60, 0]], np.int64)
STREAM = ["/Add_output_0", "/h.0/Add_1_output_0", "/h.0/Add_4_output_0", "/h.1/Add_1_output_0", "/h.1/Add_4_output_0", "/ln_f/Add_1_output_0", "logits"]
BLOCK = 16


class Calibration(CalibrationDataReader):
    def __init__(self):
        self.texts = iter([IDS] + [np.random.RandomState(i).randint(0, 61, (1, 16)) for i in range(8)])

    def get_next(self):
        text = next(self.texts, None)
        return None if text is None else {"input_ids": text.astype(np.int64)}


def widened(quantized, model):
    """The export with the weights of a file of 4-bit products, [outputs, blocks, bytes], as floats."""
    packed = {t.name: numpy_helper.to_array(t) for t in quantized.graph.initializer}
    weights = {}
    for node in quantized.graph.node:
        if node.op_type == "MatMulNBits":
            bytes_, scales = packed[node.input[1]], packed[node.input[2]]
            nibbles = np.stack([bytes_ & 15, bytes_ >> 4], -1).reshape(bytes_.shape[0], -1, BLOCK).astype(np.float32) - 8
            wide = nibbles * scales.reshape(bytes_.shape[0], -1, 1)
            weights[node.output[0]] = wide.reshape(bytes_.shape[0], -1).T
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.output[0] in weights:
            name = node.output[0] + "_wide"
            model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weights[node.output[0]]), name))
            node.input[1] = name
    return model


def plain(model):
    """The same with quantization by one scale spelled out, since the evaluator knows the operators from opset 19 on only."""
    spelled, zero = [], {t.name: numpy_helper.to_array(t).dtype for t in model.graph.initializer}
    for n, node in enumerate(model.graph.node):
        if node.op_type not in ("DequantizeLinear", "QuantizeLinear"):
            spelled.append(node)
            continue
        add = lambda op, *inputs, **k: spelled.append(onnx.helper.make_node(op, list(inputs), [f"{op}_{n}_{len(spelled)}"], **k)) or spelled[-1].output[0]
        x, scale, offset = node.input
        offset_f = add("Cast", offset, to=onnx.TensorProto.FLOAT)
        if node.op_type == "DequantizeLinear":
            add("Mul", add("Sub", add("Cast", x, to=onnx.TensorProto.FLOAT), offset_f), scale)
        else:
            kind = np.iinfo(zero[offset])
            ends = [add("Constant", value_float=float(end)) for end in (kind.min, kind.max)]
            rounded = add("Add", add("Round", add("Div", x, scale)), offset_f)
            add("Cast", add("Clip", rounded, *ends), to=onnx.helper.np_dtype_to_tensor_dtype(np.dtype(zero[offset])))
        spelled[-1].output[0] = node.output[0]
    del model.graph.node[:]
    model.graph.node.extend(spelled)
    return model


def as_read(model, name):
    """The tensor that follows a sum: after it was rounded, where it is."""
    readers = [n for n in model.graph.node if name in n.input]
    rounded = len(readers) == 1 and readers[0].op_type == "QuantizeLinear"
    return next(n.output[0] for n in model.graph.node if rounded and readers[0].output[0] in n.input) if rounded else name


def expected(model):
    stream = [as_read(model, name) for name in STREAM[:5]] + STREAM[5:]
    model = plain(onnx.ModelProto.FromString(model.SerializeToString()))
    del model.graph.output[:]
    model.graph.output.extend([onnx.ValueInfoProto(name=n) for n in stream])
    values = ReferenceEvaluator(model).run(None, {"input_ids": IDS})
    return np.stack(values[:5])[:, 0], values[5][0], values[6][0]


def save(path, arrays):
    header, data, at = {}, [], 0
    for key, a in arrays.items():
        raw = a.astype("<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [at, at + len(raw)]}
        at += len(raw)
        data.append(raw)
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head + b"".join(data))


def main():
    source, arrays = EXPORTS + "micro-opset13.onnx", {}
    with tempfile.TemporaryDirectory() as tmp:
        made = {n: os.path.join(tmp, n + ".onnx") for n in ("dynamic", "dynamic-fused", "qdq", "qlinear", "4-bit")}
        quantize_dynamic(source, made["dynamic"], weight_type=QuantType.QUInt8)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = made["dynamic-fused"]
        onnxruntime.InferenceSession(made["dynamic"], options, providers=["CPUExecutionProvider"])
        quantize_static(source, made["qdq"], Calibration(), quant_format=QuantFormat.QDQ, op_types_to_quantize=["MatMul", "Gather", "Add"],
                        nodes_to_exclude=["/h.0/Add", "/h.1/Add"])  # these add the mask, which is infinite
        quantize_static(source, made["qlinear"], Calibration(), quant_format=QuantFormat.QOperator, op_types_to_quantize=["MatMul", "Gather"])
        quantizer = MatMulNBitsQuantizer(onnx.load(source), block_size=BLOCK, is_symmetric=True)
        quantizer.process()
        onnx.save(quantizer.model.model, made["4-bit"])
        models = {name: onnx.load(path) for name, path in made.items()}
        values = {"dynamic": expected(models["dynamic"]), "qdq": expected(models["qdq"]), "qlinear": expected(models["qlinear"]),
                  "4-bit": expected(widened(models["4-bit"], onnx.load(source)))}
        values["dynamic-fused"] = values["dynamic"]
        for name, model in models.items():
            stripped(model, EXPORTS + "quantized-" + name + ".onnx")
        for name, (points, final, logits) in values.items():
            arrays.update({name + ".points": points, name + ".final": final, name + ".logits": logits})
    save(os.path.join(HERE, "../resources/reference/quantized.safetensors"), arrays)


if __name__ == "__main__":
    main()
