"""Claims: a statement, what is expected of it, and the function that looks for evidence.

A proof script is a Python file with one or more of these::

    @claim("‖W‖ < 0.61 for my recurrent matrix", scope="instance")
    def my_norm_is_small(run):
        yield enclosed("‖W‖", enclose_spectral_norm(W), "<", 0.61)
"""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from gradproof.claims.chapters import Chapter
from gradproof.claims.evidence import Evidence
from gradproof.claims.run import Run
from gradproof.errors import InputError, UnknownNameError
from gradproof.hypotheses.declared import Necessity, NotKnownToNeed, Without
from gradproof.source import Source
from gradproof.verdict import Scope, Verdict

if TYPE_CHECKING:
    from gradproof.symbolic.kernel.derivation import Theorem

__all__ = ["Claim", "claim", "registering"]


Investigation: TypeAlias = "Callable[[Run], Iterable[Evidence] | Evidence]"
Derivation: TypeAlias = "Callable[..., Theorem | tuple[Theorem, ...]]"


@dataclass(frozen=True)
class Claim:
    """A statement with everything needed to check it; made by :func:`claim`."""

    name: str
    statement: str
    investigate: Investigation = field(compare=False)
    scope: Scope
    expected: Verdict
    latex: str
    source: Source | None
    uses: tuple[str, ...]
    derivation: Derivation | None = field(compare=False)
    necessity: tuple[Necessity, ...] = field(compare=False)
    path: Path
    line: int
    title: str = ""
    chapter: Chapter | None = None
    #: The theorems of the Coq theories that together are the statement, or its refutation.
    formal: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The title, else the name in words: “LSTM norm upper”."""
        words = [_SPELLED.get(word, word) for word in self.name.split("_")]
        heading = self.title or " ".join(words)
        return heading[0].upper() + heading[1:]

    @property
    def options(self) -> tuple[str, ...]:
        """The options that the derivation accepts, “activation” or “cell”, say."""
        if self.derivation is None:
            return ()
        parameters = inspect.signature(self.derivation).parameters.values()
        return tuple(
            p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        )

    def theorems(self, **options: Any) -> tuple[Theorem, ...]:
        """Return the theorems of the derivation, checking every step; () where there is none.

        Raises
        ------
        UnknownNameError
            If the derivation has no such option.
        """
        for option in options:
            if option not in self.options:
                has = f"it has {', '.join(self.options)}" if self.options else "leave it out"
                raise UnknownNameError(option, f"is no option of {self.name}", has)
        if self.derivation is None:
            return ()
        found = self.derivation(**options)
        return found if isinstance(found, tuple) else (found,)

    def _repr_html_(self) -> str:
        title = html.escape(self.heading)
        return f"<p><b>{title}</b>: {html.escape(self.statement)}</p>"


_SPELLED = {
    "elu": "ELU",
    "gelu": "GELU",
    "gru": "GRU",
    "jacobian": "Jacobian",
    "lstm": "LSTM",
    "relu": "ReLU",
    "silu": "SiLU",
}

_REGISTER: ContextVar[list[Claim] | None] = ContextVar("claims of the script being loaded")

Investigated = TypeVar("Investigated", bound=Callable[..., object])


@contextmanager
def registering() -> Iterator[list[Claim]]:
    """Collect the claims that are declared within the block, in their order."""
    found: list[Claim] = []
    token = _REGISTER.set(found)
    try:
        yield found
    finally:
        _REGISTER.reset(token)


def claim(
    statement: str,
    *,
    scope: str = "universal",
    expected: str = "holds",
    latex: str = "",
    source: Source | None = None,
    uses: Iterable[str] = (),
    derivation: Derivation | None = None,
    necessity: Iterable[Necessity] = (),
    title: str = "",
    chapter: str | None = None,
    formal: Iterable[str] = (),
) -> Callable[[Investigation], Claim]:
    """Declare a claim; decorates the function that yields its evidence.

    Parameters
    ----------
    statement
        The statement in words and Unicode formulas.
    scope
        ``"universal"``, ``"existential"`` or ``"instance"``.
    expected
        ``"holds"``, ``"fails"`` or ``"undecided"``: the verdict that the check must reach.
    latex
        The statement as LaTeX; by default the theorems of the derivation supply it.
    source
        Where the statement is made or proved.
    uses
        Names of claims that the evidence rests on, besides those that the derivation uses.
    derivation
        Returns the theorem (or theorems) that are the statement. Its parameters are the options
        of ``gradproof derive``: ``activation``, ``cell``.
    title
        The heading in the book; by default the name in words.
    chapter
        A value of :class:`~gradproof.claims.chapters.Chapter`; by default the book finds it by what
        the theorems are about.
    formal
        Names of theorems of the Coq theories, ``"activations.tanh_derivative_range"``, that
        together say the whole statement; of a claim that is expected to fail, that refute it.
    necessity
        For conditions of these theorems, a :class:`~gradproof.hypotheses.declared.Without` with an
        instance at which the statement fails without it, or a
        :class:`~gradproof.hypotheses.declared.NotKnownToNeed`.

    Raises
    ------
    InputError
        If ``scope``, ``expected`` or ``chapter`` is no such word, the statement is empty, or
        ``necessity`` holds something else.

    >>> from gradproof.claims.evidence import floating
    >>> @claim("1 + 1 = 2", scope="instance")
    ... def one_and_one(run):
    ...     yield floating(lambda: None, about="nothing")
    >>> one_and_one.name
    'one_and_one'
    """
    if not statement.strip():
        raise InputError("statement", "is empty", "say what is claimed")
    for argument, value, words in (
        ("scope", scope, [s.value for s in Scope]),
        ("expected", expected, [v.value for v in Verdict]),
        ("chapter", chapter, [None, *(c.value for c in Chapter)]),
    ):
        if value not in words:
            raise InputError(
                argument, f"is {value!r}", f"use one of {', '.join(filter(None, words))}"
            )

    declared_necessity, declared_formal = tuple(necessity), tuple(formal)
    for item in declared_necessity:
        if not isinstance(item, Without | NotKnownToNeed):
            raise InputError("necessity", f"holds {item!r}", "give Without or NotKnownToNeed")
    if Verdict(expected) is Verdict.UNDECIDED and declared_formal:
        raise InputError(
            "formal", f"names {declared_formal[0]}", "expect holds or fails of what is proved"
        )

    def declare(investigate: Investigation) -> Claim:
        function = inspect.unwrap(investigate)
        declared = Claim(
            name=function.__name__,
            statement=statement,
            investigate=investigate,
            scope=Scope(scope),
            expected=Verdict(expected),
            latex=latex,
            source=source,
            uses=tuple(uses),
            derivation=derivation,
            necessity=declared_necessity,
            path=Path(function.__code__.co_filename),
            line=function.__code__.co_firstlineno,
            title=title,
            chapter=None if chapter is None else Chapter(chapter),
            formal=declared_formal,
        )
        register = _REGISTER.get(None)
        if register is not None:
            register.append(declared)
        return declared

    return declare
