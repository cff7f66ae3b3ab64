"""Upper bounds of the growth of gradients in LSTM and GRU, from their weights.

Let Φ be the Jacobian of the state after n steps, from the zero state on, where all inputs are at
most X in modulus (X = ∞: all inputs). Values and slopes of gates are bounded first. With
s⁺ = |W|H + |U|X + b and s⁻ = |W|H + |U|X − b for |h| ≤ H entry by entry, z = Wh + Ux + b lies in
[−s⁻, s⁺], so a gate is at most σ(s⁺), it is at least 1 − σ(s⁻), and its slope is at most σ′(m) with
m = max(0, −s⁺, −s⁻). H = 1 to begin with; |h| ≤ what follows for it allows the same again.

**LSTM**, state (h, c). Let F, I, O bound the gates, f′, i′, o′ their slopes, G and g′ the proposal.
|c_k| ≤ F|c_{k−1}| + IG gives |c_k| ≤ κ = IG/(1 − F), and |h| ≤ O tanh κ. Entry by entry
|∂c_k/∂h_{k−1}| ≤ A = κf′|W_f| + Gi′|W_i| + Ig′|W_g|, |∂c_k/∂c_{k−1}| ≤ F,
|∂h_k/∂h_{k−1}| ≤ tanh(κ) o′|W_o| + OA and |∂h_k/∂c_{k−1}| ≤ OF. So |Φ| ≤ Mⁿ for the matrix M ≥ 0
of these four blocks; and with norms in place of moduli, the norms of the four blocks of Φ are
bounded by Mⁿ for a 2 by 2 matrix M (claim ``lstm_norm_upper`` bounds the norm of the latter M).
Either way ‖Φ‖ ≤ √size · max_i s_i/min_i s_i · rateⁿ with rate = ‖SMS⁻¹‖_∞, S = diag(s) > 0; the
least such rate is ρ(M).

**GRU**, h = (1 − z) n + z h, so |h| ≤ N, the bound of the proposal n. With R bounding the reset
gate, r′ its slope, and ν ≥ |W_n h + v| row i of the Jacobian has, entry by entry,
|∂h_i/∂h_j| ≤ z δ_ij + (1 − z) a_ij + z(1 − z) w_ij, a = R|W_n| + νr′|W_r|, w = 2N|W_z|, with the
same z = z_i everywhere; where the reset acts before W_n, a = |W_n|(R + Nr′|W_r|) instead. For
q_i = Σ_j s_i(a_ij + Z w_ij)/s_j, where z ≤ Z, the row of S∂S⁻¹ sums up to at most
z + (1 − z)q_i = 1 − (1 − z)(1 − q_i): where q_i ≤ 1, at most 1 − (1 − Z)(1 − q_i), else at most
1 + V(q_i − 1), where 1 − z ≤ V. So gradients can't explode under any inputs if all q_i ≤ 1. The
other bound is that of the claim ``gru_norm_upper``.

Rounding. Sums and products of non-negative numbers are right up to 1 + 2⁻²⁰, see
:mod:`gradproof.spectral.verified`; so a bound is multiplied by ``UP``. Differences in s⁺, s⁻ are
widened by 2⁻²⁰ of their moduli. exp and tanh are assumed right up to 8u relative, as everywhere
here, and the factor 1 ± 2⁻⁴⁰ covers them with the roundings around them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.scaling import perron_scaling, row_sum_bound
from gradproof.spectral.verified import FLOOR, UP, verified_spectral_norm
from gradproof.weights.layers import Gate, Kind, RecurrentLayer, Reset

__all__ = ["GateRange", "StateBound", "gate_ranges", "state_bounds"]

_NEARLY = 2.0**-40
_ROUNDS = 20


@dataclass(frozen=True)
class StateBound:
    """‖∂(state after n steps)/∂(state before)‖ ≤ constant · rateⁿ, from the zero state on.

    Parameters
    ----------
    norm
        "∞": moduli of entries were bounded; "2": norms of blocks.
    rate, constant
        Rounded up.
    """

    norm: str
    rate: float
    constant: float


@dataclass(frozen=True, eq=False)
class GateRange:
    """What a gate and its slope do, unit by unit, under inputs within X.

    Parameters
    ----------
    upper, off
        The gate is at most ``upper``, and one minus it at most ``off``: rounded up.
    below_one
        One minus the gate is at least this: rounded down.
    slope
        The slope is at most this.
    """

    upper: Array
    off: Array
    below_one: Array
    slope: Array


def _up(array: Array) -> Array:
    return np.asarray(array * UP + FLOOR)


def _sides(gate: Gate, bound: float, state: Array) -> tuple[Array, Array]:
    """Return s⁺ and s⁻, rounded up."""
    with np.errstate(all="ignore"):
        reach = np.abs(gate.recurrent) @ state
        if gate.entering is None:
            reach = reach + (0.0 if bound == 0 else math.inf)
        elif bound:
            sums = np.abs(gate.entering).sum(axis=1)
            reach = reach + np.where(sums == 0, 0.0, sums * bound)
    bias, moduli = gate.bias.sum(axis=0), np.abs(gate.bias).sum(axis=0)
    widened = _up(reach) + 2.0**-20 * moduli + FLOOR
    return np.asarray(widened + bias), np.asarray(widened - bias)


def _logistic_down(z: Array) -> Array:
    """Return lower bounds of σ(z)."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.maximum((1 - _NEARLY) / (1 + np.exp(-z)) - FLOOR, 0.0))


def _distance(above: Array, below: Array) -> Array:
    """Return how far from 0 every number of [−below, above] is, at least."""
    return np.asarray(np.maximum(0.0, np.maximum(-above, -below)))


def _slope_up(distance: Array) -> Array:
    """Return upper bounds of σ′ beyond a distance from 0; tanh′(z) is 4σ′(2z)."""
    e = np.exp(-distance)
    return np.asarray(np.minimum(e / np.square(1 + e) * (1 + _NEARLY) + FLOOR, 0.25))


def _logistic(gate: Gate, bound: float, state: Array) -> GateRange:
    above, below = _sides(gate, bound, state)
    return GateRange(
        np.minimum(1 - _logistic_down(-above) + _NEARLY * _logistic_down(above), 1.0),
        np.minimum(1 - _logistic_down(-below) + _NEARLY * _logistic_down(below), 1.0),
        _logistic_down(-above),
        _slope_up(_distance(above, below)),
    )


def _proposal(gate: Gate, bound: float, state: Array) -> tuple[Array, Array]:
    """Return upper bounds of |tanh(z)| and of tanh′(z)."""
    above, below = _sides(gate, bound, state)
    return _tanh_up(np.maximum(above, below)), 4 * _slope_up(2 * _distance(above, below))


def _tanh_up(z: Array) -> Array:
    return np.asarray(np.minimum(np.tanh(z) * (1 + _NEARLY) + FLOOR, 1.0))


def _times(factor: Array, matrix: Array) -> Array:
    """Return |diag(factor) W|; an infinite factor counts for nothing where the entry is 0."""
    modulus = np.abs(matrix)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.where(modulus == 0, 0.0, factor[:, np.newaxis] * modulus))


@dataclass(frozen=True, eq=False)
class _Lstm:
    """The numbers of the LSTM as at the head of this module."""

    gates: dict[str, GateRange]
    proposal: Array
    proposal_slope: Array
    cell: Array

    @classmethod
    def of(cls, layer: RecurrentLayer, bound: float, state: Array) -> _Lstm:
        gates = {label: _logistic(layer.gates[label], bound, state) for label in "ifo"}
        proposal, slope = _proposal(layer.gates["g"], bound, state)
        with np.errstate(divide="ignore", over="ignore"):
            cell = _up(gates["i"].upper * proposal / gates["f"].below_one)
        return cls(gates, proposal, slope, np.where(np.isnan(cell), math.inf, cell))

    @property
    def state(self) -> Array:
        return np.asarray(self.gates["o"].upper * _tanh_up(self.cell))


def _lstm(layer: RecurrentLayer, bound: float) -> _Lstm:
    state = np.ones(layer.size)
    for _ in range(_ROUNDS):
        found = _Lstm.of(layer, bound, state)
        state = np.minimum(found.state, 1.0)
    return found


def _lstm_moduli(layer: RecurrentLayer, found: _Lstm) -> Array:
    """Return M, shape (2d, 2d)."""
    f, i, o = (found.gates[label] for label in "fio")
    W = {label: gate.recurrent for label, gate in layer.gates.items()}
    into_cell = _times(found.cell * f.slope, W["f"]) + _times(found.proposal * i.slope, W["i"])
    into_cell = into_cell + _times(i.upper * found.proposal_slope, W["g"])
    into_state = _times(_tanh_up(found.cell) * o.slope, W["o"]) + _times(o.upper, into_cell)
    forget = np.diag(f.upper)
    return _up(np.block([[into_state, np.diag(o.upper * f.upper)], [into_cell, forget]]))


def _lstm_norms(layer: RecurrentLayer, found: _Lstm) -> Array:
    """Return M, shape (2, 2)."""
    f, i, o = (found.gates[label] for label in "fio")
    norm = {label: _norm(gate.recurrent) for label, gate in layer.gates.items()}
    into_cell = (
        _most(found.cell * f.slope, norm["f"])
        + _most(found.proposal * i.slope, norm["i"])
        + _most(i.upper * found.proposal_slope, norm["g"])
    )
    into_state = _most(_tanh_up(found.cell) * o.slope, norm["o"]) + _most(o.upper, into_cell)
    through = _most(o.upper * f.upper, 1.0)
    return _up(np.array([[into_state, through], [into_cell, _most(f.upper, 1.0)]]))


def _most(factor: Array, norm: float) -> float:
    return 0.0 if norm == 0 else float(factor.max()) * norm


def _norm(W: Array) -> float:
    """Return an upper bound of ‖W‖."""
    found = verified_spectral_norm(W)
    if found is not None:
        return found.upper
    with np.errstate(over="ignore"):
        modulus = np.abs(W)
        rows, columns = modulus.sum(axis=1).max(), modulus.sum(axis=0).max()
    return float(math.sqrt(rows) * math.sqrt(columns) * UP + FLOOR)


def _of_matrix(norm: str, M: Array) -> Iterator[StateBound]:
    """Yield the bound with |Φ| ≤ Mⁿ, or with the norms of the blocks of Φ so bounded."""
    if np.all(np.isfinite(M)):
        found = row_sum_bound(M, perron_scaling(M))
        if found is not None:
            yield StateBound(norm, found.rate, found.constant)


@dataclass(frozen=True, eq=False)
class _Gru:
    """The numbers of the GRU as at the head of this module."""

    update: GateRange
    reset: GateRange
    proposal: Array
    inner: Array

    @classmethod
    def of(cls, layer: RecurrentLayer, bound: float, state: Array) -> _Gru:
        update, reset = (_logistic(layer.gates[label], bound, state) for label in "zr")
        gate = layer.gates["n"]
        inner = _up(np.abs(gate.recurrent) @ state + np.abs(gate.inner))
        moduli = Gate(np.zeros_like(gate.recurrent), gate.entering, np.abs(gate.bias), gate.inner)
        outside, _ = _sides(moduli, bound, state)
        after = reset.upper * inner
        before = np.abs(gate.recurrent) @ (reset.upper * state) + np.abs(gate.inner)
        within = {Reset.AFTER: after, Reset.BEFORE: before}.get(
            layer.reset, np.maximum(after, before)
        )
        return cls(update, reset, _tanh_up(_up(outside + within)), inner)


def _gru(layer: RecurrentLayer, bound: float) -> _Gru:
    state = np.ones(layer.size)
    for _ in range(_ROUNDS):
        found = _Gru.of(layer, bound, state)
        state = found.proposal
    return found


def _gru_moduli(layer: RecurrentLayer, found: _Gru) -> Iterator[StateBound]:
    """Yield the bound by sums of rows, where numbers are finite."""
    W = {label: gate.recurrent for label, gate in layer.gates.items()}
    reset = found.reset
    after = _times(reset.upper, W["n"]) + _times(found.inner * reset.slope, W["r"])
    before = np.abs(W["n"]) @ (np.diag(reset.upper) + _times(found.proposal * reset.slope, W["r"]))
    proposed = {Reset.AFTER: after, Reset.BEFORE: before}.get(
        layer.reset, np.maximum(after, before)
    )
    update = _times(2 * found.proposal, W["z"])
    comparison = _up(proposed + _times(found.update.upper, update))
    if not np.all(np.isfinite(comparison)):
        return
    scaling = perron_scaling(comparison)
    with np.errstate(over="ignore"):
        q = _up(scaling * (comparison @ (1 / scaling)))
        shrinking = 1 - found.update.below_one * np.maximum(1 - q, 0.0) * (1 - _NEARLY)
        growing = 1 + found.update.off * (q - 1) * (1 + _NEARLY)
        rows = np.where(q <= 1, np.nextafter(shrinking, 2.0), np.nextafter(growing, math.inf))
        # Where the gate can't be told from 1 the row is 1 exactly, of which nothing rounds.
        rows = np.where((q <= 1) & (shrinking == 1), 1.0, rows)
    rate = float(rows.max())
    condition = math.nextafter(float(scaling.max()) / float(scaling.min()), math.inf)
    constant = math.sqrt(layer.size) * (1 + 2**-51) * condition
    if math.isfinite(rate):
        yield StateBound("∞", rate, constant)


def _gru_norms(layer: RecurrentLayer, found: _Gru) -> Iterator[StateBound]:
    norm = {label: _norm(gate.recurrent) for label, gate in layer.gates.items()}
    reset, update = found.reset, found.update
    after = _most(reset.upper, norm["n"]) + _most(found.inner * reset.slope, norm["r"])
    before = norm["n"] * (_most(reset.upper, 1.0) + _most(found.proposal * reset.slope, norm["r"]))
    proposed = {Reset.AFTER: after, Reset.BEFORE: before}.get(layer.reset, max(after, before))
    moved = _most(2 * found.proposal * update.slope, norm["z"])
    rate = (float(update.upper.max()) + float(update.off.max()) * proposed + moved) * UP
    if math.isfinite(rate):
        yield StateBound("2", rate, 1.0)


def state_bounds(layer: RecurrentLayer, /, *, inputs_within: float = math.inf) -> list[StateBound]:
    """Return the bounds that hold, the least rate first; none where nothing finite is proved.

    Parameters
    ----------
    layer
        An LSTM or a GRU.
    inputs_within
        X: |x_j| ≤ X for all inputs; infinite for all inputs whatever.

    >>> gate = Gate(np.eye(1) / 8, np.eye(1), np.array([[-1.0]]), np.zeros(1))
    >>> layer = RecurrentLayer(Kind.GRU, {label: gate for label in "rzn"})
    >>> state_bounds(layer)[0].rate, state_bounds(layer, inputs_within=1.0)[0].rate < 0.7
    (1.0, True)
    """
    with np.errstate(all="ignore"):  # what isn't finite in the end bounds nothing
        if layer.kind is Kind.LSTM:
            lstm = _lstm(layer, inputs_within)
            found = [
                *_of_matrix("∞", _lstm_moduli(layer, lstm)),
                *_of_matrix("2", _lstm_norms(layer, lstm)),
            ]
        else:
            gru = _gru(layer, inputs_within)
            found = [*_gru_moduli(layer, gru), *_gru_norms(layer, gru)]
    return sorted(found, key=lambda bound: bound.rate)


def gate_ranges(layer: RecurrentLayer, /, *, inputs_within: float) -> dict[str, GateRange]:
    """Return what the gates do under inputs within X."""
    with np.errstate(all="ignore"):
        if layer.kind is Kind.LSTM:
            return _lstm(layer, inputs_within).gates
        gru = _gru(layer, inputs_within)
        return {"r": gru.reset, "z": gru.update}
