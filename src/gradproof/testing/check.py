"""Checking a gradient, a Jacobian or a vector–Jacobian product against evaluations of f alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import Array, as_real
from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.testing.causes import likely_cause
from gradproof.testing.comparison import compare
from gradproof.testing.differentiation import Measured, along, by_complex_step, by_differences
from gradproof.testing.functions import Function, NotComplexError, RowFunction, as_point
from gradproof.testing.remainder import remainder_line
from gradproof.testing.report import EvidenceLine, GradientError, GradientReport, Status

__all__ = [
    "RELATIVE",
    "assert_gradient",
    "assert_jacobian",
    "assert_vjp",
    "check_gradient",
    "check_jacobian",
    "check_vjp",
    "demand",
]

Claimed: TypeAlias = Callable[..., Any] | ArrayLike

RELATIVE = 1e-9
"""Below the rounding of float32, 6e-8, above that of a few hundred steps in float64."""


def check_jacobian(
    function: Function,
    jacobian: Claimed,
    at: ArrayLike,
    /,
    *,
    vectorized: bool = False,
    relative: float = RELATIVE,
    seed: int = 0,
) -> GradientReport:
    """Check a Jacobian of a function that maps an array to an array.

    Parameters
    ----------
    function
        f; takes an array of the shape of ``at``.
    jacobian
        ∂f/∂x at ``at``, or a function that returns it: shape ``f(at).shape + at.shape``, or (p, m)
        with both flattened.
    at
        The point x, an array of any shape.
    vectorized
        Whether f takes N stacked arguments at once; all perturbations are one call then.
    relative
        How far an entry may be off, relative to itself, beside what can't be resolved.
    seed
        Of the random direction along which the lines of evidence are compared.

    Raises
    ------
    InputError
        Naming the argument that is no array of its shape, or what f returns that is none.

    >>> print(check_jacobian(np.sin, lambda x: np.diag(np.cos(x)), [0.0, 1.0]).status)
    Status.PASS
    >>> report = check_jacobian(np.sin, lambda x: -np.diag(np.cos(x)), [0.0, 1.0])
    >>> report.status.value, report.worst.ratio, report.cause
    ('fail', -1.0, 'the sign: every entry has the opposite one')
    """
    rows = RowFunction(function, as_point(at), vectorized)
    got = _claimed(jacobian, "jacobian", rows)
    return _checked("Jacobian", rows, got, relative, seed)


def check_gradient(
    function: Function,
    gradient: Claimed,
    at: ArrayLike,
    /,
    *,
    vectorized: bool = False,
    relative: float = RELATIVE,
    seed: int = 0,
) -> GradientReport:
    """Check the gradient of a function that maps an array to a number.

    See :func:`check_jacobian`; ``gradient`` has the shape of ``at``.

    >>> report = check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, [1e-9, 3.0])
    >>> report.status.value
    'pass'
    """
    rows = RowFunction(function, as_point(at), vectorized)
    if rows.value.size != 1:
        problem = f"returns shape {rows.output_shape}"
        raise ShapeError("function", problem, "return one number, or use check_jacobian")
    got = _claimed(gradient, "gradient", rows)
    return _checked("gradient", rows, got, relative, seed)


def check_vjp(
    function: Function,
    vjp: Callable[[NDArray[Any], Array], Any],
    at: ArrayLike,
    /,
    *,
    cotangent: ArrayLike | None = None,
    vectorized: bool = False,
    relative: float = RELATIVE,
    seed: int = 0,
) -> GradientReport:
    """Check a vector–Jacobian product: ``vjp(x, c)`` is to be the gradient of Σ cᵢ fᵢ(x).

    ``cotangent`` has the shape of f(x); by default its entries are drawn from N(0, 1).

    >>> report = check_vjp(np.sin, lambda x, c: c * np.cos(x), [0.0, 1.0, 2.0])
    >>> report.status.value
    'pass'
    """
    point = as_point(at)
    whole = RowFunction(function, point, vectorized)
    if cotangent is None:
        weights = np.random.default_rng(seed).normal(size=whole.output_shape)
    else:
        weights = as_real(cotangent, "cotangent", dimensions=len(whole.output_shape))
        if weights.shape != whole.output_shape:
            wanted = f"give shape {whole.output_shape}"
            raise ShapeError("cotangent", f"has shape {weights.shape}", wanted)
    axes = tuple(range(-len(whole.output_shape), 0))

    def weighted(x: NDArray[Any]) -> Any:
        return (weights * np.asarray(function(x))).sum(axis=axes)

    rows = RowFunction(weighted, point, vectorized)
    got = _claimed(vjp(point.copy(), weights.copy()), "vjp", rows)
    return _checked("vector–Jacobian product", rows, got, relative, seed)


def assert_jacobian(
    function: Function, jacobian: Claimed, at: ArrayLike, /, **options: Any
) -> None:
    """Raise :class:`GradientError` with the report unless :func:`check_jacobian` passes.

    >>> assert_jacobian(lambda x: x**3, lambda x: np.diag(3 * x**2), [1.0, 2.0])
    """
    demand(check_jacobian(function, jacobian, at, **options))


def assert_gradient(
    function: Function, gradient: Claimed, at: ArrayLike, /, **options: Any
) -> None:
    """Raise :class:`GradientError` with the report unless :func:`check_gradient` passes.

    >>> assert_gradient(lambda x: (x**3).sum(), lambda x: 3 * x**2, [1.0, 2.0])
    """
    demand(check_gradient(function, gradient, at, **options))


def assert_vjp(
    function: Function, vjp: Callable[..., Any], at: ArrayLike, /, **options: Any
) -> None:
    """Raise :class:`GradientError` with the report unless :func:`check_vjp` passes.

    >>> assert_vjp(np.sin, lambda x, c: c * np.cos(x), [0.0, 1.0, 2.0])
    """
    demand(check_vjp(function, vjp, at, **options))


def demand(report: GradientReport) -> None:
    """Raise :class:`GradientError` with the report unless it says pass."""
    if report.status is not Status.PASS:
        raise GradientError(report)


def _claimed(claimed: Claimed, argument: str, rows: RowFunction) -> Array:
    value = claimed(rows.at.copy()) if callable(claimed) else claimed
    raw = np.asarray(value)
    if raw.dtype.kind not in "biuf":
        problem = f"has entries of type {raw.dtype}"
        raise ShapeError(argument, problem, "give an array of real numbers")
    size = (rows.value.size, rows.at.size)
    if raw.shape not in ((*rows.output_shape, *rows.at.shape), size):
        wanted = f"give shape {(*rows.output_shape, *rows.at.shape)}"
        raise ShapeError(argument, f"has shape {raw.shape}", wanted)
    return np.asarray(raw.astype(np.float64).reshape(size))


def _checked(
    subject: str, rows: RowFunction, got: Array, relative: float, seed: int
) -> GradientReport:
    if not 0 <= relative < 1:
        raise OutOfRangeError("relative", f"is {relative}", "give a number in [0, 1)")
    generator = np.random.default_rng(seed)
    signs = generator.choice([-1.0, 1.0], size=rows.at.size)
    direction = signs * np.maximum(np.abs(rows.point), 1)
    slope = along(rows, direction)
    measured, lines = _measured(rows, direction, slope)
    comparison = compare(measured, got, relative=relative)
    agrees = {Status.PASS: True, Status.FAIL: False, Status.VACUOUS: None}[comparison.status]
    lines = [EvidenceLine(measured.method, agrees, comparison.finding), *lines]
    if measured.method != "central differences":
        lines.append(_along_line(slope, got @ direction, relative))
    lines.append(remainder_line(rows, got, direction))
    row, column = comparison.worst()
    index = (
        *np.unravel_index(row, rows.output_shape),
        *np.unravel_index(column, rows.at.shape),
    )
    cause = likely_cause(comparison, rows) if comparison.status is Status.FAIL else None
    return comparison.report(subject, tuple(map(int, index)), cause, tuple(lines))


def _measured(
    rows: RowFunction, direction: Array, slope: tuple[Array, Array]
) -> tuple[Measured, list[EvidenceLine]]:
    """Return the complex step if f allows it and differences don't contradict it, else these."""
    method = "complex step"
    try:
        measured = by_complex_step(rows)
    except NotComplexError as why:
        return by_differences(rows), [EvidenceLine(method, None, f"not used: {why}")]
    value, error = slope
    expected = measured.jacobian @ direction
    slack = measured.resolution @ np.abs(direction) + error
    if (np.abs(value - expected) > slack).any():
        finding = "not used: differences contradict it, so the function isn't analytic here"
        return by_differences(rows), [EvidenceLine(method, None, finding)]
    return measured, []


def _along_line(slope: tuple[Array, Array], claimed: Array, relative: float) -> EvidenceLine:
    value, error = slope
    method = "differences along a line"
    size = np.maximum(np.abs(value), np.abs(claimed)).max()
    if not error.max() < 0.1 * size:
        finding = f"signal {size:.3g}, resolution {error.max():.3g}"
        return EvidenceLine(method, None, finding)
    off = np.abs(value - claimed)
    agrees = bool((off <= relative * np.abs(value) + error).all())
    return EvidenceLine(method, agrees, f"off by {off.max():.3g}, {error.max():.3g} is resolved")
