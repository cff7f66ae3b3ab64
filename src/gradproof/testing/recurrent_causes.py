"""Why backpropagation through time is wrong: known mistakes are made, and their result compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gradproof.arrays import Array
from gradproof.testing.causes import explains, factor_of, only_single_precision
from gradproof.testing.comparison import Comparison
from gradproof.testing.stepwise import Problem, Steps, collected, put_together, row

__all__ = ["likely_recurrent_cause", "mistakes"]


def likely_recurrent_cause(
    comparison: Comparison,
    problem: Problem,
    steps: Steps,
    cotangents: Array,
    names: list[str],
) -> str | None:
    """Return the first mistake under which every entry of the arrays that are off comes out."""
    got, expected = comparison.got[0], comparison.expected[0]
    bad = ~np.isfinite(got)
    if bad.any():
        return f"{int(bad.sum())} entries are no finite numbers"
    labels = np.repeat(names, [problem.size_of(name) for name in names])
    off = {name: bool(comparison.wrong[0, labels == name].any()) for name in names}
    where = np.array([[off[name] for name in labels]])
    place = "" if all(off.values()) else f", in {', '.join(n for n in names if off[n])}"
    if explains(comparison, -expected[np.newaxis], where):
        return f"the sign is the opposite one{place}"
    factor = factor_of(comparison, where)
    if factor is not None:
        return f"a constant factor of {factor:.6g}{place}"
    for cause, gradient in mistakes(problem, steps, cotangents):
        if explains(comparison, row(gradient, names)[np.newaxis], where):
            return f"{cause}{place}"
    lost = [name for name in names if off[name] and not got[labels == name].any()]
    if lost and len(lost) == sum(off.values()):
        return f"a forgotten path: the gradient is 0 in {', '.join(lost)}"
    if only_single_precision(comparison):
        return "rounding to single precision: entries agree to float32 only"
    if comparison.wrong.sum() == 1:
        return "this entry alone is wrong"
    return None


def mistakes(
    problem: Problem, steps: Steps, cotangents: Array
) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """Yield (cause, gradient that the mistake leads to)."""
    right = put_together(steps, cotangents)
    yield "the indices of a matrix are exchanged", _transposed(problem, right)
    swapped = np.swapaxes(steps.state, 1, 2)
    if swapped.shape == steps.state.shape:
        yield (
            "the Jacobians of the steps are transposed",
            put_together(_with(steps, state=swapped), cotangents),
        )
    yield (
        "the Jacobians of the steps are multiplied in reversed order",
        collected(steps, _reversed_order(steps, cotangents)),
    )
    yield from _slopes_missing(steps, cotangents)
    yield from _off_by_one_step(steps, cotangents)
    yield from _paths_missing(problem, steps, cotangents)
    if len(cotangents) > 1 and cotangents[:-1].any():
        last = np.zeros_like(cotangents)
        last[-1] = cotangents[-1]
        yield "only the loss of the last step counts", put_together(steps, last)


def _with(
    steps: Steps, *, state: Array | None = None, immediate: Mapping[str, Array] | None = None
) -> Steps:
    return Steps(
        steps.method,
        steps.state if state is None else state,
        steps.driving,
        steps.immediate if immediate is None else immediate,
    )


def _transposed(problem: Problem, right: Mapping[str, Array]) -> dict[str, Array]:
    """Return the gradient with every matrix laid out column by column."""
    shapes = {name: value.shape for name, value in problem.parameters.items()}
    shapes["inputs"] = problem.inputs.shape
    return {
        name: part.reshape(shapes[name]).T.ravel() if len(shapes.get(name, ())) == 2 else part
        for name, part in right.items()
    }


def _reversed_order(steps: Steps, cotangents: Array) -> Array:
    """Return δ_k = Σ_j (J_{k+1} J_{k+2} ⋯ J_j)ᵀ c_j, which should be (J_j ⋯ J_{k+1})ᵀ c_j."""
    deltas = np.array(cotangents)
    for j in np.flatnonzero(cotangents.any(axis=1)):
        product = np.eye(cotangents.shape[1])
        for k in range(j - 1, -1, -1):
            product = steps.state[k + 1] @ product
            deltas[k] += product.T @ cotangents[j]
    return deltas


def _slopes_missing(steps: Steps, cotangents: Array) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """Yield φ′ left out, if a bias says what φ′ is: ∂⁺h_k/∂b is diag(φ′(z_k))."""
    size = cotangents.shape[1]
    for name, part in steps.immediate.items():
        if part.shape[2] != size:
            continue
        slopes = np.diagonal(part, axis1=1, axis2=2)
        if not slopes.all() or (part * (1 - np.eye(size))).any():
            continue
        inverse = 1 / slopes[:, :, np.newaxis]
        state = steps.state * inverse
        immediate = {key: value * inverse for key, value in steps.immediate.items()}
        cause = "the slope φ′ is missing"
        yield (
            f"{cause} in the Jacobians of the states",
            put_together(_with(steps, state=state), cotangents),
        )
        yield (
            f"{cause} in the derivatives by {name} and its like",
            put_together(_with(steps, immediate=immediate), cotangents),
        )
        yield (
            f"{cause} everywhere",
            put_together(_with(steps, state=state, immediate=immediate), cotangents),
        )
        # Wᵀ diag(φ′) δ with W in place of Wᵀ, where W = diag(φ′)⁻¹ J.
        wrong = slopes[:, :, np.newaxis] * np.swapaxes(steps.state, 1, 2) / slopes[:, np.newaxis]
        cause = "the recurrent matrix is not transposed on the way back"
        yield cause, put_together(_with(steps, state=wrong), cotangents)


def _off_by_one_step(steps: Steps, cotangents: Array) -> Iterator[tuple[str, Mapping[str, Array]]]:
    count = len(cotangents)
    if count < 2:
        return
    for shift, word in ((1, "next"), (-1, "previous")):
        of = np.clip(np.arange(count) + shift, 0, count - 1)
        immediate = {name: part[of] for name, part in steps.immediate.items()}
        cause = f"off by one step: the Jacobians of the {word} step"
        moved = _with(steps, state=steps.state[of])
        yield f"{cause} lead from state to state", put_together(moved, cotangents)
        moved = _with(steps, immediate=immediate)
        yield f"{cause} lead to the parameters", put_together(moved, cotangents)
        moved = Steps(steps.method, steps.state[of], steps.driving[of], immediate)
        yield f"{cause} are used", put_together(moved, cotangents)
    for first in range(1, count):
        part = Steps(
            steps.method,
            steps.state[first:],
            steps.driving[first:],
            {name: value[first:] for name, value in steps.immediate.items()},
        )
        total = dict(put_together(part, cotangents[first:]))
        total["inputs"] = np.concatenate(
            [np.zeros(first * steps.driving.shape[2]), total["inputs"]]
        )
        if first == count - 1:
            yield "the immediate derivative instead of the total one: the last step alone", total
        elif first == 1:
            yield "off by one step: the first step is left out", total
        else:
            yield f"truncated: only the last {count - first} steps count", total
    deltas = np.array(cotangents)
    for k in range(count - 1, 0, -1):
        deltas[k - 1] += steps.state[k].T @ deltas[k]
    deltas[-1] = 0
    yield "off by one step: the last step is left out", collected(steps, deltas)


def _paths_missing(
    problem: Problem, steps: Steps, cotangents: Array
) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """Yield what is left if a state that meets a matrix P as P h were constant there.

    Its path is ∂h_k/∂P[P v hᵀ]/‖h‖² for each v: with δP = P v hᵀ/‖h‖² is δP h = P v.
    """
    earlier = problem.states[:-1]
    for name, value in problem.parameters.items():
        if value.ndim != 2 or value.shape[1] > earlier.shape[1]:
            continue
        met = earlier[:, : value.shape[1]]
        square = (met * met).sum(axis=1)
        if not square.all():
            continue
        part = steps.immediate[name].reshape(*steps.immediate[name].shape[:2], *value.shape)
        path = np.einsum("kiab,ac,kb->kic", part, value, met) / square[:, np.newaxis, np.newaxis]
        state = steps.state.copy()
        state[:, :, : value.shape[1]] -= path
        cause = f"a forgotten path: from state to state through {name}"
        yield cause, put_together(_with(steps, state=state), cotangents)
