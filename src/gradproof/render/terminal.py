"""A report on the terminal: a table, what needs a word, and one line of summary."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gradproof.claims.check import ClaimReport, Report
from gradproof.claims.claim import Claim
from gradproof.verdict import Verdict

__all__ = ["print_claims", "print_report"]

_STYLES = {Verdict.HOLDS: "green", Verdict.FAILS: "magenta", Verdict.UNDECIDED: "yellow"}


def print_report(report: Report, console: Console) -> None:
    """Print the table, the claims that aren't as declared, and the summary."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("claim", overflow="fold")
    for heading in ("scope", "verdict", "grade"):
        table.add_column(heading, no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    for item in report.claims:
        verdict = item.judgement.verdict
        shown = Text(verdict.value, style=_STYLES[verdict])
        if not item.as_declared:
            shown.append(f" ✗ declared: {item.claim.expected.value}", style="bold red")
        elif verdict is not Verdict.HOLDS:
            shown.append(", as declared", style="dim")
        table.add_row(
            item.claim.name,
            item.claim.scope.value,
            shown,
            item.judgement.grade.value,
            f"{item.seconds:.2f}",
        )
    console.print(table)
    for item in report.claims:
        if not item.as_declared:
            _print_surprise(item, console)
    console.print()
    console.print(_summary(report))


def _print_surprise(item: ClaimReport, console: Console) -> None:
    claim, judgement = item.claim, item.judgement
    console.print()
    console.print(
        f"[bold red]✗[/] [bold]{escape(claim.name)}[/] ({escape(str(claim.path))}:{claim.line})"
    )
    for label, words in (("claimed", claim.statement), ("found", judgement.reason)):
        console.print(f"  {label + ':':9}{escape(words)}", highlight=False, soft_wrap=True)
    if judgement.witness is not None:
        for name, value in judgement.witness.values.items():
            console.print(f"    {escape(name)} = {escape(value)}", highlight=False, soft_wrap=True)


def _summary(report: Report) -> Text:
    total = len(report.claims)
    verdicts = [item.judgement.verdict for item in report.claims]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {_COUNTED[verdict]}"
        for verdict in Verdict
        if verdict in verdicts
    )
    wrong = sum(not item.as_declared for item in report.claims)
    ending = "all as declared" if wrong == 0 else f"{wrong} NOT as declared"
    style = "bold green" if wrong == 0 else "bold red"
    noun = "claim" if total == 1 else "claims"
    return Text.assemble(
        f"{total} {noun}: {counts}; ", (ending, style), f" ({report.seconds:.1f} s)"
    )


_COUNTED = {Verdict.HOLDS: "holding", Verdict.FAILS: "refuted", Verdict.UNDECIDED: "undecided"}


def print_claims(claims: Iterable[Claim], console: Console) -> None:
    """Print names, scopes and statements."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("claim", no_wrap=True)
    table.add_column("scope", no_wrap=True)
    table.add_column("expected", no_wrap=True)
    table.add_column("statement", overflow="fold")
    for claim in claims:
        table.add_row(claim.name, claim.scope.value, claim.expected.value, Text(claim.statement))
    console.print(table)
