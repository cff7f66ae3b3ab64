"""The verifier at its doors: hostile files, weights as NumPy writes them, the command line."""

import ast
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import gradproof.verify as module
from gradproof.cli import main as command_line
from gradproof.growth.certificates import decay_certificate, diagonal_scaling_certificate
from gradproof.verify import CertificateError, verify

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "src" / "gradproof" / "verify.py"
MAKERS = ["certificates", "certificate_numbers"]
W = np.array([[0.5, 0.25, 0.0], [-0.5, 0.25, 0.125], [0.0, 0.375, -0.5]])


def certificate(*, embedded=True):
    X = [[1.0, 0.125, 0.0], [0.125, 1.0, -0.125], [0.0, -0.125, 1.0]]
    return decay_certificate(W, X, np.ones(3), 0.97, embedded=embedded)


def as_json(document):
    return json.dumps(document).encode()


def refused(document, weights=None, match=None):
    with pytest.raises(CertificateError, match=match):
        verify(document if isinstance(document, bytes) else as_json(document), weights)


def hostile():
    good = certificate()
    text = as_json(good)
    yield b"", "JSON"
    yield b"\xff\xfe", "JSON"
    yield b"[" * 100_000, "JSON"
    yield b'{"a":' * 100_000, "too many parts|JSON"
    yield b"[" * 10**6 + b"]" * 10**6, "too many parts"
    yield b"[[]," * 10**6, "too many parts"
    yield b'{"rate": ' + b"7" * 401 + b"}", "digits"
    yield b'{"rate": ' + b"9" * 10**6 + b"}", "digits"
    yield b" " * (2**25 + 1), "longer than"
    yield text[:-1] + b', "kind": "decay"}', "a name stands twice"
    yield b"NaN", "no object"
    yield b"null", "no object"
    yield text.replace(b"tanh", b"sinus"), "the activation is none of tanh"
    yield text.replace(b"certificate 1", b"certificate 2"), "the format is another one"
    for field in ("rate", "metric", "multipliers", "matrix", "constant", "least"):
        for exponent in (10**9, -(10**9), 4097, 1.5, True, None, "1"):
            yield {**good, field: {**good[field], "exponent": exponent}}, "no usable integer"
    wide = [[1 - 2 * (i == j) for j in range(300)] for i in range(300)]
    yield {**good, "matrix": {"exponent": 0, "integers": wide}}, "not a list of 300"
    yield {**good, "matrix": {"exponent": 0, "integers": []}}, "no usable size"
    yield {**good, "matrix": {"exponent": 0, "integers": [[]] * 1025}}, "no usable size"
    yield {**good, "matrix": {"exponent": 0, "integers": [[1, 2], [3]]}}, "not a list of 2"
    yield (
        {
            **good,
            "factors": {
                **good["factors"],
                "least": {"exponents": [5000] * 3, "integers": [[1], [0, 1], [0, 0, 1]]},
            },
        },
        "is too large",
    )


@pytest.mark.parametrize(("document", "reason"), list(hostile()))
def test_hostile_files_are_refused_in_short_time_and_memory(document, reason):
    content = document if isinstance(document, bytes) else as_json(document)
    tracemalloc.start()
    started = time.process_time()
    refused(content, match=reason)
    assert time.process_time() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 2**22 + 12 * len(content)
    tracemalloc.stop()


def test_work_that_would_not_end_is_refused(monkeypatch):
    size = 100
    good = decay_certificate(np.eye(size) / 2, np.ones(size), np.ones(size), 0.6)
    apart = {**good, "metric": {"exponent": 4096, "integers": [1] * size}}
    apart["multipliers"] = {"exponent": -4096, "integers": [1] * size}
    started = time.process_time()
    refused(apart, match="not shown")
    assert time.process_time() - started < 5
    for limit, reason in (("MOST_WORK", "take too long"), ("MOST_BITS", "differ too much")):
        monkeypatch.setattr(module, limit, 10**5)
        refused(good, match=reason)
        monkeypatch.undo()
    assert verify(as_json(good)).rate < 1


def npy(W, **options):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, W, **options)
    return stream.getvalue()


def test_weights_are_read_as_numpy_wrote_them():
    W = np.array([[0.5, -0.25, 3e-300], [0.1, -0.0, 0.3], [1e300, 2.0**-1074, 7.0]])
    exact = [[Fraction(v) for v in row] for row in W.tolist()]
    single = W[:2, :2].astype("<f4")
    for content, numbers in (
        (npy(W), exact),
        (npy(np.asfortranarray(W)), exact),
        (npy(W, version=(2, 0)), exact),
        (npy(W, version=(3, 0)), exact),
        (npy(single), [[Fraction(float(v)) for v in row] for row in single]),
    ):
        (exponent, rows), digest = module._weights(content)
        assert [[v * Fraction(2) ** exponent for v in row] for row in rows] == numbers
        stored = np.load(io.BytesIO(content))
        by_rows = np.ascontiguousarray(stored, dtype="<f8").tobytes()
        assert digest == hashlib.sha256(by_rows).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        npy(np.eye(2))[:-1],
        npy(np.eye(2)) + b"\0",
        npy(np.ones((2, 3))),
        npy(np.ones(4)),
        npy(np.ones((0, 0))),
        npy(np.eye(2, dtype=">f8")),
        npy(np.eye(2, dtype=complex)),
        npy(np.eye(2, dtype=int)),
        npy(np.array([[None]]), allow_pickle=True),
        npy(np.array([[np.nan]])),
        npy(np.array([[np.inf]])),
        npy(np.eye(2)).replace(b"(2, 2)", b"(2, -2"),
        npy(np.eye(2)).replace(b"(2, 2)", b"(True,"),
        npy(np.eye(2))[:10] + b"(" * 118 + npy(np.eye(2))[128:],
        npy(np.eye(2))[:10] + b"-" * 117 + b"1" + npy(np.eye(2))[128:],
        npy(np.eye(2)).replace(b"\x93NUMPY\x01\x00", b"\x93NUMPY\x02\x00"),
        npy(np.zeros((1025, 1025), dtype="<f4")),
    ],
)
def test_other_weights_are_refused(content):
    document = certificate(embedded=False)
    refused(document, content, match="weight")


def test_a_hash_needs_the_weights_and_just_them():
    W = np.array([[0.5, 0.25], [0.0, -0.5]])
    certificate = diagonal_scaling_certificate(W, np.ones(2), 0.7, embedded=False)
    refused(certificate, match="give WEIGHTS")
    assert verify(as_json(certificate), npy(W)).kind == "decay"
    assert verify(as_json(certificate), npy(np.asfortranarray(W))).kind == "decay"
    assert verify(as_json(certificate), npy(W.astype("<f4"))).kind == "decay"
    for other in (W.T, -W, np.nextafter(W, 9), np.eye(3)):
        refused(certificate, npy(np.ascontiguousarray(other)), match="the weights are others")
    whole = diagonal_scaling_certificate(W, np.ones(2), 0.7)
    assert verify(as_json(whole), npy(W)).words.count("handed in") == 1
    refused(whole, npy(np.nextafter(W, 9)), match="the weights are others")


def test_it_imports_the_standard_library_alone_and_shares_nothing_with_the_makers():
    def imports(path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                yield node.module

    assert {name.split(".")[0] for name in imports(VERIFIER)} <= set(sys.stdlib_module_names)
    for name in MAKERS:
        source = ROOT / "src" / "gradproof" / "growth" / f"{name}.py"
        assert not any("verify" in imported for imported in imports(source))
    calls = {n.id for n in ast.walk(ast.parse(VERIFIER.read_text())) if isinstance(n, ast.Name)}
    assert not calls & {"float", "eval", "exec", "__import__"}


def run_alone(*arguments, encoding="utf-8"):
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env=environment
    )


def test_it_runs_alone_and_never_shows_a_traceback(tmp_path):
    alone = tmp_path / "checker.py"
    shutil.copy(VERIFIER, alone)
    good, bad, weights = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "w.npy"
    good.write_bytes(as_json(certificate(embedded=False)))
    weights.write_bytes(npy(W))
    bad.write_bytes(b"[" * 10_000)
    for arguments, code, words in (
        ((good, weights), 0, "Proved."),
        ((good,), 1, "Not proved: the matrix isn't in the certificate: give WEIGHTS"),
        ((bad,), 1, "Not proved: "),
        ((tmp_path / "none.json",), 1, "Not proved: "),
        ((tmp_path,), 1, "Not proved: "),
        ((), 2, ""),
    ):
        found = run_alone("-S", alone, *arguments, encoding="ascii")
        assert (found.returncode, found.stdout.startswith(words)) == (code, True), found
        assert "Traceback" not in found.stderr
    found = run_alone("-m", "gradproof.verify", good, weights)
    assert found.returncode == 0


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command line in this process; return its exit code and what it printed."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gradproof", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            command_line()
        return left.value.code, capsys.readouterr().out

    return run


@pytest.mark.parametrize(("scale", "kind"), [(0.4, "decay"), (3.0, "explosion")])
def test_the_commands_write_and_check_a_certificate(tmp_path, command, scale, kind):
    weights, target = tmp_path / "w.npy", tmp_path / "cert.json"
    W = np.random.default_rng(2).normal(size=(5, 5)).astype(np.float32) * np.float32(scale) / 2
    np.save(weights, W)
    code, printed = command("certify", weights, "-o", target, "--hash")
    assert code == 0
    assert printed.startswith("Proved. For h_k = ")
    assert json.loads(target.read_text())["kind"] == kind
    assert command("verify", target, weights) == (0, printed[: printed.rindex(str(target))])
    assert command("verify", target)[0] == 1
    np.save(weights, -W)
    code, printed = command("verify", target, weights)
    assert code == 1
    assert "the weights are others" in printed


def test_a_layer_of_any_file_is_certified_and_compared(tmp_path, command):
    weights, target = tmp_path / "w.npz", tmp_path / "cert.json"
    generator = np.random.default_rng(3)
    W = generator.normal(size=(4, 4)) / 8
    np.savez(weights, W=W, rnn_weight_hh_l0=W, weight_hh_l1=np.tile(W, (4, 1)))
    assert command("certify", weights, "-o", target, "--layer", "W")[0] == 0
    assert command("verify", target, weights, "--layer", "W")[0] == 0
    np.save(tmp_path / "w.npy", W)
    assert command("verify", target, tmp_path / "w.npy")[0] == 0
    for wrong in ((), ("--layer", "weight_hh_l1"), ("--layer", "V")):
        assert command("certify", weights, "-o", tmp_path / "no.json", *wrong)[0] == 2
    assert not (tmp_path / "no.json").exists()


def test_what_is_undecided_or_no_matrix_leaves_no_file(tmp_path, command):
    weights, target = tmp_path / "w.npy", tmp_path / "cert.json"
    np.save(weights, np.eye(2))
    code, printed = command("certify", weights, "-o", target, "--budget", "0.1")
    assert code == 1
    assert printed.startswith("Undecided: the largest rate over all inputs lies in [1, 1")
    for other in (np.eye(2, dtype=int), np.ones((2, 3)), np.array([[None]])):
        np.save(weights, other)
        assert command("certify", weights, "-o", target)[0] == 2
    assert command("certify", tmp_path, "-o", target)[0] == 2
    assert command("certify", weights, "-o", tmp_path / "none" / "cert.json")[0] == 2
    assert not target.exists()


def test_a_certificate_that_the_verifier_refuses_is_not_written(tmp_path, command, monkeypatch):
    def refuse(*_):
        raise CertificateError("step 1: not shown to be positive")

    weights, target = tmp_path / "w.npy", tmp_path / "cert.json"
    np.save(weights, np.eye(2) / 2)
    monkeypatch.setattr(module, "verify", refuse)
    code, printed = command("certify", weights, "-o", target)
    assert code == 1
    assert "no certificate came out: step 1" in printed
    assert not target.exists()
