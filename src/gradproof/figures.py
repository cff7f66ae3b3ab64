"""The figures of the audit, drawn from what is computed or kept: SVG for pages, PNG for slides.

    python -m gradproof.figures [--output FOLDER] [NAME …]

draws them anew (extra ``figures``). A figure carries the name of the statement that it stands with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from gradproof.audit.worked_example import jacobians
from gradproof.claims.load import shipped_proofs
from gradproof.errors import MissingProgramError, UnknownNameError
from gradproof.experiments.record import load_record
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_products
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.growth.slopes import slope_range
from gradproof.growth.upper_bounds import dear_bounds
from gradproof.growth.witnesses import periodic_witness

__all__ = ["FIGURES", "draw"]

BLUE, ORANGE, GREEN, VIOLET = "#1a6fb0", "#c76a00", "#2a7d3b", "#a0308f"


def _record(name: str) -> Any:
    return load_record(name, shipped_proofs() / "article" / "data").results


def _tanh(axes: Any) -> str:
    z = np.linspace(-4, 4, 401)
    axes.plot(z, np.tanh(z), color=BLUE, label="tanh")
    axes.plot(z, 1 - np.tanh(z) ** 2, color=ORANGE, label="tanh′ = 1 − tanh²")
    axes.set_xlabel("z")
    axes.legend()
    return "tanh and its derivative, which is 1 at 0 only and nowhere 0"


def _runs(value: Callable[[Any], Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield label, colour and values for the pre-activations of three tanh networks."""
    generator = np.random.default_rng(0)
    size, steps = 20, 2000
    for recurrent, entering, colour in ((0.5, 0.5, BLUE), (1.0, 1.0, ORANGE), (2.0, 2.0, VIOLET)):
        W = generator.normal(size=(size, size)) * recurrent / np.sqrt(size)
        U = generator.normal(size=(size, 5)) * entering / np.sqrt(5)
        h, seen = np.zeros(size), []
        for x in generator.normal(size=(steps, 5)):
            seen.append(W @ h + U @ x)
            h = np.tanh(seen[-1])
        label = f"$\\sigma_w$ = {recurrent}, $\\sigma_u$ = {entering}"
        yield label, colour, value(np.ravel(seen))


def _preactivations(axes: Any) -> str:
    for label, colour, z in _runs(lambda z: z):
        shown = f"{label}: {np.mean(np.abs(z) <= 2):.0%} within ±2"
        axes.hist(z, 80, range=(-8, 8), density=True, histtype="step", color=colour, label=shown)
    axes.set_xlabel("z")
    axes.legend()
    return "Pre-activations of three tanh networks: how far they spread depends on the weights"


def _slopes(axes: Any) -> str:
    for label, colour, slopes in _runs(lambda z: 1 - np.tanh(z) ** 2):
        shown = f"{label}: mean {slopes.mean():.2f}"
        axes.hist(
            slopes, 50, range=(0, 1), density=True, histtype="step", color=colour, label=shown
        )
    axes.set_xlabel("tanh′(z)")
    axes.legend()
    return "How slopes are distributed depends on the scale of the weights: three tanh networks"


def _decay(axes: Any) -> str:
    n = np.arange(51)
    for factor, colour in ((0.9, BLUE), (0.7, GREEN), (0.5, ORANGE), (0.3, VIOLET)):
        axes.semilogy(n, factor**n, color=colour, label=f"γ = {factor}")
    axes.axhline(2.0**-24, color="grey", linewidth=0.8, linestyle=":")
    axes.axhline(2.0**-53, color="grey", linewidth=0.8, linestyle="--")
    axes.text(0, 2.0**-24 * 1.5, "unit roundoff of float32", fontsize=8, color="grey")
    axes.text(0, 2.0**-53 * 1.5, "of float64", fontsize=8, color="grey")
    axes.set_xlabel("steps n")
    axes.set_ylabel("γⁿ")
    axes.legend()
    return "Powers γⁿ, and the unit roundoffs, which matter beside a number of size 1 only"


def _flow(axes: Any) -> str:
    norms = _record("gradient_flow")["seed_42"]["norms"]
    axes.bar(np.arange(1, 31), norms, color=BLUE)
    axes.set_yscale("log")
    axes.set_xlabel("step t")
    axes.set_ylabel(r"$\Vert\partial L/\partial h_t\Vert$")
    return "The gradient of the loss at step 30 falls by a factor of 6.6e11 on its way to step 1"


def _losses(axes: Any) -> str:
    curve = _record("copying")["seed_42"]["losses"]
    axes.plot(np.arange(len(curve)) * 10, curve, color=BLUE, label="tanh, delay 20 (seed 42)")
    axes.axhline(10 * np.log(8) / 41, color="grey", linewidth=0.8, linestyle="--")
    axes.text(250, 0.53, "knows the blanks, guesses the symbols", fontsize=8, color="grey")
    axes.set_xlabel("updates")
    axes.set_ylabel("cross entropy")
    axes.legend()
    return "The loss falls to that of guessing, 10 log 8/41, and stays there"


def _training(axes: Any) -> str:
    results = _record("copying")
    curve = results["seed_42"]["accuracies"]
    axes.plot(np.arange(len(curve)) * 10, curve, color=BLUE, label="tanh, delay 20 (seed 42)")
    for place, (case, colour, label) in enumerate(
        (
            ("tanh_delay_0", GREEN, "tanh, no delay"),
            ("lstm_delay_20", ORANGE, "LSTM, delay 20"),
            ("lstm_delay_0", VIOLET, "LSTM, no delay"),
        )
    ):
        found = results[case]["accuracy"]
        middle = found["mean"]
        ends = [[middle - found["least"]], [found["greatest"] - middle]]
        axes.errorbar([510 + 15 * place], [middle], ends, color=colour, marker="o", label=label)
    axes.axhline(1 / 8, color="grey", linewidth=0.8, linestyle="--")
    axes.text(0, 0.127, "chance", fontsize=8, color="grey", va="bottom")
    axes.set_xlabel("updates")
    axes.set_ylabel("accuracy of recall")
    axes.set_ylim(0, 0.4)
    axes.legend(fontsize=8)
    return "Recall stays at chance, with and without delay; an LSTM is little better at 500 updates"


def _exploding(axes: Any) -> str:
    first = _record("exploding")["seed_42"]
    for scale, colour in (("0.3", BLUE), ("0.5", ORANGE), ("0.8", GREEN), ("1.2", VIOLET)):
        W = 0.65 * np.array(first[scale]["weight"])
        norms = [np.linalg.norm(np.linalg.matrix_power(W, n)) for n in range(51)]
        label = f"σ = {scale}: rate {first[scale]['rate']:.2f}"
        axes.semilogy(norms, color=colour, label=label)
    axes.axhline(np.sqrt(10), color="grey", linewidth=0.8, linestyle="--")
    axes.set_xlabel("steps n")
    axes.set_ylabel(r"$\Vert(0.65\,W)^n\Vert_F$")
    axes.legend()
    return (
        "Seed 42: only σ = 0.3 decays. A gradient that keeps its size stays at √10, the dashed line"
    )


def _derivatives(axes: Any) -> str:
    z = np.linspace(-3, 3, 601)
    logistic = 1 / (1 + np.exp(-z))
    axes.plot(z, logistic * (1 - logistic), color=GREEN, label="logistic′, at most 1/4")
    axes.plot(z, 1 - np.tanh(z) ** 2, color=BLUE, label="tanh′, at most 1")
    axes.plot(z[z < 0], 0 * z[z < 0], color=ORANGE, label="ReLU′, 0 or 1")
    axes.plot(z[z > 0], 0 * z[z > 0] + 1, color=ORANGE)
    axes.set_xlabel("z")
    axes.legend(fontsize=8)
    return "Derivatives of three activations"


def _worked_products(*, reverse: bool = False) -> list[Any]:
    found = [np.eye(2)]
    for J in reversed(jacobians()) if reverse else jacobians():
        found.append(J @ found[-1])
    return found


def _heatmaps(axes: Any) -> str:
    wide = np.hstack(
        [np.hstack([product, np.full((2, 1), np.nan)]) for product in _worked_products()]
    )
    axes.imshow(wide, cmap="RdBu", vmin=-1, vmax=1)
    for (row, column), value in np.ndenumerate(wide):
        if not np.isnan(value):
            colour = "white" if abs(value) > 0.6 else "black"
            where = {"ha": "center", "va": "center", "fontsize": 6, "color": colour}
            axes.text(column, row, f"{value:.3f}", **where)
    axes.set_xticks([3 * k + 0.5 for k in range(6)], [f"k = {k}" for k in range(6)])
    axes.set_yticks([])
    return "J_k ⋯ J_1 of the worked example, in the right order"


def _norms(axes: Any) -> str:
    right = [np.linalg.norm(product) for product in _worked_products()]
    other = [np.linalg.norm(product) for product in _worked_products(reverse=True)]
    axes.semilogy(right, color=BLUE, marker="o", label=r"$J_k\cdots J_1$")
    axes.semilogy(
        other, color=VIOLET, marker="x", linestyle=":", label=r"the code: $J_{6-k}\cdots J_5$"
    )
    axes.semilogy([np.sqrt(2) * 0.35**k for k in range(6)], color="grey", label="√2 · 0.35ᵏ")
    axes.set_xlabel("step k")
    axes.set_ylabel("Frobenius norm")
    axes.legend()
    return "The norm falls from 1.41 to 0.0437, not to 0.02 or 0.005"


def _bound(axes: Any) -> str:
    generator = np.random.default_rng(1)
    W = np.linalg.qr(generator.normal(size=(8, 8)))[0] * 0.9
    network = ElmanNetwork(W, np.eye(8), np.zeros(8))
    for place in range(6):
        inputs = generator.normal(size=(60, 8)) * 0.15 * place
        run = forward(network, np.zeros(8), inputs)
        norms = [np.exp(product.log_norm()) for product in jacobian_products(network, run)]
        axes.semilogy(norms, color=BLUE, linewidth=0.8, label="measured" if not place else None)
    axes.semilogy(0.9 ** np.arange(61), color=ORANGE, linestyle="--", label="proved: ‖W‖ⁿ = 0.9ⁿ")
    axes.set_xlabel("steps n")
    axes.set_ylabel(r"$\Vert\partial h_n/\partial h_0\Vert$")
    axes.legend()
    return "The proved bound, attained without inputs, and the norms measured under inputs"


def _witness(axes: Any) -> str:
    cycle = RationalCycle.of("1 3/2; -3/2 -2", "1/2 0")
    network, run = cycle.network(), cycle.run(100)
    norms = [np.exp(product.log_norm()) for product in jacobian_products(network, run)]
    powers = [
        np.linalg.norm(np.linalg.matrix_power(network.recurrent_weight, n), 2) for n in range(101)
    ]
    axes.semilogy(norms, color=VIOLET, label=r"$\Vert\partial h_n/\partial h_0\Vert$")
    axes.semilogy(powers, color=BLUE, label="‖Wⁿ‖, ρ(W) = 1/2")
    axes.set_ylim(1e-12, 1e5)
    axes.set_xlabel("steps n")
    axes.legend()
    return "W = [1 3/2; −3/2 −2]: the powers of W vanish, the gradient of the network explodes"


def _phases(axes: Any) -> str:
    generator = np.random.default_rng(2)
    size = 5
    slopes = slope_range("tanh")
    found: dict[str, list[tuple[float, float]]] = {"decay": [], "neither": [], "explosion": []}
    for _ in range(160):
        W = generator.normal(size=(size, size)) * generator.uniform(0.1, 0.8)
        place = (float(np.abs(np.linalg.eigvals(W)).max()), float(np.linalg.norm(W, 2)))
        # With time to spare the searches end by themselves, the same way on every machine.
        if periodic_witness(W, seconds=600).rate > 1:
            found["explosion"].append(place)
        elif min(bound.rate for bound in dear_bounds(W, slopes, seconds=600)) < 1:
            found["decay"].append(place)
        elif periodic_witness(W, seconds=600, longest=3).rate > 1:
            found["explosion"].append(place)
        else:
            found["neither"].append(place)
    for kind, colour, marker, label in (
        ("decay", BLUE, "v", "decay for all inputs"),
        ("neither", ORANGE, "o", "neither certified"),
        ("explosion", VIOLET, "^", "some inputs explode"),
    ):
        radii, norms = np.array(found[kind]).reshape(-1, 2).T
        axes.scatter(radii, norms, c=colour, marker=marker, s=14, label=label)
    axes.axhline(1, color="grey", linewidth=0.8)
    axes.axvline(1, color="grey", linewidth=0.8, linestyle="--")
    axes.set_xlabel("ρ(W)")
    axes.set_ylabel("‖W‖")
    axes.legend()
    return (
        "Random W of five units, with certified rates: decay for all inputs (▼), inputs that make "
        "the gradient explode (▲), or neither (●). Decay below ‖W‖ = 1, explosion beyond "
        "ρ(W) = 1; between, both"
    )


#: Name of the statement → what draws, and the size in inches.
FIGURES: dict[str, tuple[Callable[[Any], str], tuple[float, float]]] = {
    "eigenvalue-below-one-shrinks": (_witness, (6, 3.4)),
    "norms-below-one-decay": (_bound, (6, 3.4)),
    "radius-determines-fate": (_phases, (5, 4)),
    "figure-preactivations": (_preactivations, (6, 3.4)),
    "figure-slopes": (_slopes, (6, 3.4)),
    "figure-tanh-range": (_tanh, (6, 3.4)),
    "mild-decay-orders-of-magnitude": (_decay, (6, 3.4)),
    "figure-decreases-exponentially": (_flow, (6, 3.4)),
    "loss-plateaus-high": (_losses, (6, 3.4)),
    "accuracy-near-chance": (_training, (6, 3.4)),
    "figure-small-weights-vanish": (_exploding, (6, 3.4)),
    "sigmoid-peak": (_derivatives, (6, 3.4)),
    "multiplication-shrinks-entries": (_heatmaps, (7, 1.5)),
    "figure-ends-at-0-02": (_norms, (6, 3.4)),
}


def draw(name: str, folder: Path) -> list[Path]:
    """Draw one figure as SVG and PNG into a folder and return the paths.

    Raises
    ------
    MissingProgramError
        If Matplotlib isn't installed.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError as error:
        remedy = "pip install 'gradproof[figures]'"
        raise MissingProgramError("Matplotlib", "isn't installed", remedy) from error
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    style: Any = {"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 10}
    with mpl.rc_context(style):
        drawing, size = FIGURES[name]
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        caption = drawing(axes)
        paths = [folder / f"{name}.svg", folder / f"{name}.png"]
        figure.savefig(paths[0], metadata={"Date": None, "Title": caption})
        figure.savefig(paths[1], dpi=150, metadata={"Software": None, "Title": caption})
        plt.close(figure)
    return paths


def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Default: all.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write.")
    ] = None,
) -> None:
    """Draw the figures of the audit."""
    folder = output or shipped_proofs() / "article" / "figures"
    folder.mkdir(exist_ok=True)
    for name in names or FIGURES:
        if name not in FIGURES:
            raise UnknownNameError("NAME", f"is {name!r}", f"use one of {', '.join(FIGURES)}")
        for path in draw(name, folder):
            typer.echo(f"{path}")


if __name__ == "__main__":
    typer.run(run)
