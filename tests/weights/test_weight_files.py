"""Files of weights: what is in them is taken exactly, and hostile ones get an answer in words."""

import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from gradproof.errors import GradproofError, InputError, MissingProgramError
from gradproof.weights.files import SUFFIXES, stored_arrays, weight_files
from gradproof.weights.stored import MOST_ENTRIES, printable


def safetensors(entries, data=b"", header=None):
    head = json.dumps(entries).encode() if header is None else header
    return struct.pack("<Q", len(head)) + head + data


def npy(array, **changes):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream,
        {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape} | changes,
    )
    return stream.getvalue() + array.tobytes()


def archive(members, how=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8", "<i4", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numpy_files_are_taken_exactly(tmp_path, dtype, order):
    W = np.asarray(np.random.default_rng(0).normal(size=(3, 5)) * 9, dtype=dtype, order=order)
    np.save(tmp_path / "a.npy", W)
    np.savez(tmp_path / "b.npz", W=W, x=W[0])
    np.savez_compressed(tmp_path / "c.npz", W=W, x=W[0])
    for name in ("a.npy", "b.npz", "c.npz"):
        arrays = stored_arrays(tmp_path / name)
        assert arrays["W"].shape == (3, 5)
        found = arrays["W"].read(dimensions=2)
        assert found.dtype == np.float64
        assert np.array_equal(found, W.astype(np.float64))


def test_bfloat16_is_the_upper_half_of_float32(file):
    upper = np.array([0x3F80, 0xC000, 0x0001, 0x7F7F], "<u2")
    entry = {"w": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}
    found = stored_arrays(file("a.safetensors", safetensors(entry, upper.tobytes())))["w"]
    exact = [1.0, -2.0, 2.0**-133, (2 - 2.0**-7) * 2.0**127]
    assert found.read(dimensions=1).tolist() == exact


def test_what_the_library_writes_is_read(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    generator = np.random.default_rng(0)
    arrays = {
        "a": generator.normal(size=(4, 3)).astype(np.float16),
        "b": generator.normal(size=(2, 2)).astype(np.float32),
        "c": generator.normal(size=5),
        "d": np.arange(6).reshape(2, 3),
        "e": np.zeros((0, 3), np.float32),
    }
    library.save_file(arrays, tmp_path / "a.safetensors", metadata={"format": "np"})
    found = stored_arrays(tmp_path / "a.safetensors")
    assert set(found) == set(arrays)
    for name in "abcd":
        expected = arrays[name]
        assert np.array_equal(found[name].read(dimensions=expected.ndim), expected)


def test_only_what_is_read_is_loaded(file):
    """A great array beside a small one costs nothing."""
    great = safetensors(
        {
            "small": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]},
            "great": {"dtype": "F64", "shape": [4_000_000], "data_offsets": [8, 32_000_008]},
        },
        bytes(32_000_008),
    )
    path = file("a.safetensors", great)
    del great
    tracemalloc.start()
    assert stored_arrays(path)["small"].read(dimensions=1).tolist() == [0.0]
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


class Bomb:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


def pickled():
    stream = io.BytesIO()
    np.save(stream, np.array([Bomb()], dtype=object), allow_pickle=True)
    return stream.getvalue()


ONE = npy(np.ones((1, 1)))
TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
HOSTILE = {
    "empty.npy": b"",
    "empty.npz": b"",
    "empty.safetensors": b"",
    "pickle.npy": pickled(),
    "pickle.npz": archive({"W.npy": pickled()}),
    "header.npy": b"\x93NUMPY\x01\x00\x76\x00{'descr': (" + b" " * 107,
    "expression.npy": b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 118,
    "long.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 2000,
    "version.npy": b"\x93NUMPY\x03\x00" + ONE[8:],
    "short.npy": npy(np.ones(3), shape=(2**40,)),
    "negative.npy": npy(np.ones(3), shape=(-3,)),
    "product.npy": npy(np.ones(3), shape=(2**62, 2**62)),
    "nothing.npy": npy(np.ones(3), shape=(2**62, 0)),
    "truth.npy": npy(np.ones(1), shape=(True, True)),
    "structure.npy": npy(np.zeros(2, [("a", "f8")]), descr=[("a", "<f8")]),
    "complex.npy": npy(np.ones((2, 2), np.complex128)),
    "nan.npy": npy(np.full((2, 2), np.nan)),
    "infinite.npz": archive({"W.npy": npy(np.full((2, 2), np.inf))}),
    "short.npz": archive({"W.npy": npy(np.ones(3), shape=(2**40,))}),
    "packed.npz": archive({"W.npy": ONE}, zipfile.ZIP_LZMA),
    "damaged.npz": archive({"W.npy": npy(np.random.default_rng(0).normal(size=99))})[:300],
    "zeros.npz": archive({"W.npy": npy(np.zeros(1), shape=(MOST_ENTRIES + 1,)) + bytes(2**29)}),
    "length.safetensors": b"\xff" * 64,
    "none.safetensors": struct.pack("<Q", 0),
    "beyond.safetensors": struct.pack("<Q", 100) + b"{}",
    "text.safetensors": safetensors(None, header=b"\xff\xfe"),
    "list.safetensors": safetensors([]),
    "deep.safetensors": safetensors(None, header=b'{"a":' + b"[" * 100_000),
    "number.safetensors": safetensors(None, header=b'{"a":' + b"9" * 10_000 + b"}"),
    "entry.safetensors": safetensors({"a": 1}),
    "offsets.safetensors": safetensors({"a": TENSOR | {"data_offsets": [0, 80]}}, bytes(8)),
    "before.safetensors": safetensors({"a": TENSOR | {"data_offsets": [-8, 0]}}, bytes(8)),
    "size.safetensors": safetensors({"a": TENSOR | {"shape": [3]}}, bytes(8)),
    "shape.safetensors": safetensors({"a": TENSOR | {"shape": [-1, -2]}}, bytes(8)),
    "float.safetensors": safetensors({"a": TENSOR | {"shape": [2.0]}}, bytes(8)),
    "dimensions.safetensors": safetensors({"a": TENSOR | {"shape": [1] * 99 + [2]}}, bytes(8)),
    "type.safetensors": safetensors({"a": TENSOR | {"dtype": "F8_E4M3"}}, bytes(8)),
    "infinity.safetensors": safetensors({"a": TENSOR}, bytes.fromhex("0000807f00000000")),
    "pickle.pt": b"\x80\x04cos\nsystem\n(S'exit 1'\ntR.",
    "bomb.pt": archive({"archive/data.pkl": bytes(2**20)}),
    "name.txt": b"1 2 3",
}


def read_all(path):
    for stored in stored_arrays(path).values():
        stored.read(dimensions=min(len(stored.shape), 2) or 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_words_and_little_memory(file, name):
    path = file(name, HOSTILE[name])
    tracemalloc.start()
    with pytest.raises(GradproofError) as caught:
        read_all(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000
    assert path.name in str(caught.value)
    assert len(str(caught.value)) < 600 + len(str(path))
    assert str(caught.value).isprintable()


def test_a_small_archive_that_unpacks_to_much_is_refused_unread(file):
    zeros = HOSTILE["zeros.npz"]
    assert len(zeros) < 2**20
    (stored,) = stored_arrays(file("a.npz", zeros)).values()
    with pytest.raises(InputError, match=f"at most {MOST_ENTRIES} entries"):
        stored.read(dimensions=1)


def test_overlapping_members_of_a_torch_archive_are_refused(file):
    """Many entries that share their bytes would be read as often as they are named."""
    data = archive({"a/data/0": b"\1" * 1000}, zipfile.ZIP_STORED)
    end = data.rindex(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    entry, count = data[start:end], 50
    tail = bytearray(data[end:])
    struct.pack_into("<HHL", tail, 8, count, count, count * len(entry))
    path = file("a.pt", data[:start] + entry * count + bytes(tail))
    with pytest.raises(InputError, match="unpacks to more than it is"):
        stored_arrays(path)


def test_names_are_shown_without_control_characters():
    assert printable("a\x1b[2J\nb") == "a�[2J�b"
    assert len(printable("x" * 1000)) == 100


def test_folders_are_searched_and_files_come_once(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("b.npy", "in/a.npz", "in/c.txt", "in/d.pth"):
        (tmp_path / name).write_bytes(ONE)
    found = weight_files([tmp_path, tmp_path / "b.npy"])
    assert [(path.name, named) for path, named in found] == [
        ("b.npy", True),
        ("a.npz", False),
        ("d.pth", False),
    ]
    for name, words in (
        ("none", "isn't there"),
        ("in/c.txt/x", "isn't there"),
        ("\0", "isn't there"),
    ):
        with pytest.raises(InputError, match=words):
            weight_files([tmp_path / name])
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match=r"\.safetensors"):
        weight_files([tmp_path / "bare"])
    assert ".pt" in SUFFIXES


def test_a_torch_file_without_torch_says_what_to_install(file, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    path = file("a.pt", archive({"a/data.pkl": b"\x80\x02}."}, zipfile.ZIP_STORED))
    with pytest.raises(MissingProgramError, match=r"gradproof\[torch\]"):
        stored_arrays(path)


def test_state_dicts_of_torch_are_taken_exactly(tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layer = torch.nn.LSTM(3, 4)
    state = {"rnn." + name: tensor for name, tensor in layer.state_dict().items()}
    state |= {"half": torch.tensor([1.5], dtype=torch.bfloat16), "step": torch.tensor([3])}
    torch.save({"model": state, "epoch": 3, "note": "text"}, tmp_path / "a.pt")
    found = stored_arrays(tmp_path / "a.pt")
    recurrent = found["model.rnn.weight_hh_l0"].read(dimensions=2)
    assert recurrent.tolist() == layer.weight_hh_l0.tolist()
    assert found["model.half"].read(dimensions=1).tolist() == [1.5]
    assert found["model.step"].read(dimensions=1).tolist() == [3.0]


def test_torch_files_with_more_than_weights_are_refused_and_not_run(tmp_path):
    torch = pytest.importorskip("torch")
    torch.save({"a": Bomb()}, tmp_path / "a.pt")
    torch.save(torch.zeros(2), tmp_path / "b.pt")
    torch.save({"a": torch.zeros(2)}, tmp_path / "c.pt", _use_new_zipfile_serialization=False)
    torch.save({"a": torch.zeros(1, 1).expand(2**20, 2**20)}, tmp_path / "d.pt")
    for name, words in (("a", "isn't run"), ("b", "state_dict"), ("c", "state_dict")):
        with pytest.raises(InputError, match=words):
            stored_arrays(tmp_path / f"{name}.pt")
    with pytest.raises(InputError, match="at most"):
        stored_arrays(tmp_path / "d.pt")["a"].read(dimensions=2)
