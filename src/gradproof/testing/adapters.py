"""Functions of PyTorch and JAX as functions of NumPy arrays, and autograd as what is under test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.errors import MissingProgramError

__all__ = ["from_jax", "from_torch"]

Pair = tuple[Callable[[NDArray[Any]], NDArray[Any]], Callable[[NDArray[Any]], NDArray[Any]]]


def from_torch(function: Callable[..., Any], /) -> Pair:
    """Return (f, ∂f/∂x) for NumPy arrays; the second by ``torch.autograd.functional.jacobian``.

    So ``check_jacobian(*from_torch(f), at)`` checks what autograd makes of f, its own backward
    passes included, against evaluations of f alone. Arrays keep their type, complex ones too; give
    ``at`` in float64, and weights as well, unless single precision is what you want to see.

    Raises
    ------
    MissingProgramError
        If PyTorch isn't installed.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingProgramError("PyTorch", "isn't installed", "pip install torch") from error

    def evaluate(x: NDArray[Any]) -> NDArray[Any]:
        with torch.no_grad():
            return np.asarray(function(torch.from_numpy(np.ascontiguousarray(x))).numpy())

    def differentiate(x: NDArray[Any]) -> NDArray[Any]:
        point = torch.from_numpy(np.ascontiguousarray(x))
        return np.asarray(torch.autograd.functional.jacobian(function, point).numpy())

    return evaluate, differentiate


def from_jax(function: Callable[..., Any], /) -> Pair:
    """Return (f, ∂f/∂x) for NumPy arrays; the second by ``jax.jacrev``, both in double precision.

    Raises
    ------
    MissingProgramError
        If JAX isn't installed.
    """
    try:
        import jax
    except ImportError as error:
        raise MissingProgramError("JAX", "isn't installed", "pip install jax") from error
    backward = jax.jacrev(function)

    def evaluate(x: NDArray[Any]) -> NDArray[Any]:
        with jax.enable_x64(True):
            return np.asarray(function(jax.numpy.asarray(x)))

    def differentiate(x: NDArray[Any]) -> NDArray[Any]:
        with jax.enable_x64(True):
            return np.asarray(backward(jax.numpy.asarray(x)))

    return evaluate, differentiate
