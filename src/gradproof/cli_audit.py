"""The command that audits the article."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradproof.cli_formal import Formal, formal_theorems
from gradproof.cli_output import console, progress_bar, require_folder, write

if TYPE_CHECKING:
    from gradproof.audit.statement import Section, Statement

__all__ = ["audit"]

EXIT_INCOMPLETE = 1


def audit(
    select: Annotated[
        str | None,
        typer.Option("--select", metavar="PATTERN", help="Only statements whose id matches."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page of its own.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as PDF (needs LaTeX).")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write it as JSON.")
    ] = None,
    article: Annotated[
        Path | None,
        typer.Option("--article", metavar="FILE", help="Look up each quotation in this text."),
    ] = None,
    formal: Formal = False,
) -> None:
    """Check what the article says, statement by statement, and print a verdict for each.

    Exit codes: 0 every statement has its verdict, 1 one hasn't, 2 wrong usage.
    """
    from gradproof.audit.audit import audit as audit_sections
    from gradproof.audit.load import load_sections, shipped_article
    from gradproof.audit.quotations import require_quotations
    from gradproof.claims.load import is_selected, load_claims, shipped_proofs
    from gradproof.errors import UnknownNameError
    from gradproof.render.audit_terminal import print_audit

    for target, option in ((html, "--html"), (pdf, "--pdf"), (json_file, "--json")):
        require_folder(target, option)
    sections = load_sections(shipped_article())
    if article is not None:
        require_quotations(sections, article)

    def wanted(statement: Statement) -> bool:
        return select is None or is_selected(statement.name, select)

    total = sum(wanted(statement) for section in sections for statement in section.statements)
    if not total:
        known = ", ".join(_names(sections)[:5])
        problem = f"{select!r} matches no statement"
        raise UnknownNameError("--select", problem, f"ids are such as {known}")
    shown_on = console()
    claims = {claim.name: claim for claim in load_claims([shipped_proofs()])}
    theorems = formal_theorems(claims.values(), shown_on) if formal else {}
    with progress_bar(shown_on, total) as progress:
        task = progress.add_task("", total=total)
        report = audit_sections(
            sections,
            claims,
            formal=theorems,
            wanted=wanted,
            before=lambda statement: progress.update(task, description=statement.name),
            after=lambda _finding: progress.advance(task),
        )
    print_audit(report, shown_on)
    if json_file is not None:
        from gradproof.render.audit_json import audit_as_json

        write(json_file, audit_as_json(report).encode())
    if html is not None:
        from gradproof.render.audit_html import audit_as_html

        write(html, audit_as_html(report).encode())
    if pdf is not None:
        from gradproof.render.audit_latex import audit_as_latex
        from gradproof.render.pdf import latex_as_pdf

        write(pdf, latex_as_pdf(audit_as_latex(report)))
    if not report.is_complete:
        raise typer.Exit(EXIT_INCOMPLETE)


def _names(sections: tuple[Section, ...]) -> list[str]:
    return [statement.name for section in sections for statement in section.statements]
