"""Properties: search for a counterexample with Hypothesis, and shrink it to a readable one.

A property is a function that returns normally where it holds and raises :class:`Violation` (by
:func:`at_most` or :func:`close`) or ``AssertionError`` where it doesn't.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

__all__ = ["Outcome", "Violation", "as_code", "as_script", "at_most", "close", "search"]


class Violation(AssertionError):  # noqa: N818 - a finding, not an error of the program
    """A property fails at the values at hand; the message has both sides."""


def at_most(left: float, right: float, *, slack: float, because: str) -> None:
    """Require ``left ≤ right + slack``.

    Parameters
    ----------
    slack
        What rounding can account for; ``because`` says why it is that much.

    >>> at_most(2.0, 1.0, slack=0.0, because="integers are exact")
    Traceback (most recent call last):
    gradproof.sampling.properties.Violation: 2.0 > 1.0 (slack 0: integers are exact)
    """
    if not left <= right + slack:
        raise Violation(f"{left!r} > {right!r} (slack {slack:.2g}: {because})")


def close(actual: Any, expected: Any, *, tolerance: Any, because: str) -> None:
    """Require ``|actual − expected| ≤ tolerance`` in every entry; the worst one is named.

    >>> close([1.0, 2.5], [1.0, 2.0], tolerance=0.1, because="an example")
    Traceback (most recent call last):
    gradproof.sampling.properties.Violation: entry (1,): 2.5 differs from 2.0 by 0.5, \
tolerance 0.1 (an example)
    """
    found, wanted = np.asarray(actual), np.asarray(expected)
    if found.shape != wanted.shape:
        raise Violation(f"shape {found.shape} differs from {wanted.shape}")
    allowed = np.broadcast_to(np.asarray(tolerance, dtype=float), found.shape)
    difference = np.abs(found - wanted)
    excess = np.where(difference <= allowed, -np.inf, difference - allowed)
    excess = np.where(np.isnan(excess), np.inf, excess)
    if excess.size and excess.max() > -np.inf:
        worst = np.unravel_index(int(np.argmax(excess)), found.shape)
        index = tuple(int(i) for i in worst)
        raise Violation(
            f"entry {index}: {found[worst]} differs from {wanted[worst]} "
            f"by {difference[worst]:.3g}, tolerance {allowed[worst]:.3g} ({because})"
        )


@dataclass(frozen=True)
class Outcome:
    """What a search found.

    Parameters
    ----------
    examples
        The number of cases at which the property was evaluated and held.
    arguments
        The smallest failing case, name → value, or None where none was found.
    message
        What the property said there.
    """

    examples: int
    arguments: Mapping[str, Any] | None = None
    message: str = ""


def search(
    law: Callable[..., None],
    strategies: Mapping[str, SearchStrategy[Any]],
    *,
    examples: int,
    seed_value: int,
) -> Outcome:
    """Evaluate a property at random cases; shrink the first failure.

    Reproducible: the same seed gives the same cases. Nothing is read from or written to disk.
    Exceptions other than ``AssertionError`` are defects of the property and pass through.
    """
    held = 0
    failing: tuple[dict[str, Any], str] | None = None

    def run(**arguments: Any) -> None:
        nonlocal held, failing
        try:
            law(**arguments)
        except AssertionError as error:
            failing = (arguments, str(error) or "the assertion is false")
            raise
        held += 1

    configured = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    test = seed(seed_value)(configured(given(**strategies)(run)))
    try:
        test()
    except AssertionError:
        # Hypothesis replays the smallest failing case last.
        assert failing is not None
        return Outcome(held, failing[0], failing[1])
    return Outcome(held)


def as_code(value: Any) -> str:
    """Return a value as text that can be pasted into Python.

    >>> as_code(np.array([[0.5, 0.0], [1.0, -2.0]]))
    'np.array([[0.5, 0.0], [1.0, -2.0]])'
    """
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})" if value.size else f"np.zeros({value.shape})"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = ", ".join(
            f"{field.name}={as_code(getattr(value, field.name))}"
            for field in dataclasses.fields(value)
            if field.repr and field.init and getattr(value, field.name) is not field.default
        )
        return f"{type(value).__name__}({inner})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(as_code(item) for item in value)
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"({inner}{comma})" if isinstance(value, tuple) else f"[{inner}]"
    return repr(value)


def as_script(law: str, arguments: Mapping[str, Any]) -> str:
    """Return the call of a property with these arguments, as lines of Python with their imports.

    >>> print(as_script("is_small", {"W": np.array([[2.0]]), "n": 3}))
    import numpy as np
    W = np.array([[2.0]])
    n = 3
    is_small(W=W, n=n)
    """
    lines = [f"{name} = {as_code(value)}" for name, value in arguments.items()]
    imports = {"import numpy as np"} if any("np." in line for line in lines) else set()
    imports |= {
        f"from {kind.__module__} import {kind.__name__}"
        for value in arguments.values()
        for kind in _dataclasses_in(value)
    }
    call = f"{law}({', '.join(f'{name}={name}' for name in arguments)})"
    return "\n".join([*sorted(imports, key=lambda line: line.startswith("from")), *lines, call])


def _dataclasses_in(value: Any) -> set[type]:
    if isinstance(value, (list, tuple)):
        return set().union(*map(_dataclasses_in, value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return set()
    fields = (getattr(value, field.name) for field in dataclasses.fields(value) if field.repr)
    return {type(value)}.union(*map(_dataclasses_in, fields))
