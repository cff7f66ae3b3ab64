"""Which theorems Coq accepts, and whether they are the ones that are on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from gradproof.errors import FormalProofError, UnknownNameError
from gradproof.formal.compiler import ALLOWED_AXIOMS, build_library, default_cache, print_theorems
from gradproof.formal.theories import FormalTheorem, Theory, read_record

__all__ = ["check_theorems"]


def check_theorems(
    folder: Path,
    names: Iterable[str],
    *,
    cache: Path | None = None,
    before: Callable[[int], None] = lambda _total: None,
    after: Callable[[Theory], None] = lambda _theory: None,
) -> dict[str, FormalTheorem]:
    """Return theorems by name, after Coq checked the theories and said what they are.

    Parameters
    ----------
    folder
        Holds the theories and the record of their theorems.
    names
        ``"activations.tanh_derivative_range"``, say.
    cache
        Where compiled theories are kept; by default the user's folder for that.
    before, after
        Called with the number of theories to compile, and after each, to show progress.

    Raises
    ------
    MissingProgramError
        If Coq, or a library that the theories require, isn't installed.
    FormalProofError
        If Coq refuses a theory; if a proof rests upon another axiom than those allowed, an
        unfinished proof among them; if a statement isn't as recorded.
    UnknownNameError
        If a theorem isn't on record.
    """
    record = read_record(folder)
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in record:
            raise UnknownNameError("theorem", f"{name} isn't on record", f"see {folder}")
    theories = {name.partition(".")[0] for name in wanted}
    kept = cache or default_cache()
    library = build_library(folder, kept, wanted=theories, before=before, after=after)
    found = print_theorems(library, wanted)
    for name, theorem in found.items():
        if not ALLOWED_AXIOMS.issuperset(theorem.axioms):
            (alone,) = print_theorems(library, [name]).values()
            others = ", ".join(sorted(set(alone.axioms) - ALLOWED_AXIOMS))
            if others:
                raise FormalProofError(name, f"rests upon {others}", "prove what it assumes")
        if theorem.statement != record[name].statement:
            remedy = (
                "compare it with the claim, then record it: `python -m gradproof.formal FOLDER`"
            )
            raise FormalProofError(name, "isn't as recorded", remedy)
    return found
