"""Analyses of recurrent layers on the terminal: one in full, or a table of many."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from gradproof.analysis.analyse import GateAnalysis, LayerAnalysis
from gradproof.analysis.criteria import Criterion
from gradproof.growth.decision import Decision
from gradproof.render.analysis_json import AnalysedLayer, Problem
from gradproof.render.analysis_words import (
    HEADLINES,
    certificate,
    certificate_in_words,
    decision_in_words,
    kind_in_words,
    rounded_down,
    rounded_up,
    shown_enclosure,
    shown_rates,
)
from gradproof.weights.layers import Kind
from gradproof.weights.stored import printable

__all__ = ["print_analysis", "print_problems", "print_table"]

_STYLES = {
    Decision.DECAY: "bold yellow",
    Decision.EXPLOSION_POSSIBLE: "bold red",
    Decision.UNDECIDED: "bold",
}
#: Sentences don't get longer than this, however wide the terminal is.
_WIDEST_TEXT = 100
_INDENT = "  "


def print_analysis(analysed: AnalysedLayer, console: Console) -> None:
    """Print all that is known of one layer."""
    analysis = analysed.analysis
    title = Text(printable(analysed.found.name), "bold")
    console.print(title.append(f"  in {_file(analysed.file)}", "dim"), soft_wrap=True)
    described = f"{kind_in_words(analysis)} ({analysed.found.convention.value} names)"
    _print_sentences([described], console, indent="")
    console.print()
    if analysis.layer.kind is Kind.SIMPLE:
        gate = analysis.gates["h"]
        _print_rows(
            [
                ("spectral radius ρ(W)", shown_enclosure(gate.radius)),
                ("norm ‖W‖", shown_enclosure(gate.norm)),
            ],
            console,
        )
        console.print()
        _print_criteria(analysis.criteria, console)
    else:
        rows = [_gate_row(label, gate) for label, gate in analysis.gates.items()]
        bounded = (
            "" if math.isinf(analysis.inputs_within) else f", |x_j| ≤ {analysis.inputs_within:g}"
        )
        _print_rows([("gate", "ρ(W)", "‖W‖", f"values{bounded}"), *rows], console, heading=True)
    console.print()
    verdict = Text("decision: ").append(HEADLINES[analysis.decision], _STYLES[analysis.decision])
    console.print(verdict.append(f"  (rate {shown_rates(analysis)})"), soft_wrap=True)
    _print_sentences(decision_in_words(analysis), console)
    proof = certificate_in_words(certificate(analysis))
    if proof is not None:
        console.print()
        console.print(Text("certificate"))
        _print_sentences([f"{proof}."], console)
    _print_run(analysis, console)
    console.print()
    console.print(Text(f"{analysis.seconds:.1f} s", "dim"))


def _print_criteria(criteria: Sequence[Criterion], console: Console) -> None:
    """Print what classical criteria say; the reason stands below where it has no room beside."""
    if not criteria:
        return
    heading = ("criterion", "met", "commonly concluded", "entitled", "here")
    rows = [
        (
            criterion.formula,
            {True: "yes", False: "no", None: "unknown"}[criterion.met],
            criterion.conclusion,
            "" if criterion.concludes_nothing else criterion.entitled.value,
            "" if criterion.concludes_nothing else criterion.agreement.value,
        )
        for criterion in criteria
    ]
    widths = _widths([heading, *rows])
    reason_at = sum(widths) + 2 * len(widths) + len(_INDENT)
    beside = reason_at + max(len(c.reason) for c in criteria) <= console.width
    for position, row in enumerate([heading, *rows]):
        text = _INDENT + _joined(row, widths)
        line = Text(text.ljust(reason_at - 2) if beside else text, "bold" if position == 0 else "")
        reason = "why" if position == 0 else criteria[position - 1].reason
        if beside:
            line.append("  " + reason)
        console.print(line, soft_wrap=True)
        if position and not beside:
            console.print(Text(_INDENT * 2 + reason, "dim"), soft_wrap=True)


def _gate_row(label: str, gate: GateAnalysis) -> tuple[str, ...]:
    values = "" if gate.range is None else _values(gate)
    return label, shown_enclosure(gate.radius), shown_enclosure(gate.norm), values


def _values(gate: GateAnalysis) -> str:
    assert gate.range is not None
    # What 1 − gate exceeds is at most what it falls short of, so both ends are safe.
    least = 1.0 - float(gate.range.off.max())
    return f"{rounded_down(max(least, 0.0), 3)} … {rounded_up(float(gate.range.upper.max()), 3)}"


def _print_run(analysis: LayerAnalysis, console: Console) -> None:
    run = analysis.run
    if run is None:
        return
    steps, log = run.steps[-1], float(run.logs[-1])
    size = "0" if log == -math.inf else f"10^{log / math.log(10):.1f}"
    peak = int(run.logs.argmax())
    whole = (
        f"Measured along the given inputs, in float64: ‖Φ‖ = {size} after {_steps(steps)}, "
        f"a rate of {run.rate:.4g} per step."
    )
    sentences = [whole]
    if 0 < peak < len(run.steps) - 1:
        largest = f"10^{run.logs[peak] / math.log(10):.1f}"
        sentences.append(f"It is largest after {_steps(run.steps[peak])}: {largest}.")
    enclosed = analysis.run_log
    if enclosed is not None and math.isfinite(enclosed.lower):
        ends = [enclosed.lower / math.log(10), enclosed.upper / math.log(10)]
        # Seven digits: a power of ten is known less well than its rounded logarithm.
        shown = f"10^[{rounded_down(ends[0], 7)}, {rounded_up(ends[1], 7)}]"
        sentences.append(f"Enclosed, for the slopes as recorded on that run: ‖Φ‖ in {shown}.")
    if analysis.layer.input_size is None:
        sentences.append("The file holds no input weights: inputs went to the units directly.")
    console.print()
    console.print(Text("run"))
    _print_sentences(sentences, console)


def _steps(number: int) -> str:
    return f"{number} step" if number == 1 else f"{number} steps"


_HEADINGS = ("file", "layer", "kind", "units", "ρ(W)", "‖W‖", "decision", "rate", "seconds")
_NAMES = 2
_NARROWEST_NAME = 16


def print_table(layers: Sequence[AnalysedLayer], console: Console) -> None:
    """Print one line for each layer; names are shortened at the left where they don't fit."""
    folder = _common_folder([layer.file for layer in layers])
    rows = [_table_row(layer, folder) for layer in layers]
    widths = _widths([_HEADINGS, *rows])
    room = console.width - sum(widths[_NAMES:]) - 2 * (len(widths) - 1)
    if sum(widths[:_NAMES]) > room and room < 2 * _NARROWEST_NAME:
        _print_narrow(layers, rows, console)
        return
    if sum(widths[:_NAMES]) > room:
        second = min(widths[1], max(room // 2, room - widths[0]))
        widths[:_NAMES] = [room - second, second]
    for position, row in enumerate([_HEADINGS, *rows]):
        names = [_shortened(name, width) for name, width in zip(row, widths[:_NAMES], strict=False)]
        line = Text(_joined((*names, *row[_NAMES:]), widths), "bold" if position == 0 else "")
        if position:
            line.highlight_words([row[6]], _STYLES[layers[position - 1].analysis.decision])
        console.print(line, soft_wrap=True)


def _print_narrow(
    layers: Sequence[AnalysedLayer], rows: Sequence[tuple[str, ...]], console: Console
) -> None:
    """Print names on a line of their own, and the numbers below them."""
    shown = [(_INDENT + row[2], *row[3:]) for row in rows]
    heading = (_INDENT + _HEADINGS[2], *_HEADINGS[3:])
    widths = _widths([heading, *shown])
    console.print(Text(_joined(heading, widths), "bold"), soft_wrap=True)
    for layer, row, numbers in zip(layers, rows, shown, strict=True):
        name = _shortened(f"{row[0]}: {row[1]}", console.width)
        console.print(Text(name), soft_wrap=True)
        line = Text(_joined(numbers, widths))
        line.highlight_words([row[6]], _STYLES[layer.analysis.decision])
        console.print(line, soft_wrap=True)


def _common_folder(files: Sequence[Path]) -> Path:
    """Return the folder that all the files are in, so that it needn't be repeated."""
    parents = {file.parent for file in files}
    return parents.pop() if len(parents) == 1 else Path()


def _table_row(layer: AnalysedLayer, folder: Path) -> tuple[str, ...]:
    analysis = layer.analysis
    simple = analysis.gates.get("h")
    return (
        _file(Path(layer.file.name) if layer.file.parent == folder else layer.file),
        printable(layer.found.name),
        analysis.layer.kind.value,
        str(analysis.layer.size),
        shown_enclosure(simple.radius) if simple else "",
        shown_enclosure(simple.norm) if simple else "",
        HEADLINES[analysis.decision].removeprefix("gradients "),
        shown_rates(analysis, 3),
        f"{analysis.seconds:.1f}",
    )


def print_problems(problems: Sequence[Problem], console: Console) -> None:
    """Print which files weren't analysed, and why."""
    for problem in problems:
        mark, style = ("–", "dim") if problem.skipped else ("✗", "bold red")
        console.print(Text(f"{mark} {printable(problem.message, most=600)}", style), soft_wrap=True)


def _file(path: Path) -> str:
    return printable(str(path), most=300)


def _shortened(name: str, width: int) -> str:
    return name if len(name) <= width else "…" + name[len(name) - width + 1 :]


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _joined(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _print_rows(
    rows: Sequence[tuple[str, ...]], console: Console, *, heading: bool = False
) -> None:
    widths = _widths(rows)
    for position, row in enumerate(rows):
        style = "bold" if heading and position == 0 else ""
        console.print(Text(_INDENT + _joined(row, widths), style), soft_wrap=True)


def _print_sentences(sentences: Sequence[str], console: Console, *, indent: str = _INDENT) -> None:
    width = min(console.width, _WIDEST_TEXT)
    for sentence in sentences:
        for line in textwrap.wrap(
            sentence, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ):
            console.print(Text(line), soft_wrap=True)
