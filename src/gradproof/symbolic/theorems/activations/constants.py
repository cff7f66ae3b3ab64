"""The constants of every activation, and the theorems that back each figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import sympy as sp

import gradproof.symbolic.theorems.activations.elementary as elementary
import gradproof.symbolic.theorems.activations.gaussian as gaussian
import gradproof.symbolic.theorems.activations.joined as joined
import gradproof.symbolic.theorems.activations.logistic as logistic
import gradproof.symbolic.theorems.activations.piecewise_linear as piecewise_linear
import gradproof.symbolic.theorems.activations.silu as silu
import gradproof.symbolic.theorems.activations.tanh as tanh
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.expressions import ActivationName, kinks_of
from gradproof.verdict import Grade

__all__ = ["CONSTANTS", "ActivationConstants", "Figure"]

Proof: TypeAlias = Callable[[], "Theorem | tuple[Theorem, ...]"]


@dataclass(frozen=True)
class Figure:
    """A supremum or an infimum, known exactly (lower = upper) or between two rational numbers.

    Parameters
    ----------
    lower, upper
        The figure lies between them, and is both where they are equal.
    at
        Where it is attained, or how it is approached.
    proofs
        What returns the theorems that back it.
    """

    lower: sp.Expr
    upper: sp.Expr
    at: str
    proofs: tuple[Proof, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the figure is known as an expression."""
        return bool(self.lower == self.upper)

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        """The theorems that back the figure."""
        found: list[Theorem] = []
        for proof in self.proofs:
            proved = proof()
            found += proved if isinstance(proved, tuple) else (proved,)
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of these theorems."""
        return tuple(dict.fromkeys(theorem.name for theorem in self.theorems))

    @property
    def grade(self) -> Grade:
        """The least grade of these theorems."""
        return min((theorem.grade for theorem in self.theorems), key=lambda grade: grade.rank)


@dataclass(frozen=True)
class ActivationConstants:
    """What is proved of one activation φ.

    Parameters
    ----------
    activation
        φ, as it stands in a derivation.
    formula
        φ(z) in words of mathematics.
    slope_upper, slope_lower
        γ = sup|φ′| and inf φ′, with the slopes at kinks that convention gives.
    second_upper, third_upper
        L2 = sup|φ″| and L3 = sup|φ‴|, over all points where they exist.
    slope_bound
        The theorem |φ′(z)| ≤ γ for all real z; with a rational upper bound where γ is enclosed.
    """

    activation: ActivationName
    formula: str
    slope_upper: Figure
    slope_lower: Figure
    second_upper: Figure
    third_upper: Figure
    slope_bound: Callable[[], Theorem]

    @property
    def kinks(self) -> tuple[sp.Integer, ...]:
        """The points where φ isn't differentiable as often as asked."""
        found = kinks_of(self.activation)
        return found[1] if found is not None else ()

    @property
    def grade(self) -> Grade:
        """The least grade of the four figures."""
        figures = (self.slope_upper, self.slope_lower, self.second_upper, self.third_upper)
        return min((figure.grade for figure in figures), key=lambda grade: grade.rank)


def _exactly(value: sp.Expr | int, at: str, *proofs: Proof) -> Figure:
    return Figure(sp.sympify(value), sp.sympify(value), at, proofs)


def _between(lower: sp.Expr, upper: sp.Expr, at: str, *proofs: Proof) -> Figure:
    return Figure(lower, upper, at, proofs)


def _first(proof: Callable[[], tuple[Theorem, ...]]) -> Callable[[], Theorem]:
    return lambda: proof()[0]


_HALF, _QUARTER, _EIGHTH = sp.S.Half, sp.Rational(1, 4), sp.Rational(1, 8)
_ROOT_3, _PI = sp.sqrt(3), sp.pi
_LEAK, _ALPHA = piecewise_linear.LEAK, joined.ALPHA
_LEAKY = piecewise_linear.leaky_relu_derivative

#: The constants of each activation, by its name.
CONSTANTS: Mapping[str, ActivationConstants] = MappingProxyType(
    {
        "identity": ActivationConstants(
            "identity",
            "z",
            _exactly(1, "everywhere", elementary.identity_slope_bound),
            _exactly(1, "everywhere", elementary.identity_derivative),
            _exactly(0, "everywhere", elementary.identity_derivative),
            _exactly(0, "everywhere", elementary.identity_derivative),
            elementary.identity_slope_bound,
        ),
        "tanh": ActivationConstants(
            "tanh",
            "(e^z − e^(−z))/(e^z + e^(−z))",
            _exactly(1, "z = 0 only", tanh.tanh_slope_bound, tanh.tanh_derivative_range),
            _exactly(0, "not attained, |z| → ∞", tanh.tanh_derivative_range),
            _exactly(4 / (3 * _ROOT_3), "tanh² z = 1/3", tanh.tanh_higher_derivatives),
            _exactly(2, "z = 0", tanh.tanh_higher_derivatives),
            tanh.tanh_slope_bound,
        ),
        "logistic": ActivationConstants(
            "logistic",
            "1/(1 + e^(−z))",
            _exactly(
                _QUARTER,
                "z = 0 only",
                logistic.logistic_slope_bound,
                logistic.logistic_derivative_range,
            ),
            _exactly(0, "not attained, |z| → ∞", logistic.logistic_derivative_range),
            _exactly(1 / (6 * _ROOT_3), "s (1 − s) = 1/6", logistic.logistic_higher_derivatives),
            _exactly(_EIGHTH, "z = 0", logistic.logistic_higher_derivatives),
            logistic.logistic_slope_bound,
        ),
        "softplus": ActivationConstants(
            "softplus",
            "log(1 + e^z)",
            _exactly(
                1,
                "not attained, z → ∞",
                elementary.softplus_slope_bound,
                elementary.softplus_derivative_range,
            ),
            _exactly(0, "not attained, z → −∞", elementary.softplus_derivative_range),
            _exactly(_QUARTER, "z = 0", elementary.softplus_higher_derivatives),
            _exactly(1 / (6 * _ROOT_3), "s (1 − s) = 1/6", elementary.softplus_higher_derivatives),
            elementary.softplus_slope_bound,
        ),
        "arctan": ActivationConstants(
            "arctan",
            "arctan z",
            _exactly(
                1, "z = 0 only", elementary.arctan_slope_bound, elementary.arctan_derivative_range
            ),
            _exactly(0, "not attained, |z| → ∞", elementary.arctan_derivative_range),
            _exactly(3 * _ROOT_3 / 8, "z² = 1/3", elementary.arctan_higher_derivatives),
            _exactly(2, "z = 0", elementary.arctan_higher_derivatives),
            elementary.arctan_slope_bound,
        ),
        "relu": ActivationConstants(
            "relu",
            "max(z, 0)",
            _exactly(
                1, "z > 0", piecewise_linear.relu_slope_bound, piecewise_linear.relu_derivative
            ),
            _exactly(0, "z ≤ 0", piecewise_linear.relu_derivative_range),
            _exactly(0, "z ≠ 0", piecewise_linear.relu_derivative),
            _exactly(0, "z ≠ 0", piecewise_linear.relu_derivative),
            piecewise_linear.relu_slope_bound,
        ),
        "leaky_relu": ActivationConstants(
            piecewise_linear.LEAKY_RELU,
            "z for z ≥ 0, a z for z ≤ 0",
            _exactly(
                sp.Max(1, sp.Abs(_LEAK)),
                "z > 0 if |a| ≤ 1, z ≤ 0 if |a| ≥ 1",
                piecewise_linear.leaky_relu_slope_bound,
                _LEAKY,
            ),
            _exactly(
                sp.Min(1, _LEAK),
                "z ≤ 0 if a ≤ 1, z > 0 if a ≥ 1",
                piecewise_linear.leaky_relu_derivative_range,
                _LEAKY,
            ),
            _exactly(0, "z ≠ 0", _LEAKY),
            _exactly(0, "z ≠ 0", _LEAKY),
            _first(piecewise_linear.leaky_relu_slope_bound),
        ),
        "hard_tanh": ActivationConstants(
            "hard_tanh",
            "max(−1, min(z, 1))",
            _exactly(
                1,
                "|z| < 1",
                piecewise_linear.hard_tanh_slope_bound,
                piecewise_linear.hard_tanh_derivative,
            ),
            _exactly(0, "|z| ≥ 1", piecewise_linear.hard_tanh_derivative_range),
            _exactly(0, "|z| ≠ 1", piecewise_linear.hard_tanh_derivative),
            _exactly(0, "|z| ≠ 1", piecewise_linear.hard_tanh_derivative),
            piecewise_linear.hard_tanh_slope_bound,
        ),
        "softsign": ActivationConstants(
            "softsign",
            "z/(1 + |z|)",
            _exactly(
                1, "z = 0 only", joined.softsign_slope_bound, joined.softsign_derivative_range
            ),
            _exactly(0, "not attained, |z| → ∞", joined.softsign_derivative_range),
            _exactly(2, "not attained, z → 0", joined.softsign_higher_derivatives),
            _exactly(6, "not attained, z → 0", joined.softsign_higher_derivatives),
            joined.softsign_slope_bound,
        ),
        "elu": ActivationConstants(
            "elu",
            "z for z ≥ 0, e^z − 1 for z ≤ 0",
            _exactly(1, "z ≥ 0", joined.elu_slope_bound, joined.elu_derivative),
            _exactly(0, "not attained, z → −∞", joined.elu_derivative_range, joined.elu_derivative),
            _exactly(1, "not attained, z → 0 from below", joined.elu_higher_derivatives),
            _exactly(1, "not attained, z → 0 from below", joined.elu_higher_derivatives),
            joined.elu_slope_bound,
        ),
        "scaled_elu": ActivationConstants(
            joined.SCALED_ELU,
            "z for z ≥ 0, α (e^z − 1) for z ≤ 0",
            _exactly(
                sp.Max(1, _ALPHA),
                "z > 0 if α ≤ 1, z = 0 if α ≥ 1",
                joined.scaled_elu_slope_bound,
                joined.scaled_elu_derivative,
            ),
            _exactly(
                0,
                "not attained, z → −∞",
                joined.scaled_elu_derivative_range,
                joined.scaled_elu_derivative,
            ),
            _exactly(
                _ALPHA,
                "not attained, z → 0 from below",
                joined.scaled_elu_higher_derivatives,
                joined.scaled_elu_derivative,
            ),
            _exactly(
                _ALPHA,
                "not attained, z → 0 from below",
                joined.scaled_elu_higher_derivatives,
                joined.scaled_elu_derivative,
            ),
            _first(joined.scaled_elu_slope_bound),
        ),
        "silu": ActivationConstants(
            "silu",
            "z/(1 + e^(−z))",
            _between(
                silu.SLOPE_LOWER,
                silu.SLOPE_UPPER,
                "near z = 12/5",
                silu.silu_slope_bound,
                silu.silu_derivative_range,
            ),
            _between(
                1 - silu.SLOPE_UPPER,
                1 - silu.SLOPE_LOWER,
                "near z = −12/5",
                silu.silu_derivative_range,
            ),
            _exactly(_HALF, "z = 0", silu.silu_higher_derivatives),
            _between(
                silu.THIRD_LOWER,
                silu.THIRD_UPPER,
                "near |z| = 129/125",
                silu.silu_higher_derivatives,
            ),
            silu.silu_slope_bound,
        ),
        "gelu": ActivationConstants(
            "gelu",
            "z (1 + erf(z/√2))/2",
            _between(
                gaussian.SLOPE_LOWER,
                gaussian.SLOPE_UPPER,
                "near z = √2",
                gaussian.gelu_slope_bound,
                gaussian.gelu_derivative_range,
            ),
            _between(
                1 - gaussian.SLOPE_UPPER,
                1 - gaussian.SLOPE_LOWER,
                "near z = −√2",
                gaussian.gelu_derivative_range,
            ),
            _exactly(sp.sqrt(2 / _PI), "z = 0", gaussian.gelu_higher_derivatives),
            _between(
                gaussian.THIRD_LOWER,
                gaussian.THIRD_UPPER,
                "near |z| = 0.7923",
                gaussian.gelu_higher_derivatives,
            ),
            gaussian.gelu_slope_bound,
        ),
        "erf": ActivationConstants(
            "erf",
            "2/√π ∫₀ᶻ e^(−x²) dx",
            _exactly(
                2 / sp.sqrt(_PI),
                "z = 0 only",
                gaussian.erf_slope_bound,
                gaussian.erf_derivative_range,
            ),
            _exactly(0, "not attained, |z| → ∞", gaussian.erf_derivative_range),
            _exactly(sp.sqrt(8 / (_PI * sp.E)), "z² = 1/2", gaussian.erf_higher_derivatives),
            _exactly(4 / sp.sqrt(_PI), "z = 0", gaussian.erf_higher_derivatives),
            gaussian.erf_slope_bound,
        ),
    }
)
