"""The commands that make a certificate of decay or explosion, and that check one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradproof.cli_output import console, require_folder, write

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.arrays import Array

__all__ = ["certify", "verify"]

EXIT_NOT_PROVED = 1


Layer = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The layer, where the file holds several."),
]


def certify(
    weights: Annotated[
        Path,
        typer.Argument(metavar="WEIGHTS", help="The recurrent matrix W: .npy, or a trained layer."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The certificate, JSON.")
    ],
    layer: Layer = None,
    activation: Annotated[
        str, typer.Option(metavar="A", help="φ: tanh, logistic, relu, …")
    ] = "tanh",
    budget: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.001, help="For the decision.")
    ] = 10.0,
    by_hash: Annotated[
        bool,
        typer.Option("--hash", help="Leave the matrix out: its SHA-256 stands for it."),
    ] = False,
    coq: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the proof as a Coq file too; Coq checks it, if it is there."
        ),
    ] = None,
) -> None:
    """Decide whether gradients vanish for all inputs or can explode, and write the proof of it.

    The certificate is checked before it is written. Exit codes: 0 written, 1 nothing is proved,
    2 wrong usage.
    """
    import json

    from gradproof.errors import EnclosureError
    from gradproof.growth.certificates import certificate_of
    from gradproof.growth.decision import Decision, decide
    from gradproof.verify import CertificateError
    from gradproof.verify import verify as verified

    require_folder(output, "--output")
    require_folder(coq, "--coq")
    content, matrix = _read(weights, layer)
    shown_on = console()
    found = decide(matrix, activation=activation, budget=budget)
    if found.decision is Decision.UNDECIDED:
        bracket = f"[{found.rate_lower:.6g}, {found.rate_upper:.6g}]"
        shown_on.print(
            f"Undecided: the largest rate over all inputs lies in {bracket}, and 1 does too. "
            "Nothing was written; a larger --budget may decide it.",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(EXIT_NOT_PROVED)
    try:
        certificate = certificate_of(matrix, found, embedded=not by_hash)
        document = (json.dumps(certificate, separators=(",", ":")) + "\n").encode()
        proved = verified(document, content)
    except (EnclosureError, CertificateError) as error:
        shown_on.print(
            f"Decided ({found.decision.value}), but no certificate came out: {error}. "
            "Nothing was written.",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(EXIT_NOT_PROVED) from None
    write(output, document)
    shown_on.print(f"Proved. {proved.words}", markup=False, soft_wrap=True)
    shown_on.print(f"{output}: {len(document)} bytes", markup=False, soft_wrap=True)
    if coq is not None:
        whole = certificate_of(matrix, found) if by_hash else certificate
        accepted = _write_for_coq(coq, whole, shown_on)
        if not accepted:
            raise typer.Exit(EXIT_NOT_PROVED)


def _write_for_coq(path: Path, certificate: dict[str, Any], shown_on: Console) -> bool:
    """Write a certificate as a Coq file, and have Coq check it where it is installed."""
    import time

    from gradproof.claims.load import shipped_proofs
    from gradproof.errors import FormalProofError, MissingProgramError
    from gradproof.formal.compiler import build_library, check_file, default_cache
    from gradproof.growth.coq.decay import decay_certificate_as_coq
    from gradproof.growth.coq.explosion import explosion_certificate_as_coq

    decays = certificate["kind"] == "decay"
    as_coq = decay_certificate_as_coq if decays else explosion_certificate_as_coq
    theory = "certificate" if decays else "explosion_certificate"
    write(path, as_coq(certificate).encode())
    try:
        library = build_library(shipped_proofs() / "formal", default_cache(), wanted=[theory])
        started = time.perf_counter()
        check_file(library, path)
        words = f"Coq's kernel accepts it ({time.perf_counter() - started:.1f} s)"
    except MissingProgramError as error:
        words = f"not checked: {error}"
    except FormalProofError as error:
        shown_on.print(f"{path}: {error}", markup=False, soft_wrap=True)
        return False
    shown_on.print(f"{path}: {words}", markup=False, soft_wrap=True)
    return True


def verify(
    certificate: Annotated[Path, typer.Argument(metavar="CERT", help="The certificate, JSON.")],
    weights: Annotated[
        Path | None,
        typer.Argument(metavar="WEIGHTS", help="The weights that it should be about."),
    ] = None,
    layer: Layer = None,
) -> None:
    """Check a certificate in exact integers, and say what it proves.

    Exit codes: 0 proved, 1 not.
    """
    from gradproof.verify import main

    if weights is None or weights.suffix == ".npy":
        names = [str(certificate), *([] if weights is None else [str(weights)])]
        raise typer.Exit(main(names))
    import tempfile

    content, _ = _read(weights, layer)
    with tempfile.NamedTemporaryFile(suffix=".npy") as stream:
        stream.write(content)
        stream.flush()
        raise typer.Exit(main([str(certificate), stream.name]))


def _read(path: Path, layer: str | None) -> tuple[bytes, Array]:
    """Return a recurrent matrix, and it as the content of an NPY file."""
    import io

    import numpy as np

    if path.suffix == ".npy":
        return _read_npy(path)
    matrix = _recurrent_matrix(path, layer)
    buffer = io.BytesIO()
    np.save(buffer, matrix.astype("<f8"), allow_pickle=False)
    return buffer.getvalue(), matrix


def _recurrent_matrix(path: Path, layer: str | None) -> Array:
    """Return W of the one simple recurrent layer of a file."""
    from gradproof.errors import InputError
    from gradproof.weights.files import stored_arrays
    from gradproof.weights.layers import Kind, find_layers

    found = find_layers(stored_arrays(path), () if layer is None else (layer,))
    if len(found) != 1:
        names = ", ".join(one.name for one in found)
        raise InputError("WEIGHTS", f"names {path}, with the layers {names}", "choose by --layer")
    read = found[0].read()
    if read.kind is not Kind.SIMPLE:
        remedy = "give a simple recurrent layer: certificates are about ∂h_n/∂h_0 = D_n W ⋯ D_1 W"
        raise InputError("WEIGHTS", f"names {path}, whose layer is a {read.kind.value}", remedy)
    return read.gates["h"].recurrent


def _read_npy(path: Path) -> tuple[bytes, Array]:
    """Return an NPY file and its matrix. No object in it is unpickled."""
    import io

    import numpy as np

    from gradproof.arrays import as_square_matrix
    from gradproof.errors import InputError

    try:
        content = path.read_bytes()
        raw = np.load(io.BytesIO(content), allow_pickle=False)
    except OSError as error:
        problem = f"names {path}, which can't be read ({error.strerror or error})"
        raise InputError("WEIGHTS", problem, "name a file .npy") from error
    except (ValueError, EOFError, SyntaxError, MemoryError, OverflowError) as error:
        raise InputError("WEIGHTS", f"names {path}: {error}", "give an array as .npy") from error
    if not isinstance(raw, np.ndarray) or raw.dtype.str not in ("<f8", "<f4"):
        remedy = "save float64 or float32, little-endian, with numpy.save"
        raise InputError("WEIGHTS", f"names {path}, which holds something else", remedy)
    return content, as_square_matrix(raw, "W")
