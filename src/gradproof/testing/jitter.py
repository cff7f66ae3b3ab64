"""Complex numbers whose derivatives are off by what rounded values would put them off by.

A backward pass takes the slope of tanh from its value, 1 − h². NumPy's complex tanh takes it from
the argument. Near saturation the first is known to u/(1 − h²) only, so both are right and differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Jittered"]


class Jittered(np.ndarray):
    """A complex array that multiplies imaginary parts by 1 ± their relative uncertainty.

    The uncertainty is that of a derivative which is computed from the rounded value, u|g g″/g′²|
    for a function g: with g′ = ψ(g) an error u|g| of the value moves ψ by u|g ψ′(g)|, and
    ψ′(g) = g″/g′. It is 2uh²/(1 − h²) for tanh. A constant c that is added to e leaves e known to
    u|c|, as in 1/(1 + exp(−z)) of which the slope is computed as s(1 − s). At most 1 counts.

    >>> z = np.array([1.0 + 1e-20j, 18.0 + 1e-20j]).view(Jittered).seeded(2.0**-53, 0)
    >>> off = np.tanh(z).imag / np.tanh(np.asarray(z)).imag - 1
    >>> bool(abs(off[0]) < 1e-15), bool(abs(off[1]) > 0.1)
    (True, True)
    """

    unit: float = 0.0
    generator: np.random.Generator | None = None

    def seeded(self, unit: float, seed: int) -> Jittered:
        """Return the array with the rounding that it is to imitate, and signs by this seed."""
        self.unit, self.generator = unit, np.random.default_rng(seed)
        return self

    def __array_finalize__(self, of: Any) -> None:
        self.unit = getattr(of, "unit", 0.0)
        self.generator = getattr(of, "generator", None)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(part) if isinstance(part, Jittered) else part for part in inputs]
        if options.get("out") is not None:
            options["out"] = tuple(
                np.asarray(part) if isinstance(part, Jittered) else part for part in options["out"]
            )
        result = getattr(ufunc, method)(*plain, **options)
        if isinstance(result, tuple) or not np.iscomplexobj(result) or self.generator is None:
            return result
        result = np.asarray(result)
        uncertainty = _uncertainty(ufunc, plain, result, self.unit)
        if method == "__call__" and uncertainty is not None:
            signs = self.generator.choice([-1.0, 1.0], size=result.shape)
            # In place, so that an array that was given for the result has it as well.
            result.imag *= 1 + signs * np.minimum(uncertainty, 1)
        return self._kept(result)

    def __getitem__(self, index: Any) -> Any:
        return self._kept(np.asarray(super().__getitem__(index)))

    def _kept(self, array: NDArray[Any]) -> Jittered:
        """Return the array, one number too, as one of this kind."""
        kept = array.view(Jittered)
        kept.unit, kept.generator = self.unit, self.generator
        return kept


def _uncertainty(
    ufunc: np.ufunc, inputs: list[Any], result: NDArray[Any], unit: float
) -> NDArray[Any] | None:
    with np.errstate(all="ignore"):
        if ufunc is np.tanh:
            square = np.minimum(result.real**2, 1)
            return np.asarray(np.nan_to_num(2 * unit * square / (1 - square), nan=1.0))
        if ufunc in (np.add, np.subtract):
            constants = [part for part in inputs if np.ndim(part) == 0 and np.imag(part) == 0]
            if len(constants) == 1:
                other = next(part for part in inputs if part is not constants[0])
                loss = unit * abs(constants[0]) / np.abs(np.real(other))
                return np.asarray(np.nan_to_num(loss, nan=0.0, posinf=1.0))
    return None
