"""Attacking a claimed bound of ‖∂h_n/∂h_0‖.

Weights, inputs and lengths are searched for a case that violates it, and the case is made small,
readable and, where it is rational, exact.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from hypothesis import target

from gradproof.arrays import Array
from gradproof.errors import InputError, OutOfRangeError, UnknownNameError
from gradproof.gradients.activations import LOGISTIC, TANH, Activation
from gradproof.gradients.differences import complex_step_state_jacobian
from gradproof.gradients.network import ElmanNetwork, forward, inputs_realising
from gradproof.gradients.smooth_activations import IDENTITY
from gradproof.gradients.tolerances import complex_step_tolerance, jacobian_product_error_upper
from gradproof.sampling.properties import Violation, as_script, search
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.exact import exact_product
from gradproof.spectral.spectra import smallest_singular_value, spectral_norm
from gradproof.strategies.matrices import dyadics, matrices, recurrent_matrices
from gradproof.strategies.prescribed import unstable_matrices
from gradproof.testing.differentiation import by_complex_step, by_differences
from gradproof.testing.functions import NotComplexError, RowFunction

__all__ = ["THEOREMS", "BoundError", "BoundReport", "assert_gradient_bound", "check_gradient_bound"]

#: A factor per step, a formula, or the name of a theorem.
Bound: TypeAlias = float | str | Callable[..., float]
Parameters: TypeAlias = Callable[[int], Mapping[str, st.SearchStrategy[Array]]]

#: The bounds of the library that can be attacked by name, of the Elman network with the slopes
#: φ′(z_k) of a run, shape (n, d).
THEOREMS: Mapping[str, Callable[..., float]] = {
    "product_norm_upper": lambda W, n, gamma: (gamma * spectral_norm(W)) ** n,
    "product_norm_lower": lambda W, n, slopes: (
        float(np.abs(slopes).min(axis=1).prod()) * smallest_singular_value(W) ** n
    ),
    "product_determinant": lambda W, n, d, slopes: (
        abs(float(np.linalg.det(W)) ** n * float(slopes.prod())) ** (1 / d)
    ),
}

# Formulas are computed in floating point; a violation is larger than what that can be off by.
_RELATIVE = 1e-9

# φ′ as a function of the value of φ, in exact arithmetic where the value is rational.
_SLOPE_OF_VALUE: Mapping[str, Callable[[Fraction], Fraction]] = {
    TANH.name: lambda h: 1 - h * h,
    LOGISTIC.name: lambda h: h * (1 - h),
    IDENTITY.name: lambda _: Fraction(1),
}
_SLOPE_IN_CODE = {TANH.name: "1 - h**2", LOGISTIC.name: "h * (1 - h)", IDENTITY.name: "1 + 0 * h"}


@dataclass(frozen=True)
class BoundReport:
    """What the attack found.

    Parameters
    ----------
    claim
        The bound, in words.
    examples
        How many cases met it.
    witness
        Name → value of the smallest case that violates it; None where none was found.
    measured, bound
        ‖∂h_n/∂h_0‖ there, and what was claimed.
    exact
        Whether the violation was found again in rational arithmetic.
    code
        The witness as Python.
    """

    claim: str
    examples: int
    witness: Mapping[str, Any] | None = None
    measured: float = math.nan
    bound: float = math.nan
    exact: bool = False
    code: str = ""

    def __str__(self) -> str:
        if self.witness is None:
            return f"{self.claim}: held in {self.examples} cases"
        how = "found again in rational arithmetic" if self.exact else "measured by differences"
        lines = [
            f"{self.claim}: VIOLATED",
            f"  ‖∂h_n/∂h_0‖ = {self.measured:.10g}, claimed {self.bound:.10g}; {how}",
            *(f"    {line}" for line in self.code.splitlines()),
        ]
        return "\n".join(lines)


class BoundError(AssertionError):
    """A bound is violated; ``report`` has the witness."""

    def __init__(self, report: BoundReport) -> None:
        super().__init__(str(report))
        self.report = report


def check_gradient_bound(
    cell: Activation | Callable[..., Any] = TANH,
    /,
    *,
    upper: Bound | None = None,
    lower: Bound | None = None,
    parameters: Parameters | None = None,
    input_size: int = 1,
    most_units: int = 3,
    most_steps: int = 6,
    examples: int = 300,
    seed: int = 0,
) -> BoundReport:
    """Search for a violation of ‖∂h_n/∂h_0‖ ≤ upper or ≥ lower.

    Parameters
    ----------
    cell
        The activation of an Elman network h_k = φ(W h_{k−1} + x_k), whose inputs may lead to any
        states; or a function of a state, an input and parameters by name.
    upper, lower
        Exactly one of them: r for rⁿ; or a function of any of ``n``, ``d`` and the parameters by
        name, of an Elman network ``W``, ``gamma`` and ``slopes``; or a name of :data:`THEOREMS`.
    parameters
        Of a function: maps the number d of entries of the state to name → strategy.
    input_size
        Of a function: the size of x_k.
    most_units, most_steps
        The largest d and n.
    examples, seed
        How many cases, and the seed of them.

    Raises
    ------
    InputError
        If not exactly one bound is given, or a function has no ``parameters``.

    >>> report = check_gradient_bound(upper=lambda W, n: max(abs(np.linalg.eigvals(W))) ** n)
    >>> report.exact, len(report.witness["W"])
    (True, 2)
    >>> print(check_gradient_bound(upper="product_norm_upper", examples=60))
    ‖∂h_n/∂h_0‖ ≤ product_norm_upper: held in 60 cases
    """
    if (upper is None) == (lower is None):
        raise InputError("upper", "and lower are both given or both missing", "give one of them")
    claimed = lower if upper is None else upper
    assert claimed is not None
    bound = _Claim(claimed, is_upper=upper is not None)
    attack: _ElmanAttack | _CellAttack
    if isinstance(cell, Activation):
        attack = _ElmanAttack(cell, bound)
    elif parameters is None:
        raise InputError("parameters", "is missing", "map d to strategies of the parameters")
    else:
        attack = _CellAttack(cell, bound, parameters, input_size)
    held = 0
    # One size after the other: a witness has as few units as one was found for.
    for d in range(1, most_units + 1):
        drawn = {"case": attack.cases(d, most_steps)}
        outcome = search(attack.law, drawn, examples=-(-examples // most_units), seed_value=seed)
        held += outcome.examples
        if outcome.arguments is not None:
            return attack.report(outcome.arguments["case"], held)
    return BoundReport(bound.sentence, held)


def assert_gradient_bound(cell: Activation | Callable[..., Any] = TANH, /, **options: Any) -> None:
    """Raise :class:`BoundError` with the witness if :func:`check_gradient_bound` finds one.

    >>> assert_gradient_bound(upper="product_norm_upper", examples=50)
    """
    report = check_gradient_bound(cell, **options)
    if report.witness is not None:
        raise BoundError(report)


class _Claim:
    """The claimed bound as a function of a case."""

    def __init__(self, claimed: Bound, *, is_upper: bool) -> None:
        self.is_upper = is_upper
        self.formula: Callable[..., float] | None = None
        self.factor = None if callable(claimed) or isinstance(claimed, str) else float(claimed)
        if self.factor is not None and not 0 <= self.factor < math.inf:
            raise OutOfRangeError("upper" if is_upper else "lower", f"is {claimed}", "give r ≥ 0")
        if isinstance(claimed, str):
            if claimed not in THEOREMS:
                names = ", ".join(THEOREMS)
                raise UnknownNameError("bound", f"{claimed!r} is no theorem here", f"give {names}")
            self.words, self.formula = claimed, THEOREMS[claimed]
        elif callable(claimed):
            self.words, self.formula = getattr(claimed, "__name__", "formula"), claimed
            if self.words == "<lambda>":
                self.words = "the formula"
        else:
            self.words = f"{self.factor:g}ⁿ"

    @property
    def sentence(self) -> str:
        """The claim in words."""
        return f"‖∂h_n/∂h_0‖ {'≤' if self.is_upper else '≥'} {self.words}"

    def value(self, known: Mapping[str, Any]) -> float:
        """Return the bound; a formula gets what its arguments name."""
        if self.factor is not None:
            return float(self.factor ** known["n"])
        assert self.formula is not None
        wanted = inspect.signature(self.formula).parameters
        missing = [name for name in wanted if name not in known]
        if missing:
            problem = f"takes {', '.join(missing)}, which isn't known"
            raise InputError("bound", problem, f"take some of {', '.join(known)}")
        return float(self.formula(**{name: known[name] for name in wanted}))

    def excess(self, norm: float, error: float, bound: float) -> float:
        """Return log(norm/bound) or its negative, of the end of the interval that favours both."""
        near = norm - error if self.is_upper else norm + error
        limit = bound * (1 + _RELATIVE) if self.is_upper else bound * (1 - _RELATIVE)
        if not math.isfinite(error):
            return -math.inf
        if near <= 0 or limit <= 0:
            violated = near > limit if self.is_upper else near < limit
            return math.inf if violated else -math.inf
        quotient = math.log(near) - math.log(limit)
        return quotient if self.is_upper else -quotient

    def require(self, norm: float, error: float, bound: float) -> None:
        """Raise :class:`Violation` where the bound doesn't hold; lead the search there."""
        excess = self.excess(norm, error, bound)
        if excess > 0:
            raise Violation(f"{norm!r} against {bound!r}")
        target(max(excess, -1e3))


@dataclass(frozen=True)
class _ElmanAttack:
    """A case is W and the states h_1 … h_n, rational numbers that inputs lead to."""

    activation: Activation
    claim: _Claim

    def cases(self, d: int, steps: int) -> st.SearchStrategy[tuple[Array, Array]]:
        least = 1 if self.activation.name == LOGISTIC.name else -7
        entries = st.integers(least, 7).map(lambda k: k / 8)
        row = st.lists(entries, min_size=d, max_size=d)
        states = st.lists(row, min_size=1, max_size=steps).map(np.array)
        weights = recurrent_matrices(d)
        return st.tuples(weights if d < 2 else st.one_of(weights, unstable_matrices(d)), states)

    def measured(self, case: tuple[Array, Array]) -> tuple[float, float]:
        """Return the norm of the complex step's Jacobian, and what it may be off by."""
        W, states = case
        network = ElmanNetwork(W, np.eye(len(W)), np.zeros(len(W)), self.activation)
        start = np.full(len(W), 0.5)
        run = forward(network, start, inputs_realising(network, start, states))
        measured = complex_step_state_jacobian(network, run)
        error = complex_step_tolerance(network, run) + jacobian_product_error_upper(network, run)
        norm = spectral_norm(measured)
        return norm, float(np.linalg.norm(error)) + 1e-12 * norm

    def known(self, case: tuple[Array, Array]) -> dict[str, Any]:
        W, states = case
        assert self.activation.inverse is not None
        slopes = self.activation.derivative(self.activation.inverse(states))
        gamma = self.activation.slope_upper
        return {"W": W, "n": len(states), "d": len(W), "slopes": slopes, "gamma": gamma}

    def law(self, case: tuple[Array, Array]) -> None:
        norm, error = self.measured(case)
        self.claim.require(norm, error, self.claim.value(self.known(case)))

    def report(self, case: tuple[Array, Array], held: int) -> BoundReport:
        W, states = case
        norm, _ = self.measured(case)
        bound = self.claim.value(self.known(case))
        script = as_script("norm", {"W": W, "states": states}).splitlines()[:-1]
        slope = _SLOPE_IN_CODE.get(self.activation.name)
        if slope is not None:
            script += [
                "product = np.eye(len(W))",
                "for h in states:  # realised by the inputs φ⁻¹(h_k) − W h_{k−1}",
                f"    product = np.diag({slope}) @ W @ product",
                "print(np.linalg.norm(product, 2))",
            ]
        return BoundReport(
            self.claim.sentence,
            held,
            {"W": W.tolist(), "states": states.tolist(), "n": len(states)},
            norm,
            bound,
            self.is_exact(case, bound),
            "\n".join(script),
        )

    def is_exact(self, case: tuple[Array, Array], bound: float) -> bool:
        """Return whether rational arithmetic confirms the violation.

        The product is rational, its norm is enclosed between neighbouring float64 numbers. Of a
        factor per step the bound is exact; a formula's value is taken at 1 ± 1e-9 of itself.
        """
        slope_of = _SLOPE_OF_VALUE.get(self.activation.name)
        if slope_of is None:
            return False
        W, states = ([[Fraction(x) for x in row] for row in part.tolist()] for part in case)
        factors = [
            [[slope_of(h) * w for w in row] for h, row in zip(state, W, strict=True)]
            for state in states
        ]
        norm = enclose_spectral_norm(exact_product(factors[::-1]))
        if self.claim.factor is not None:
            limit = Fraction(self.claim.factor) ** len(factors)
        else:
            slack = Fraction(1, 10**9)
            limit = Fraction(bound) * (1 + slack if self.claim.is_upper else 1 - slack)
        if self.claim.is_upper:
            return Fraction(norm.lower) > limit
        return Fraction(norm.upper) < limit


@dataclass(frozen=True)
class _CellAttack:
    """A case is name → array: the parameters, "initial_state" and "inputs"."""

    cell: Callable[..., Any]
    claim: _Claim
    parameters: Parameters
    input_size: int

    def cases(self, d: int, steps: int) -> st.SearchStrategy[dict[str, Array]]:
        rows = st.lists(dyadics(16), min_size=self.input_size, max_size=self.input_size)
        return st.fixed_dictionaries(
            {
                **self.parameters(d),
                "initial_state": matrices(1, d, dyadics(8)).map(lambda matrix: matrix[0]),
                "inputs": st.lists(rows, min_size=1, max_size=steps).map(np.array),
            }
        )

    def measured(self, case: Mapping[str, Array]) -> tuple[float, float]:
        """Return the norm of the measured Jacobian of the whole run, and its estimated error."""
        rest = {k: v for k, v in case.items() if k not in ("initial_state", "inputs")}

        def run(state: Any) -> Any:
            for x in case["inputs"]:
                state = self.cell(state, x, **rest)
            return state

        function = RowFunction(run, case["initial_state"])
        try:
            measured = by_complex_step(function)
        except NotComplexError:
            measured = by_differences(function)
        return spectral_norm(measured.jacobian), float(np.linalg.norm(measured.resolution))

    def law(self, case: Mapping[str, Array]) -> None:
        norm, error = self.measured(case)
        self.claim.require(norm, error, self.claim.value(self.known(case)))

    def known(self, case: Mapping[str, Array]) -> dict[str, Any]:
        return {**case, "n": len(case["inputs"]), "d": case["initial_state"].size}

    def report(self, case: Mapping[str, Array], held: int) -> BoundReport:
        norm, _ = self.measured(case)
        bound = self.claim.value(self.known(case))
        code = "\n".join(as_script("cell", case).splitlines()[:-1])
        witness = {name: value.tolist() for name, value in case.items()}
        return BoundReport(self.claim.sentence, held, witness, norm, bound, exact=False, code=code)
