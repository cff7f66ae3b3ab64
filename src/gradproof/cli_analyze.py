"""The command that analyses the weights of trained networks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradproof.cli_output import console, progress_bar, require_folder, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from gradproof.arrays import Array
    from gradproof.render.analysis_json import AnalysedLayer, Problem
    from gradproof.weights.layers import FoundLayer

__all__ = ["analyze"]

EXIT_PROBLEMS = 2


def analyze(
    weights: Annotated[
        list[Path],
        typer.Argument(
            metavar="WEIGHTS", help="Files .npy, .npz, .safetensors, .pt, .pth, or folders of them."
        ),
    ],
    activation: Annotated[
        str, typer.Option(metavar="A", help="φ of simple recurrent layers: tanh, relu, logistic, …")
    ] = "tanh",
    layer: Annotated[
        list[str] | None,
        typer.Option("--layer", metavar="NAME", help="Only this array, or a pattern of names."),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option("--inputs", metavar="FILE", help="Measure along these inputs, shape (T, m)."),
    ] = None,
    input_bound: Annotated[
        float | None,
        typer.Option(
            "--input-bound", metavar="X", min=0, help="For LSTM and GRU: all inputs with |x_j| ≤ X."
        ),
    ] = None,
    budget: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.001, help="For the decision of one layer.")
    ] = 10.0,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write it as JSON ('-': standard output)."),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw one layer: .png, .svg or .pdf."),
    ] = None,
) -> None:
    """Say of the recurrent layers in files of weights whether their gradients vanish or explode.

    Exit codes: 0 analysed, 2 wrong usage, or a file that can't be used.
    """
    from gradproof.errors import InputError, OutOfRangeError
    from gradproof.growth.slopes import slope_range
    from gradproof.render.analysis_terminal import print_analysis, print_problems, print_table

    slope_range(activation)
    bound = math.inf if input_bound is None else input_bound
    if math.isnan(bound) or math.isnan(budget) or math.isinf(budget):
        raise OutOfRangeError("--input-bound or --budget", "is no number", "give a number")
    to_standard_output = json_file is not None and str(json_file) == "-"
    for target, option in ((json_file, "--json"), (plot, "--plot")):
        require_folder(target, option)
    if plot is not None:
        from gradproof.render.analysis_plot import require_plot

        require_plot(plot)
    found, problems = _found(weights, layer or ())
    if plot is not None and len(found) != 1:
        problem = f"draws one layer, and {len(found)} were found"
        raise InputError("--plot", problem, "name one with --layer")
    given = None if inputs is None else _inputs(inputs)
    shown_on = console(to_error=to_standard_output)
    analysed, more = _analysed(found, activation, budget, bound, given, shown_on)
    problems += more
    if len(analysed) == 1:
        print_analysis(analysed[0], shown_on)
    elif analysed:
        print_table(analysed, shown_on)
    print_problems(problems, shown_on)
    if json_file is not None:
        from gradproof.render.analysis_json import analyses_as_json

        document = analyses_as_json(analysed, problems)
        if to_standard_output:
            typer.echo(document, nl=False)
        else:
            write(json_file, document.encode())
    if plot is not None and analysed:
        from gradproof.render.analysis_plot import analysis_as_picture

        write(plot, analysis_as_picture(analysed[0], plot.suffix[1:]))
    if any(not problem.skipped for problem in problems):
        raise typer.Exit(EXIT_PROBLEMS)


def _found(
    paths: Sequence[Path], wanted: Sequence[str]
) -> tuple[list[tuple[Path, FoundLayer]], list[Problem]]:
    """Return the layers of the files, and which files have none.

    If there is no layer at all, the first problem is raised.
    """
    from gradproof.errors import GradproofError, UnknownNameError
    from gradproof.render.analysis_json import Problem
    from gradproof.weights.files import stored_arrays, weight_files
    from gradproof.weights.layers import find_layers

    found: list[tuple[Path, FoundLayer]] = []
    problems: list[Problem] = []
    errors: list[GradproofError] = []
    files = weight_files(paths)
    for file, named in files:
        try:
            found += [(file, layer) for layer in find_layers(stored_arrays(file), wanted)]
        except GradproofError as error:
            errors.append(error)
            nobody_asked = isinstance(error, UnknownNameError) and (not named or bool(wanted))
            problems.append(Problem(file, str(error), skipped=nobody_asked))
    if not found:
        raise errors[0]
    return found, problems


def _analysed(
    found: Sequence[tuple[Path, FoundLayer]],
    activation: str,
    budget: float,
    bound: float,
    inputs: Array | None,
    shown_on: Console,
) -> tuple[list[AnalysedLayer], list[Problem]]:
    """Analyse the layers behind a progress bar. The error of a layer that is alone is raised."""
    from gradproof.analysis.analyse import analyse
    from gradproof.errors import ContradictionError, GradproofError
    from gradproof.render.analysis_json import AnalysedLayer, Problem
    from gradproof.weights.stored import printable

    analysed, problems = [], []
    with progress_bar(shown_on, len(found)) as progress:
        task = progress.add_task("", total=len(found))
        for file, layer in found:
            progress.update(task, description=printable(f"{file.name}: {layer.name}", most=60))
            try:
                read = layer.read()
                fits = inputs is None or inputs.shape[1] == (read.input_size or read.size)
                analysis = analyse(
                    read,
                    activation=activation,
                    budget=budget,
                    inputs_within=bound,
                    inputs=inputs if fits or len(found) == 1 else None,
                )
            except ContradictionError:
                raise
            except GradproofError as error:
                if len(found) == 1:
                    raise
                where = f"{file}: {printable(layer.name)}"
                message = str(error) if str(error).startswith(where) else f"{where}: {error}"
                problems.append(Problem(file, message))
            else:
                analysed.append(AnalysedLayer(file, layer, analysis))
                if not fits:
                    where = f"{file}: {printable(layer.name)}"
                    message = f"{where} takes other inputs than those given, and wasn't run on them"
                    problems.append(Problem(file, message, skipped=True))
            progress.advance(task)
    return analysed, problems


def _inputs(path: Path) -> Array:
    """Return the inputs of a run, shape (T, m): the only array of a file, or the one called x."""
    from gradproof.errors import InputError
    from gradproof.weights.files import stored_arrays
    from gradproof.weights.stored import printable

    if not path.is_file():
        raise InputError("--inputs", f"names {path}, which isn't there", "check the path")
    arrays = stored_arrays(path)
    chosen = [arrays[name] for name in ("x", "X", "inputs") if name in arrays] or [*arrays.values()]
    if not chosen or (len(chosen) > 1 and len(chosen) == len(arrays)):
        names = ", ".join(printable(name) for name in list(arrays)[:8]) or "nothing"
        raise InputError("--inputs", f"names {path} with {names}", "call the array of inputs x")
    one_input = len(chosen[0].shape) == 1
    array = chosen[0].read(dimensions=1 if one_input else 2)
    return array[:, None] if one_input else array
