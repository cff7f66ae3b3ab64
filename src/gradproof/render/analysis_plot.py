"""A picture of one analysed layer: eigenvalues, gradients over the steps, and their product.

Needs the extra ``plot``.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.analysis.analyse import LayerAnalysis
from gradproof.analysis.runs import MeasuredGradients, measure, repeated
from gradproof.arrays import Array
from gradproof.errors import GradproofError, InputError, MissingProgramError
from gradproof.growth.decision import Decision
from gradproof.render.analysis_json import AnalysedLayer
from gradproof.render.analysis_words import (
    HEADLINES,
    certificate,
    kind_in_words,
    power,
    rounded_down,
    rounded_up,
    shown_rates,
)
from gradproof.weights.layers import Kind
from gradproof.weights.stored import printable

__all__ = ["analysis_as_picture", "require_plot"]

BLUE, ORANGE, GREEN, VIOLET, GREY = "#1a6fb0", "#c76a00", "#2a7d3b", "#a0308f", "#777777"
_FORMATS = (".png", ".svg", ".pdf")
_STEPS = 100
_TEN = math.log(10)


def require_plot(target: Path, /) -> None:
    """Refuse, before any work is done, a file that couldn't be drawn.

    Raises
    ------
    InputError
        If its name ends otherwise than in .png, .svg or .pdf.
    MissingProgramError
        If matplotlib isn't installed.
    """
    if target.suffix not in _FORMATS:
        raise InputError("--plot", f"names {target}", f"name a file {', '.join(_FORMATS)}")
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        problem = "isn't installed"
        raise MissingProgramError("Matplotlib", problem, "pip install 'gradproof[plot]'") from error


def analysis_as_picture(analysed: AnalysedLayer, suffix: str, /) -> bytes:
    """Return a picture in the format "png", "svg" or "pdf"; the same every time."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    analysis = analysed.analysis
    run, label = _run(analysis)
    settings: Any = {"svg.hashsalt": "gradproof", "font.size": 9, "axes.titlesize": 10}
    with mpl.rc_context(settings):
        # Placed by hand: the solver of Matplotlib's layouts isn't the same to the last bit.
        figure = Figure(figsize=(13, 4.5))
        figure.subplots_adjust(left=0.06, right=0.955, bottom=0.11, top=0.84, wspace=0.2)
        left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1.45, 1.1))
        figure.suptitle(_title(analysed), fontsize=11, y=0.985)
        _draw_eigenvalues(left, analysis)
        _draw_norms(middle, analysis, run, label)
        _draw_product(figure, right, analysis, run)
        target = io.BytesIO()
        metadata = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
        figure.savefig(target, format=suffix, dpi=150, metadata=metadata[suffix])
    return target.getvalue()


def _plain(text: str) -> str:
    """Return a text in which matplotlib finds no formula."""
    return text.replace("$", r"\$")


def _title(analysed: AnalysedLayer) -> str:
    analysis = analysed.analysis
    name = _plain(printable(f"{analysed.file.name}: {analysed.found.name}", most=90))
    verdict = f"{HEADLINES[analysis.decision]} (rate {shown_rates(analysis)})"
    return f"{name}\n{kind_in_words(analysis)}: {verdict}"


def _run(analysis: LayerAnalysis) -> tuple[MeasuredGradients | None, str]:
    """Return the given run, or one along random inputs, and what to call it."""
    if analysis.run is not None:
        return analysis.run, "measured, given inputs"
    layer = analysis.layer
    width = layer.size if layer.input_size is None else layer.input_size
    inputs = np.random.default_rng(0).standard_normal((_STEPS, width))
    if math.isfinite(analysis.inputs_within):
        inputs = np.clip(inputs, -analysis.inputs_within, analysis.inputs_within)
    try:
        found = measure(layer, inputs, activation=analysis.activation or "tanh")
    except GradproofError:  # an unbounded activation can leave the range of float64
        return None, ""
    return found, "measured, random inputs"


def _draw_eigenvalues(axes: Any, analysis: LayerAnalysis) -> None:
    angles = np.linspace(0, 2 * math.pi, 361)
    axes.fill(np.cos(angles), np.sin(angles), color=BLUE, alpha=0.06, linewidth=0)
    axes.plot(np.cos(angles), np.sin(angles), color=GREY, linewidth=0.9)
    largest = 1.0
    colours = (BLUE, ORANGE, GREEN, VIOLET)
    for (label, gate), colour in zip(analysis.layer.gates.items(), colours, strict=False):
        values = np.linalg.eigvals(gate.recurrent)
        values = values[np.isfinite(values)]
        largest = max(largest, float(np.abs(values).max(initial=0.0)))
        axes.plot(
            values.real,
            values.imag,
            ".",
            color=colour,
            markersize=9 if len(values) <= 32 else 6 if len(values) <= 128 else 3,
            alpha=0.8,
            markeredgewidth=0,
            label=f"$W_{label}$",
        )
    simple = analysis.layer.kind is Kind.SIMPLE
    if not simple:
        axes.legend(loc="upper right", fontsize=8, handletextpad=0.1, borderpad=0.3)
    axes.set_xlim(-1.08 * largest, 1.08 * largest)
    axes.set_ylim(-1.08 * largest, 1.08 * largest)
    axes.set_aspect("equal")
    axes.set_title("eigenvalues of W and the unit disc" if simple else "eigenvalues of each gate")
    axes.set_xlabel("real part")
    axes.set_ylabel("imaginary part")


def _draw_norms(
    axes: Any, analysis: LayerAnalysis, run: MeasuredGradients | None, label: str
) -> None:
    last = _STEPS if run is None else run.steps[-1]
    n = np.array([0.0, last])
    if math.isfinite(analysis.constant) and 0 < analysis.rate_upper < math.inf:
        logs = math.log(analysis.constant) + n * math.log(analysis.rate_upper)
        bound = power(analysis.constant, rounded_up(analysis.rate_upper), "$^n$")
        _line(axes, n, logs, ORANGE, f"proved: at most {bound}", "-")
    if analysis.decision is Decision.EXPLOSION_POSSIBLE:
        slopes = getattr(certificate(analysis), "slopes", None)
        if slopes is not None:
            W = analysis.layer.gates["h"].recurrent
            found = repeated(W, np.atleast_2d(slopes), last)
            _line(axes, np.array(found.steps), found.logs, VIOLET, "under the inputs found", "-")
        logs, rate = n * math.log(analysis.rate_lower), rounded_down(analysis.rate_lower, 4)
        _line(axes, n, logs, "black", f"proved there: at least {rate}$^n$", ":")
    if run is not None:
        _line(axes, np.array(run.steps), run.logs, BLUE, label, "-")
    radius = analysis.gates["h"].radius if "h" in analysis.gates else None
    if radius is not None and radius.upper > 0:
        _line(axes, n, n * math.log(radius.upper), GREY, "$\\rho(W)^n$", "--")
    axes.axhline(0, color="black", linewidth=0.6)
    of = "(h, c)" if analysis.layer.kind is Kind.LSTM else "h"
    axes.set_title(f"‖∂{of}$_n$/∂{of}$_0$‖ over the steps")
    axes.set_xlabel("step n")
    axes.set_xlim(0, last)
    axes.yaxis.set_major_formatter(lambda y, _: f"$10^{{{y:g}}}$")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.legend(fontsize=8, loc="best")


def _line(axes: Any, n: Array, logs: Array, colour: str, label: str, style: str) -> None:
    """Draw decimal logarithms, since the numbers themselves leave the range of float64."""
    shown = np.where(np.isfinite(logs), logs, np.nan) / _TEN
    width = 1.7 if style == "-" else 1.2
    axes.plot(n, shown, color=colour, linestyle=style, linewidth=width, label=label)


def _draw_product(
    figure: Any, axes: Any, analysis: LayerAnalysis, run: MeasuredGradients | None
) -> None:
    """Draw the entries of Φ_T as parts of the largest."""
    if run is None:
        axes.axis("off")
        return
    entries = run.product.mantissa
    largest = float(np.abs(entries).max())
    shown = entries / largest if largest else entries
    image = axes.imshow(shown, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03)
    log = math.log10(largest) + run.product.exponent * math.log10(2) if largest else -math.inf
    size = f"$10^{{{log:.1f}}}$" if largest else "0"
    axes.set_title(f"entries of the product of {run.steps[-1]} Jacobians, in {size}")
    axes.set_xlabel("unit before")
    axes.set_ylabel("unit after")
    if analysis.layer.kind is Kind.LSTM:
        middle = analysis.layer.size - 0.5
        axes.axvline(middle, color=GREY, linewidth=0.8)
        axes.axhline(middle, color=GREY, linewidth=0.8)
        axes.set_xlabel("entry of (h, c) before")
        axes.set_ylabel("entry of (h, c) after")
