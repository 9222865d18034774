"""Writes src/test/resources/npz: one small session in every form NumPy can give it. Run from core/.

Every file holds hidden_states[p, 0, t, d] = p - t + d / 4 in shape [3, 1, 2, 4], which all float types hold exactly.
"""
import io
import os
import struct
import zipfile

import numpy as np

OUT = os.path.join(os.path.dirname(__file__), "..", "resources", "npz")
p, t, d = np.meshgrid(np.arange(3), np.arange(2), np.arange(4), indexing="ij")
STATES = (p - t + d / 4.0).reshape(3, 1, 2, 4)
NAMES = np.array(["embed", "après 🌍", "x"])


def save(name, states, names=NAMES, compressed=False, **more):
    write = np.savez_compressed if compressed else np.savez
    write(os.path.join(OUT, name + ".npz"), hidden_states=states, layer_names=names, **more)


def versioned(name, version):
    """The same arrays with headers of a later npy version."""
    with zipfile.ZipFile(os.path.join(OUT, name + ".npz"), "w") as z:
        for key, array in (("hidden_states", STATES.astype("<f4")), ("layer_names", NAMES)):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=version)
            z.writestr(zipfile.ZipInfo(key + ".npy"), buffer.getvalue())


def python2(name):
    """A header as Python 2 wrote it: long integers in the shape, no padding to 64."""
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 1L, 2L, 4L), }\n"
    raw = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + STATES.astype("<f4").tobytes()
    names = io.BytesIO()
    np.lib.format.write_array(names, NAMES)
    with zipfile.ZipFile(os.path.join(OUT, name + ".npz"), "w") as z:
        z.writestr(zipfile.ZipInfo("hidden_states.npy"), raw)
        z.writestr(zipfile.ZipInfo("layer_names.npy"), names.getvalue())


os.makedirs(OUT, exist_ok=True)
for descr in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
    save("states-" + descr.replace("<", "le-").replace(">", "be-"), STATES.astype(descr))
save("fortran", np.asfortranarray(STATES.astype("<f4")))
save("fortran-be-f8-deflated", np.asfortranarray(STATES.astype(">f8")), compressed=True)
save("deflated", STATES.astype("<f4"), compressed=True)
save("names-be", STATES.astype("<f4"), names=NAMES.astype(">U7"))
versioned("npy-2", (2, 0))
versioned("npy-3", (3, 0))
python2("python-2")
for descr in ("|i1", "|u1", "<i2", ">u2", "<i4", ">i4", "<u8", ">i8"):
    name = descr.replace("<", "le-").replace(">", "be-").replace("|", "")
    save("ids-" + name, STATES.astype("<f4"), token_ids=np.array([7, 101], dtype=descr), positions=np.array([3, 5], dtype=descr))
save("extra", STATES.astype("<f4"), mlp=np.asfortranarray(np.arange(6, dtype="<f8").reshape(2, 3)), scale=np.float32(2.5), mask=np.array([True]))

# As people write it who know no batch axis, no names, or have them as bytes.
save("no-batch", STATES[:, 0].astype("<f4"), final=np.full((2, 4), 7, "<f4"), logits=np.zeros((2, 5), "<f4"))
np.savez(os.path.join(OUT, "no-names.npz"), hidden_states=STATES.astype("<f4"))
save("names-bytes", STATES.astype("<f4"), names=np.array([n.encode() for n in NAMES]), config_json=np.array(b'{"text": "t", "model_name": "m"}'))

# What must be refused.
bad = {
    "bad-batch": np.zeros((3, 2, 2, 4), "<f4"),
    "bad-axes": np.zeros((3, 8), "<f4"),
    "bad-many-axes": np.zeros((3, 1, 2, 2, 2), "<f4"),
    "bad-no-tokens": np.zeros((3, 1, 0, 4), "<f4"),
    "bad-no-points": np.zeros((0, 1, 2, 4), "<f4"),
    "bad-no-width": np.zeros((3, 1, 2, 0), "<f4"),
    "bad-beyond-float32": STATES.astype("<f8") * 1e40,
    "bad-complex": STATES.astype("<c8"),
    "bad-integers": STATES.astype("<i4"),
    "bad-pickle": STATES.astype(object),
}
for name, states in bad.items():
    save(name, states)
save("bad-name-count", STATES.astype("<f4"), names=NAMES[:2])
save("bad-name-type", STATES.astype("<f4"), names=np.arange(3))
save("bad-name-bytes", STATES.astype("<f4"), names=np.array([b"embed", b"\xff\xfe", b"x"]))
save("bad-id-count", STATES.astype("<f4"), token_ids=np.arange(3))
save("bad-id-type", STATES.astype("<f4"), token_ids=np.array([1.0, 2.0]))
save("bad-position", STATES.astype("<f4"), positions=np.array([-1, 0]))
save("bad-final", STATES.astype("<f4"), final=np.zeros((1, 2, 5), "<f4"))
save("bad-config", STATES.astype("<f4"), config_json=np.array('{"text": 5}'))
np.savez(os.path.join(OUT, "bad-no-states.npz"), layer_names=NAMES)
