"""Whether the quotations stand in the article, at the lines that are given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from gradproof.audit.statement import Section, Statement
from gradproof.errors import InputError

__all__ = ["LARGEST_ARTICLE", "missing_words", "require_quotations"]

#: Nobody writes an article of ten megabytes.
LARGEST_ARTICLE = 10_000_000


def missing_words(statement: Statement, lines: list[str]) -> list[str]:
    """Return the words of the quotation that don't stand at its lines.

    Formulas are written otherwise here than in the text file, which has TeX: only words of four
    letters or more are looked up, in any case and order.
    """
    first, last = statement.lines
    there = set(_words(" ".join(lines[first - 1 : last])))
    return [word for word in _words(statement.quote) if word not in there]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{4,}", text.lower())


def require_quotations(sections: Iterable[Section], article: Path) -> None:
    """Look up every quotation.

    Raises
    ------
    InputError
        If the article can't be read, or a quotation doesn't stand where it is said to.
    """
    try:
        with article.open("rb") as stream:
            text = stream.read(LARGEST_ARTICLE + 1)
        if len(text) > LARGEST_ARTICLE:
            raise InputError("--article", "is too large", "name the article's text")
        lines = text.decode().splitlines()
    except (OSError, ValueError) as error:
        raise InputError("--article", f"can't be read ({error})", "name a text file") from error
    for section in sections:
        for statement in section.statements:
            lost = missing_words(statement, lines)
            if lost:
                problem = f"quotes words that don't stand at lines {statement.lines}: {lost}"
                raise InputError(statement.name, problem, "mend the quotation or the lines")
