"""The command line of the experiments."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gradproof.claims.load import shipped_proofs
from gradproof.errors import MissingProgramError, UnknownNameError
from gradproof.experiments.record import save_record

NAMES = (
    "slopes",
    "gradient_flow",
    "exploding",
    "clipping",
    "clipping_in_numpy",
    "copying",
    "copying_in_numpy",
)


def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Default: all.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write.")
    ] = None,
) -> None:
    """Repeat the experiments and write their records."""
    from rich.progress import Progress

    folder = output or shipped_proofs() / "article" / "data"
    for name in names or NAMES:
        if name not in NAMES:
            raise UnknownNameError("NAME", f"is {name!r}", f"use one of {', '.join(NAMES)}")
        try:
            module = importlib.import_module(f"gradproof.experiments.{name}")
        except ModuleNotFoundError as error:
            remedy = "pip install 'gradproof[torch]'"
            raise MissingProgramError("PyTorch", "isn't installed", remedy) from error
        with Progress() as progress:
            task = progress.add_task(name, total=module.PARTS)
            record = getattr(module, name)(partial(progress.advance, task))
        typer.echo(f"{save_record(record, folder)}")


if __name__ == "__main__":
    typer.run(run)
