"""Gradient checks for test suites: honest also where gradients vanish or explode."""

from gradproof.testing.adapters import from_jax, from_torch
from gradproof.testing.bounds import (
    BoundError,
    BoundReport,
    assert_gradient_bound,
    check_gradient_bound,
)
from gradproof.testing.check import (
    assert_gradient,
    assert_jacobian,
    assert_vjp,
    check_gradient,
    check_jacobian,
    check_vjp,
)
from gradproof.testing.recurrent import assert_recurrent_gradient, check_recurrent_gradient
from gradproof.testing.report import GradientError, GradientReport, Status, Worst

__all__ = [
    "BoundError",
    "BoundReport",
    "GradientError",
    "GradientReport",
    "Status",
    "Worst",
    "assert_gradient",
    "assert_gradient_bound",
    "assert_jacobian",
    "assert_recurrent_gradient",
    "assert_vjp",
    "check_gradient",
    "check_gradient_bound",
    "check_jacobian",
    "check_recurrent_gradient",
    "check_vjp",
    "from_jax",
    "from_torch",
]
