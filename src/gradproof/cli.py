"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gradproof.cli_analyze import analyze
from gradproof.cli_audit import audit
from gradproof.cli_certificates import certify, verify
from gradproof.cli_formal import Formal, formal_theorems
from gradproof.cli_output import console, progress_bar, require_folder, write
from gradproof.errors import ContradictionError, GradproofError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from gradproof.claims.check import Report
    from gradproof.claims.claim import Claim
    from gradproof.formal.theories import FormalTheorem
    from gradproof.symbolic.kernel.derivation import Theorem

__all__ = ["app", "main"]

EXIT_NOT_AS_DECLARED = 1
EXIT_USAGE = 2
EXIT_CONTRADICTION = 3

app = typer.Typer(
    name="gradproof",
    help="Machine-checked mathematics of vanishing and exploding gradients.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ProfileName(enum.StrEnum):
    """How many random cases are tried."""

    QUICK = "quick"
    CI = "ci"
    THOROUGH = "thorough"


class Layout(enum.StrEnum):
    """Which index of a Jacobian counts the function."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class DerivationFormat(enum.StrEnum):
    """How a derivation is written."""

    TEXT = "text"
    LATEX = "latex"
    PDF = "pdf"
    HTML = "html"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH", help="Proof scripts or folders of them (default: those shipped)."
    ),
]
Select = Annotated[
    str | None,
    typer.Option(
        "--select", metavar="PATTERN", help="Only claims whose name matches, e.g. 'tanh*'."
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from gradproof import __version__

        typer.echo(f"gradproof {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


@app.command()
def check(
    paths: Paths = None,
    select: Select = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="FILE", help="Write the report as JSON ('-': standard output)."
        ),
    ] = None,
    profile: Annotated[
        ProfileName, typer.Option(help="How many random cases are tried.")
    ] = ProfileName.CI,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same cases.")] = 0,
    formal: Formal = False,
) -> None:
    """Check claims and print a verdict with its grade for each.

    Exit codes: 0 all as declared, 1 something isn't, 2 wrong usage, 3 contradiction in the tool.
    """
    from gradproof.render.terminal import print_report

    require_folder(json_file, "--json")
    claims = _load(paths, select)
    to_standard_output = json_file is not None and str(json_file) == "-"
    shown_on = console(to_error=to_standard_output)
    theorems = formal_theorems(claims, shown_on) if formal else {}
    report = _checked(claims, profile.value, seed, shown_on, theorems)
    print_report(report, shown_on)
    if json_file is not None:
        _write_json(report, json_file, to_standard_output)
    if not report.as_declared:
        raise typer.Exit(EXIT_NOT_AS_DECLARED)


def _checked(
    claims: Sequence[Claim],
    profile: str,
    seed: int,
    shown_on: Console,
    formal: Mapping[str, FormalTheorem],
) -> Report:
    """Check the claims behind a progress bar."""
    from gradproof.claims.check import check as check_claims

    with progress_bar(shown_on, len(claims)) as progress:
        task = progress.add_task("", total=len(claims))
        return check_claims(
            claims,
            profile=profile,
            seed=seed,
            formal=formal,
            before=lambda claim: progress.update(task, description=claim.name),
            after=lambda _report: progress.advance(task),
        )


def _write_json(report: Report, target: Path, to_standard_output: bool) -> None:
    from gradproof.render.json import report_as_json

    document = report_as_json(report)
    if to_standard_output:
        typer.echo(document, nl=False)
    else:
        write(target, document.encode())


@app.command(name="list")
def list_claims(paths: Paths = None, select: Select = None) -> None:
    """List the claims with their statements."""
    from gradproof.render.terminal import print_claims

    print_claims(_load(paths, select), console())


@app.command()
def derive(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A claim that has a derivation.")],
    paths: Paths = None,
    output_format: Annotated[
        DerivationFormat, typer.Option("--format", help="How to write it.")
    ] = DerivationFormat.TEXT,
    steps: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="T", help="State it for n = T steps, written out."),
    ] = None,
    layout: Annotated[
        Layout, typer.Option(help="Rows count functions (numerator) or variables (denominator).")
    ] = Layout.NUMERATOR,
    activation: Annotated[
        str | None, typer.Option(metavar="A", help="State it for this activation.")
    ] = None,
    cell: Annotated[str | None, typer.Option(metavar="C", help="State it for this cell.")] = None,
    numbers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Show each step at W (U, b, h, x, n, …) of this file."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")
    ] = None,
) -> None:
    """Print the derivation of a claim with the law that justifies each step."""
    from gradproof.errors import InputError, UnknownNameError
    from gradproof.hypotheses.necessity import examine
    from gradproof.render.derivation import derivation_as_latex, derivation_as_text
    from gradproof.render.html import derivation_as_html
    from gradproof.render.numbers_file import load_numbers
    from gradproof.render.restated import restated_for
    from gradproof.render.values import Numbers

    if output_format is DerivationFormat.PDF and output is None:
        raise InputError("--output", "is missing", "name a file for the PDF")
    require_folder(output, "--output")
    given = None if numbers is None else Numbers(load_numbers(numbers))
    claims = _load(paths, None)
    derivable = {claim.name: claim for claim in claims if claim.derivation is not None}
    if name not in derivable:
        known = ", ".join(derivable)
        state = "has no derivation" if name in {c.name for c in claims} else "is no claim"
        raise UnknownNameError("NAME", f"{name!r} {state}", f"use one of {known}")
    claim = derivable[name]
    theorems = _theorems(claim, claims, {"activation": activation, "cell": cell})
    shown: Sequence[Theorem] = theorems if steps is None else _after_steps(theorems, steps)
    if layout is Layout.DENOMINATOR:
        from gradproof.symbolic.differential import in_denominator_layout

        shown = [in_denominator_layout(theorem) for theorem in shown]
    written = {
        DerivationFormat.TEXT: derivation_as_text,
        DerivationFormat.HTML: derivation_as_html,
    }.get(output_format, derivation_as_latex)
    conditions, _ = examine(shown, claim.necessity)
    restated = restated_for(cell=cell, activation=activation)
    document = written(claim, shown, given, restated=restated, conditions=conditions).encode()
    if output_format is DerivationFormat.PDF:
        from gradproof.render.pdf import latex_as_pdf

        document = latex_as_pdf(document.decode())
    if output is None:
        typer.echo(document, nl=False)
    else:
        write(output, document)
    if given is not None and given.contradictions:
        raise ContradictionError(
            f"{name}: at the given numbers {given.contradictions[0]} is false beyond rounding"
        )


def _theorems(
    claim: Claim, claims: Sequence[Claim], options: dict[str, str | None]
) -> tuple[Theorem, ...]:
    """Return the theorems for the chosen options; refuse an option that the claim hasn't."""
    from gradproof.errors import UnknownNameError
    from gradproof.symbolic.instances.activation_values import ACTIVATIONS
    from gradproof.symbolic.theorems.cells import GATED_CELLS

    chosen = {option: value for option, value in options.items() if value is not None}
    for option in chosen:
        if option not in claim.options:
            accepting = ", ".join(c.name for c in claims if option in c.options) or "none"
            problem = f"is given, but {claim.name} is for no {option} of choice"
            raise UnknownNameError(f"--{option}", problem, f"these claims accept it: {accepting}")
    activation = chosen.get("activation")
    if activation is not None and activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise UnknownNameError("--activation", f"is {activation!r}", f"use one of {known}")
    if activation is not None and chosen.get("cell") in GATED_CELLS:
        problem = f"is given, but the {chosen['cell']} has activations of its own"
        raise UnknownNameError("--activation", problem, "leave it out")
    try:
        return claim.theorems(**chosen)
    except KeyError as error:
        words = ", ".join(f"--{option} {value}" for option, value in chosen.items())
        raise UnknownNameError(words, "isn't known", "choose another") from error


@app.command()
def book(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="book.tex, book.pdf or book.html"),
    ],
    paths: Paths = None,
    select: Select = None,
    formal: Formal = False,
) -> None:
    """Write all claims with verdicts, derivations and witnesses, in order of use, as a book."""
    from gradproof.errors import InputError

    if output.suffix not in (".tex", ".pdf", ".html"):
        problem = "name a file that ends in .tex, .pdf or .html"
        raise InputError("--output", f"is {output}", problem)
    require_folder(output, "--output")
    claims = _load(paths, select)
    theorems = formal_theorems(claims, console()) if formal else {}
    report = _checked(claims, "quick", 0, console(), theorems)
    if output.suffix == ".html":
        from gradproof.render.book_html import book_as_html

        document = book_as_html(report).encode()
    else:
        from gradproof.render.book import book_as_latex
        from gradproof.render.pdf import latex_as_pdf

        latex = book_as_latex(report)
        document = latex.encode() if output.suffix == ".tex" else latex_as_pdf(latex)
    write(output, document)


app.command()(analyze)
app.command()(audit)
app.command()(certify)
app.command()(verify)


def _after_steps(theorems: Sequence[Theorem], steps: int) -> list[Theorem]:
    """Return those of the theorems that speak of n steps, for a given n."""
    from gradproof.errors import UnknownNameError
    from gradproof.symbolic.differential import after_steps
    from gradproof.symbolic.theorems.recurrence import STEPS

    about_steps = [t for t in theorems if STEPS in t.proposition.free_symbols]
    if not about_steps:
        problem = "is given, but nothing in this claim is about n steps"
        raise UnknownNameError("--steps", problem, "leave it out")
    return [after_steps(theorem, STEPS, steps) for theorem in about_steps]


def _load(paths: Sequence[Path] | None, select: str | None) -> list[Claim]:
    from gradproof.claims.load import load_claims, shipped_proofs
    from gradproof.claims.load import select as select_claims

    return select_claims(load_claims(paths or [shipped_proofs()]), select)


def main(script: str | None = None) -> NoReturn:
    """Run the command line; a proof script calls ``main(__file__)`` to check itself."""
    arguments = ["check", script, *sys.argv[1:]] if script is not None else sys.argv[1:]
    try:
        code = app(args=arguments, prog_name="gradproof", standalone_mode=False)
    except GradproofError as error:
        kind = "contradiction" if isinstance(error, ContradictionError) else "error"
        typer.echo(f"gradproof: {kind}: {error}", err=True)
        sys.exit(EXIT_CONTRADICTION if isinstance(error, ContradictionError) else EXIT_USAGE)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        # Typer's own usage errors know how to show themselves.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        sys.exit(EXIT_USAGE)
    sys.exit(code if isinstance(code, int) else 0)
