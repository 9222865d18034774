"""Writes src/test/resources/safetensors with the format's own package (pip install safetensors==0.8.0 numpy). Run from core/.

rounding.safetensors: "values" float32, and what F16 (by NumPy) and BF16 (by exact arithmetic) make of them.
session.safetensors: a session as other tools would write it, float16 states.
plain.safetensors: arrays of several types, to be written byte for byte the same.
"""
import json
import os
import struct
from fractions import Fraction

import numpy as np
from safetensors import TensorSpec, serialize_file
from safetensors.numpy import save_file

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "safetensors")
os.makedirs(OUT, exist_ok=True)


def float_of(bits):
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def bfloat16(value):
    """The nearest bfloat16's bits, ties to even, found by comparing both neighbours exactly."""
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    if value != value:
        return bits >> 16 | 0x40
    low = bits >> 16
    if float_of(low << 16) == value:
        return low
    near, far = (Fraction(abs(float_of(b << 16))) for b in (low, low + 1))
    exact = Fraction(abs(float(value)))
    if exact - near != far - exact:
        return low if exact - near < far - exact else low + 1
    return low if low % 2 == 0 else low + 1


random = np.random.default_rng(6)
values = np.concatenate(
    [
        np.float32([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 65504, 65519.996, 6e-8, 2.9802322e-8, 2.9802326e-8]),
        np.float32([1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-11 + 2**-20, 1 + 2**-8, 1 + 3 * 2**-8, 2**-149, -(2**-133)]),
        random.normal(size=200).astype("<f4"),
        (random.normal(size=200) * 10.0 ** random.integers(-9, 4, 200)).astype("<f4"),
    ]
)
brain = np.array([bfloat16(float(v)) for v in values], "<u2")
half = values.astype("<f2")


def spec(dtype, array):
    return TensorSpec(dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)


serialize_file(
    {"values": spec("float32", values), "as_f16": spec("float16", half), "as_bf16": spec("bfloat16", brain)},
    os.path.join(OUT, "rounding.safetensors"),
    None,
)

states = np.arange(24, dtype="<f2").reshape(3, 1, 2, 4) / 4
save_file(
    {
        "hidden_states": states,
        "token_ids": np.array([7, 101], "<i4"),
        "positions": np.array([3, 5], "<i8"),
        "mlp": np.arange(6, dtype="<f8").reshape(2, 3),
        "mask": np.array([True, False]),
    },
    os.path.join(OUT, "session.safetensors"),
    {"layer_names": json.dumps(["embed", "après 🌍", "x"]), "config_json": json.dumps({"text": "é", "tokens": ["a", None]})},
)

save_file(
    {
        "ids": np.array([[1, -2, 2**62]], "<i8"),
        "b": np.float32([[1.5, -0.0], [np.inf, 3]]),
        "c é": np.array(2.5, "<f4"),
        "half": np.float16([0.5, -65504, 6e-8]),
        "none": np.zeros((0, 3), "<f4"),
    },
    os.path.join(OUT, "plain.safetensors"),
    {"who": 'a "quoted" é 🌍\n'},
)
