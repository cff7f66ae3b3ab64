"""Complex numbers whose derivatives are off by what rounded values would put them off by.

A backward pass takes the slope of tanh from its value, 1 − h². NumPy's complex tanh takes it from
the argument. Near saturation the first is known to u/(1 − h²) only, so both are right and differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Jittered"]

_Shares: TypeAlias = Callable[[tuple[int, ...]], NDArray[np.float64]]


class Jittered(np.ndarray):
    """A complex array that multiplies imaginary parts by 1 + a share of their uncertainty.

    The uncertainty is that of a derivative which is computed from the rounded value, u|g g″/g′²|
    for a function g: with g′ = ψ(g) an error u|g| of the value moves ψ by u|g ψ′(g)|, and
    ψ′(g) = g″/g′. It is 2uh²/(1 − h²) for tanh. A constant c that is added to e leaves e known to
    u|c|, as in 1/(1 + exp(−z)) of which the slope is computed as s(1 − s). At most 1 counts.

    For seed 0 all signs are alike, since errors of one sign add up along a scalar chain; for
    others a random share in [−1, 1] of each uncertainty counts, since others would cancel.

    >>> z = np.array([1.0 + 1e-20j, 18.0 + 1e-20j]).view(Jittered).seeded(2.0**-53, 0)
    >>> off = np.tanh(z).imag / np.tanh(np.asarray(z)).imag - 1
    >>> bool(abs(off[0]) < 1e-15), bool(abs(off[1]) > 0.1)
    (True, True)
    """

    unit: float = 0.0
    shares: _Shares | None = None

    def seeded(self, unit: float, seed: int) -> Jittered:
        """Return the array with the rounding that it is to imitate, none for 0, and shares."""
        self.unit, self.shares = unit, np.ones
        if seed:
            generator = np.random.default_rng(seed)
            self.shares = lambda shape: generator.uniform(-1.0, 1.0, shape)
        return self

    def __array_finalize__(self, of: Any) -> None:
        self.unit = getattr(of, "unit", 0.0)
        self.shares = getattr(of, "shares", None)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(part) if isinstance(part, Jittered) else part for part in inputs]
        if options.get("out") is not None:
            options["out"] = tuple(
                np.asarray(part) if isinstance(part, Jittered) else part for part in options["out"]
            )
        if ufunc is np.tanh and method == "__call__" and not options and self.shares is not None:
            return self._kept(self._tanh(plain[0], self.shares))
        result = getattr(ufunc, method)(*plain, **options)
        if isinstance(result, tuple) or not np.iscomplexobj(result) or self.shares is None:
            return result
        result = np.asarray(result)
        uncertainty = None
        if self.unit and method == "__call__":
            uncertainty = _uncertainty(ufunc, plain, result, self.unit)
        if uncertainty is not None:
            # In place, so that an array that was given for the result has it as well.
            result.imag *= 1 + self.shares(result.shape) * np.minimum(uncertainty, 1)
        return self._kept(result)

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return part if isinstance(part, Jittered) else self._kept(np.asarray(part))

    def _tanh(self, z: NDArray[Any], shares: _Shares) -> NDArray[Any]:
        """Return tanh z, several times as fast as NumPy where the imaginary parts y are small.

        tanh(x + iy) = tanh x + iy/cosh² x, but for O(y²) relative to either part. Where rounding is
        imitated, 1/cosh² x is 1 − tanh² x, off by 2u tanh² x.
        """
        y = z.imag
        if not np.iscomplexobj(z) or max(y.max(initial=0.0), -y.min(initial=0.0)) > 2.0**-28:
            plain = np.array(np.tanh(z))
            loss = _uncertainty(np.tanh, [z], plain, self.unit) if self.unit else None
            if loss is not None and np.iscomplexobj(plain):
                plain.imag *= 1 + shares(plain.shape) * np.minimum(loss, 1)
            return plain
        # Rows of one batch that are perturbed in the imaginary part alone are computed once.
        real, size = z.real.ravel(), z.size // len(z) if z.ndim > 1 and z.size else 0
        shared = 0 < size < z.size and bool((real[size:] == real[:-size]).all())
        x = z.real[:1] if shared else z.real
        value = np.tanh(x)
        with np.errstate(over="ignore"):
            if self.unit:
                square = value * value
                slope = 1 - square + 2 * self.unit * shares(x.shape) * square
            else:
                slope = 1 / np.cosh(x) ** 2
        result = np.empty_like(z)
        result.real = value
        np.multiply(y, slope, out=result.imag)
        return result

    def _kept(self, array: NDArray[Any]) -> Jittered:
        """Return the array, one number too, as one of this kind."""
        kept = array.view(Jittered)
        kept.unit, kept.shares = self.unit, self.shares
        return kept


def _uncertainty(
    ufunc: np.ufunc, inputs: list[Any], result: NDArray[Any], unit: float
) -> NDArray[Any] | None:
    if ufunc is np.tanh:  # with an array for the result
        square = np.minimum(result.real**2, 1)
        with np.errstate(all="ignore"):
            return np.asarray(np.nan_to_num(2 * unit * square / (1 - square), nan=1.0))
    if ufunc in (np.add, np.subtract):
        constants = [part for part in inputs if np.ndim(part) == 0 and np.imag(part) == 0]
        if len(constants) == 1:
            other = next(part for part in inputs if part is not constants[0])
            with np.errstate(all="ignore"):
                loss = unit * abs(constants[0]) / np.abs(np.real(other))
            return np.asarray(np.nan_to_num(loss, nan=0.0, posinf=1.0))
    return None
