"""What fuzzing found, and what it begins with, gets an answer that names the file."""

import io
import zipfile

import pytest
from inputs import TARGETS, seeds


def encrypted():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("W.npy", b"\x93NUMPY")
    return (
        archive.getvalue()
        .replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\x01")
        .replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01")
    )


def broken(archive):
    """Return an archive whose compressed data are damaged."""
    middle = archive.index(b"W.npy") + 40
    return archive[:middle] + b"\xff" * 8 + archive[middle + 8 :]


REFUSED = {
    "minus signs": ("script", b"-" * 200_000 + b"1"),
    "attributes": ("script", b"x" + b".a" * 100_000),
    "brackets": ("script", b"(" * 300),
    "long": ("script", b"#" * 1_000_001),
    "null": ("script", b"\0"),
    "brackets in JSON": ("json", b"[" * 100_000),
    "long number": ("json", b"[[" + b"9" * 10_000 + b"]]"),
    "unfinished header": ("npy", b"\x93NUMPY\x01\x00\x76\x00{'descr': (" + b" " * 107),
    "damaged archive": ("npz", broken(seeds()["npz"][0])),
    "encrypted archive": ("npz", encrypted()),
    "damaged archive of weights": ("weights npz", broken(seeds()["npz"][0])),
    "encrypted archive of weights": ("weights npz", encrypted()),
    "great header": ("weights npy", b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 200),
    "nested header": ("safetensors", (10_000).to_bytes(8, "little") + b"[" * 10_000),
    "brackets in a certificate": ("certificate", b"[" * 100_000),
    "long number in a certificate": ("certificate", b'{"rate": ' + b"9" * 10_000 + b"}"),
    "pickle": ("torch", b"\x80\x02cos\nsystem\n."),
    "long name": ("path", b"x" * 300),
    "null in a name": ("path", b"a\0b"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_was_found_is_refused_with_words(case, tmp_path):
    target, data = REFUSED[case]
    answer = TARGETS[target](data, tmp_path)
    assert answer is not None
    assert len(answer) < 1000 + 2 * len(str(tmp_path)) or target == "path"


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_gets_an_answer(target, tmp_path):
    for seed in seeds()[target]:
        TARGETS[target](seed, tmp_path)


def test_numbers_that_are_right_are_used(tmp_path):
    for target in ("json", "npy", "npz", "weights npy", "weights npz", "safetensors"):
        assert TARGETS[target](seeds()[target][0], tmp_path) is None
