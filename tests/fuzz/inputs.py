"""Fuzz everything that is read from a file, guided by coverage: no traceback may reach a user.

    python tests/fuzz/inputs.py [--seconds 60] [--target NAME]

Needs the extra ``fuzz``. Each target writes the bytes to a file and runs the command line on it;
only the program's own errors, which name the file and what to do, count as an answer. An input
that leads to anything else is kept as ``crash-…`` in the working directory, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

PROOFS = Path(__file__).resolve().parents[2] / "proofs"
# The start of a script is fixed: what follows is parsed, but never run.
NEVER_RUN = b"raise SystemExit\n"


def answer(*arguments: str) -> str | None:
    """Run the command line; return the error that a user sees, or None where there is none.

    Raises whatever would show as a traceback.
    """
    import typer

    from gradproof.cli import app
    from gradproof.errors import GradproofError

    try:
        shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            app(args=list(arguments), prog_name="gradproof", standalone_mode=False)
    except GradproofError as error:
        return str(error)
    except typer.Exit as error:
        return f"exit code {error.exit_code}"
    except Exception as error:
        # Typer's own usage errors know how to show themselves.
        if not hasattr(error, "show"):
            raise
        return str(error)
    return None


def script(data: bytes, folder: Path) -> str | None:
    """Check a proof script."""
    path = folder / "script.py"
    path.write_bytes(NEVER_RUN + data)
    return answer("check", str(path))


def folder_of_scripts(data: bytes, folder: Path) -> str | None:
    """Check a folder with a file that may look like a proof script."""
    scripts = folder / "scripts"
    scripts.mkdir(exist_ok=True)
    (scripts / "found.py").write_bytes(NEVER_RUN + data)
    return answer("check", str(scripts))


def numbers(suffix: str) -> Callable[[bytes, Path], str | None]:
    """Return the target that shows a derivation at the numbers of a file."""

    def at_numbers(data: bytes, folder: Path) -> str | None:
        path = folder / f"numbers{suffix}"
        path.write_bytes(data)
        proof = str(PROOFS / "state_jacobian.py")
        return answer("derive", "state_jacobian", proof, "--numbers", str(path))

    return at_numbers


def weights(suffix: str) -> Callable[[bytes, Path], str | None]:
    """Return the target that reads the recurrent layers of a file of weights, and their numbers.

    They aren't analysed: a few bytes can hold a great matrix of zeros.
    """

    def read(data: bytes, folder: Path) -> str | None:
        from gradproof.errors import GradproofError
        from gradproof.weights.files import stored_arrays
        from gradproof.weights.layers import find_layers

        path = folder / f"weights{suffix}"
        path.write_bytes(data)
        try:
            for layer in find_layers(stored_arrays(path)):
                layer.read()
        except GradproofError as error:
            return str(error)
        return None

    return read


def certificate(data: bytes, folder: Path) -> str | None:
    """Check a certificate, alone and with weights beside it."""
    from gradproof.verify import CertificateError, verify

    del folder
    text, _, weights = data.partition(b"\0\0")
    try:
        verify(text, weights or None)
    except CertificateError as error:
        return str(error)
    return None


def article(data: bytes, folder: Path) -> str | None:
    """Look up the quotations of the audit in a text."""
    path = folder / "article.txt"
    path.write_bytes(data)
    return answer("audit", "--article", str(path), "--select", "tanh-range")


def path_of(data: bytes, folder: Path) -> str | None:
    """Name a file by the bytes: as script, as numbers, and as what is written."""
    name = data.decode("utf-8", errors="surrogateescape").replace("\0", "")
    with contextlib.suppress(OSError, ValueError):
        if Path(name).is_dir():  # it would be searched, whatever is in it
            return None
    found = answer("check", "--", name)
    proof = str(PROOFS / "state_jacobian.py")
    answer("derive", "state_jacobian", proof, f"--numbers={name}")
    # Only below a folder that isn't there: nothing is to be written anywhere.
    answer("derive", "state_jacobian", proof, f"--output={folder / 'none' / Path(name).name}")
    return found


TARGETS: dict[str, Callable[[bytes, Path], str | None]] = {
    "script": script,
    "folder": folder_of_scripts,
    "json": numbers(".json"),
    "npy": numbers(".npy"),
    "npz": numbers(".npz"),
    "weights npy": weights(".npy"),
    "weights npz": weights(".npz"),
    "safetensors": weights(".safetensors"),
    "torch": weights(".pt"),
    "certificate": certificate,
    "article": article,
    "path": path_of,
}


def seeds() -> dict[str, list[bytes]]:
    """Return files to begin with, for each target."""
    W, b = np.array([[0.5, 0.25], [0.0, -0.5]]), np.array([0.5, 0.0])
    array, archive = io.BytesIO(), io.BytesIO()
    np.save(array, W)
    np.savez_compressed(archive, W=W, b=b, n=np.int64(3))
    claim = b"from gradproof import claim\n\n@claim('x < y')\ndef f(c):\n    c.hypothesis()\n"
    objects = [b'{"W": [[0.5, 0.25], [0, -0.5]], "b": [0.5, 0], "n": 3, "x": [[1, 0]]}', b"[[1.5]]"]
    layer, entering = np.ones((8, 2), np.float32), np.ones((8, 3), np.float16)
    header = (
        b'{"a.weight_hh_l0": {"dtype": "F32", "shape": [8, 2], "data_offsets": [0, 64]}, '
        b'"a.weight_ih_l0": {"dtype": "F16", "shape": [8, 3], "data_offsets": [64, 112]}}'
    )
    tensors = len(header).to_bytes(8, "little") + header + layer.tobytes() + entering.tobytes()
    state = io.BytesIO()
    with zipfile.ZipFile(state, "w") as opened:
        opened.writestr("archive/data.pkl", b"\x80\x02}.")
        opened.writestr("archive/data/0", layer.tobytes())
    from gradproof.growth.certificates import decay_certificate, explosion_certificate

    decay = json.dumps(decay_certificate(W, np.eye(2), np.ones(2), 0.75)).encode()
    growth = json.dumps(explosion_certificate(4 * W, [[1.0, 1.0]])).encode()
    lstm = io.BytesIO()
    np.savez_compressed(lstm, weight_hh_l0=layer, weight_ih_l0=entering)
    return {
        "weights npy": [array.getvalue()],
        "weights npz": [archive.getvalue(), lstm.getvalue()],
        "safetensors": [tensors],
        "torch": [state.getvalue()],
        "certificate": [decay, decay + b"\0\0" + array.getvalue(), growth],
        "script": [claim, b"# coding: latin-1\n\xe4", b"(" * 80, b"-" * 5000 + b"1"],
        "folder": [claim, claim[27:]],
        "json": objects,
        "npy": [array.getvalue()],
        "npz": [archive.getvalue()],
        "article": [b"The tanh activation", "é\n\x00".encode(), b"\xff"],
        "path": [b"a.py", b"~", b"a\nb.json", b"\xff.npz", b"x" * 300],
    }


def fuzz(target: str, seconds: int) -> int:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["gradproof"]):
        import gradproof.claims.load
        import gradproof.cli
        import gradproof.render.numbers_file
        import gradproof.verify
        import gradproof.weights.files
        import gradproof.weights.layers  # noqa: F401
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        for position, seed in enumerate(seeds()[target]):
            (corpus / str(position)).write_bytes(seed)
        limits = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4096", "-seed=1"]
        atheris.Setup(
            [sys.argv[0], *limits, "-max_len=4096", str(corpus)],
            lambda data: void(TARGETS[target](data, folder)),
        )
        atheris.Fuzz()
    return 0


def void(_answer: str | None) -> None:
    """Drop the answer: libFuzzer takes no other."""


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", choices=TARGETS, help="this one alone, in this process")
    options = parser.parse_args()
    if options.target is not None:
        return fuzz(options.target, options.seconds)

    def run(target: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, __file__, "--target", target, "--seconds", str(options.seconds)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(TARGETS, pool.map(run, TARGETS), strict=True))
    for target, done in results.items():
        count = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
        print(f"{target}: {count[-1] if count else 'stopped'}")
        if done.returncode != 0:
            print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
    return max(done.returncode != 0 for done in results.values())


if __name__ == "__main__":
    sys.exit(main())
