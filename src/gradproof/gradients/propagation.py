"""How errors and derivatives travel along a run: rigorous bounds, derived term by term.

Everything here is one linear recursion with different sources. Let x_k = D̃_k W x_{k−1} + s_k with
slopes D̃_k anywhere in a tube |D̃_k − diag φ̂′_k| ≤ Δ_k around the computed slopes φ̂′_k. Then
x_n = Σ_m Π̃(n,m) s_m with Π̃(n,m) = D̃_n W ⋯ D̃_{m+1} W, so that

    |x_n| ≤ Σ_m G(n,m) sup|s_m|,   G(n,m) ≥ |Π̃(n,m)| for all slopes in the tube.           (1)

G(n,m) = |P| + E, where P(n,m) is the computed product. One factor more gives
D̃_k W Π̃ − P(k,m) = D̃_k W (Π̃ − P(k−1,m)) + [(D̃_k − φ̂′_k) W P + rounding of fl(φ̂′_k fl(WP))], and
the bracket is at most Q(k,m) = Δ_k(|fl(WP)| + γ_d|W||P|) + γ_{d+2}S1|W||P|. So two bounds hold:

    E(k,m) = S1|W|E(k−1,m) + Q(k,m),        E(k,m) = Σ_{m<l≤k} G(k,l) Q(l,m).               (2)

The first costs O(n²d³) for n steps but multiplies moduli; the second, (1) with source Q, keeps all
cancellation at O(n³d³). It is added where the offsets, and with them Δ, are more than rounding.

Below, Z1 ≥ |z_k′|, Z2 ≥ |z_k″| and S1, S2, S3 ≥ |φ′|, |φ″|, |φ‴| on [z_k ± r_k] around the
recorded z_k; a prime on h, z is d/dt along h_start + t·e_j, |t| ≤ offset_j (column j of an array).

* h′ = φ′Wh′_{k−1} is (1) without source: sup|h_k′| ≤ G(k,start), Z1 = sup|WΠ̃(k−1,start)|.
* h″ = φ′Wh″_{k−1} + φ″z′²: source S2·Z1².
* h‴ = φ′Wh‴_{k−1} + φ‴z′³ + 3φ″z′z″: source S3·Z1³ + 3·S2·Z1·Z2.
* A computed run h̃ minus the exact one from the same start: z̃_k = Wh̃_{k−1} + Ux_k + b + ζ_k with
  |ζ_k| ≤ γ_{d+m+1}(|W||h̃| + |U||x| + |b|) (Higham 2002, §3.1, any order of summation), and by the
  mean value theorem h̃_k − h_k = D̄(W(h̃ − h)_{k−1} + ζ_k) + θφ: source S1|ζ_k| + ε_φ|φ|, where
  ε_φ is the activation's error. ``drift`` bounds |z̃_k − z_k|.
* r_k = offset·Z1 + 2·drift: from the recorded (computed) centre to the exact one, along the exact
  curve, and to a computed run beside it. Slopes at and between all these points lie in the tube
  with Δ_k = min(S2·r_k, 2·S1) + ε_φ′·S1.
* Computed product minus Φ: step k applies φ̂′_k at the recorded z_k and rounds twice:
  source (S2·drift + ε_φ′S1)|WP̂| + γ_{d+2}S1|W||P̂|.
* Complex step: the imaginary part divided by the step, V, obeys V_k = Im φ(z̃ + iq)/step with
  q = step·fl(WV_{k−1}), and by Taylor along iy, with the ratios R2, R3 of the complex extension,
  |Im φ(z̃ + iq) − φ′(z̃)q| ≤ R3|q|³φ′/6 and |Re φ(z̃ + iq) − φ(z̃)| ≤ R2q²φ′/2. So V − Φ has
  source (S2·drift + (ε_c + R3q²/6)S1)|fl(WV)| + γ_{d+1}S1|W||V|, and ``drift`` gains S1·R2q²/2.

Error model: see :mod:`gradproof.gradients.activations`; matrix products are conventional (no
Strassen, no reduced precision), in any order, with or without fused multiply-add, so that a sum of
N products is right up to γ_N = Nu/(1 − Nu) times the sum of the moduli. Underflow costs at most
2⁻¹⁰⁷⁴ per operation: a floor of 2⁻¹⁰⁰⁰ in every source dwarfs it. The bounds themselves are sums
and products of non-negative floating-point numbers: with N roundings on the longest path they are
right up to the factor 1 ± γ_N, and 1 + 2⁻²⁰ covers N ≤ 2³². The trajectory must be the one that
``forward`` recorded for this network.
"""

from __future__ import annotations

import numpy as np

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.gradients.differences import require_analytic
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes

__all__ = ["OUTWARD", "Propagation", "gamma", "outward", "through"]

_FLOOR = 2.0**-1000
OUTWARD = 1 + 2.0**-20


def gamma(operations: float) -> float:
    """Return γ_N = Nu/(1 − Nu) for N operations (Higham 2002, Lemma 3.1)."""
    return operations * UNIT_ROUNDOFF / (1 - operations * UNIT_ROUNDOFF)


def through(products: Array, sources: list[Array]) -> Array:
    """Return Σ_m products[:, m, :] @ sources[m]: the right-hand side of (1)."""
    rows, count, size = products.shape
    return np.asarray(products.reshape(rows, count * size) @ np.concatenate(sources))


def _rows(vector: Array) -> Array:
    return np.asarray(vector[:, np.newaxis])


class Propagation:
    """One pass along the run, in which all bounds grow together.

    Stacks have the shape (d, k − start + 1, d); the middle index is m − start. ``step`` is the
    complex step, or 0 where there is none.
    """

    def __init__(
        self, network: ElmanNetwork, trajectory: Trajectory, start: int, offset: Array, step: float
    ) -> None:
        size = network.state_size
        self.network, self.trajectory, self.offset, self.step = network, trajectory, offset, step
        self.start = self.k = start
        self.slope = slopes(network, trajectory)
        self.products = np.eye(size)[:, np.newaxis]
        self.spread = np.zeros((size, 1, size))
        # Sources of the recursions, one block for each m; none acts at m = start.
        self.drifting = [np.zeros((size, 1))]
        self.second = [np.zeros((size, size))]
        self.third = [np.zeros((size, size))]
        self.rounding = [np.zeros((size, size))]
        self.imaginary = [np.zeros((size, size))]
        self.brackets: list[Array] = []

    def upper(self) -> Array:
        """Return G(k,m) for all m."""
        return np.asarray(np.abs(self.products) + self.spread)

    def run(self, stop: int) -> Array:
        """Advance to ``stop`` and return G(stop,m) for all m."""
        with np.errstate(over="ignore", invalid="ignore"):
            while self.k < stop:
                self._advance()
            return self.upper()

    def _advance(self) -> None:
        network, activation, k = self.network, self.network.activation, self.k
        size, modulus = network.state_size, np.abs(network.recurrent_weight)
        before = self.upper()
        signed = np.tensordot(network.recurrent_weight, self.products, axes=1)
        moduli = np.tensordot(modulus, np.abs(self.products), axes=1)
        spread = np.tensordot(modulus, self.spread, axes=1)
        reach = np.abs(signed) + gamma(size) * moduli
        inner = reach + spread
        first, second = inner[:, 0], through(inner, self.second)

        error = through(before, self.drifting)[:, 0]
        state = np.abs(self.trajectory.states[k]) + (before[:, 0] * self.offset).max(1) + 2 * error
        entering = np.abs(network.input_weight) @ np.abs(self.trajectory.inputs[k])
        magnitude = modulus @ state + entering + np.abs(network.bias)
        local = gamma(size + network.input_size + 1) * magnitude + _FLOOR
        drift = through(inner, self.drifting)[:, 0] + local

        radius = first * self.offset + 2 * _rows(drift)
        centre = self.trajectory.preactivations[k]
        s1, s2, s3 = activation.derivatives_upper(_rows(centre), radius)
        steepest = s1.max(1)
        slope_error = activation.derivative_error * UNIT_ROUNDOFF * steepest + _FLOOR
        tube = np.minimum((s2 * radius).max(1), 2 * steepest) + slope_error
        bend = s2.max(1) * drift

        value = np.abs(self.trajectory.states[k + 1]) * OUTWARD + steepest * radius.max(1)
        value = np.minimum(value, activation.value_upper)
        injected = steepest * local + activation.function_error * UNIT_ROUNDOFF * value + _FLOOR
        if self.step:
            injected = injected + self._advance_imaginary(before, first, steepest, bend, value)
        self._advance_rounding(before, first, steepest, bend + slope_error)
        self.drifting.append(_rows(injected))
        self.second.append(s2 * first**2 + _FLOOR)
        self.third.append(s3 * first**3 + 3 * s2 * first * second + _FLOOR)

        bracket = _rows(_rows(tube)) * reach + _FLOOR
        bracket += gamma(size + 2) * _rows(_rows(steepest)) * moduli
        products = _rows(_rows(self.slope[k])) * signed
        self.products = np.concatenate([products, np.eye(size)[:, np.newaxis]], axis=1)
        grown = _rows(_rows(steepest)) * spread + bracket
        self.spread = np.concatenate([grown, np.zeros((size, 1, size))], axis=1)
        if self.offset.any():
            self.brackets.append(bracket)
            self._sharpen_spread()
        self.k = k + 1

    def _advance_rounding(
        self, before: Array, first: Array, steepest: Array, slope_deviation: Array
    ) -> None:
        modulus = np.abs(self.network.recurrent_weight)
        error = through(before, self.rounding)
        seen = first + modulus @ error
        source = _rows(slope_deviation) * seen
        source += gamma(modulus.shape[0] + 2) * _rows(steepest) * (modulus @ (before[:, 0] + error))
        # The scaled product loses what is 2⁻¹⁰²² times smaller than its largest entry.
        self.rounding.append(source + _FLOOR * (1 + seen.max()))

    def _advance_imaginary(
        self, before: Array, first: Array, steepest: Array, bend: Array, value: Array
    ) -> Array:
        """Add the source of V − Φ, and return what the complex step adds to the real part's."""
        extension = require_analytic(self.network.activation)
        modulus = np.abs(self.network.recurrent_weight)
        size = modulus.shape[0]
        error = through(before, self.imaginary)
        moduli = modulus @ (before[:, 0] + error)
        seen = first + modulus @ error + gamma(size) * moduli
        travelled = np.square(self.step * seen)
        relative = extension.error * UNIT_ROUNDOFF + extension.third_ratio / 6 * travelled
        source = (_rows(bend) + relative * _rows(steepest)) * seen
        # A product of two errors is u relative to a term that is here: OUTWARD covers it.
        source += gamma(size + 1) * _rows(steepest) * moduli
        source = np.where(travelled > extension.strip**2, np.inf, source)
        # d products and one value, each off by 2⁻¹⁰⁷⁴ where it underflows.
        self.imaginary.append(source + 2.0**-1060 / self.step)
        lifted = extension.second_ratio / 2 * steepest * travelled.max(1)
        return np.asarray(lifted + extension.error * UNIT_ROUNDOFF * value)

    def _sharpen_spread(self) -> None:
        """Apply the second bound of (2), for m from the latest to the earliest."""
        size, count = self.products.shape[0], self.products.shape[1] - 1
        upper = self.upper()
        for m in reversed(range(count)):
            later = upper[:, m + 1 :].reshape(size, -1)
            sharp = later @ np.concatenate([bracket[:, m] for bracket in self.brackets[m:]])
            self.spread[:, m] = np.fmin(self.spread[:, m], sharp)
            upper[:, m] = np.abs(self.products[:, m]) + self.spread[:, m]


def outward(bound: Array) -> Array:
    """Return the bound with the roundings of its own evaluation paid for."""
    # NaN stems from ∞·0, where nothing is known.
    return np.where(np.isnan(bound), np.inf, bound * OUTWARD)
