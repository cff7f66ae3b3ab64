"""What the commands do with ``--formal``: ask Coq, or say how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gradproof.cli_output import progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console

    from gradproof.claims.claim import Claim
    from gradproof.formal.theories import FormalTheorem

__all__ = ["Formal", "formal_theorems"]

Formal = Annotated[
    bool,
    typer.Option("--formal", help="Have Coq check the formal proofs of the claims that have one."),
]


def formal_theorems(claims: Iterable[Claim], shown_on: Console) -> Mapping[str, FormalTheorem]:
    """Return the theorems of these claims that Coq checked; none, with a word, without Coq."""
    from gradproof.claims.load import shipped_proofs
    from gradproof.errors import MissingProgramError
    from gradproof.formal.checking import check_theorems

    names = [name for claim in claims for name in claim.formal]
    if not names:
        return {}
    with progress_bar(shown_on, 1) as progress:
        task = progress.add_task("Coq")
        try:
            return check_theorems(
                shipped_proofs() / "formal",
                names,
                before=lambda total: progress.update(task, total=total + 1),
                after=lambda theory: progress.update(
                    task, advance=1, description=f"Coq: {theory.name}"
                ),
            )
        except MissingProgramError as error:
            missing = str(error)
    shown_on.print(f"No formal grades: {missing}.", markup=False, soft_wrap=True)
    return {}
