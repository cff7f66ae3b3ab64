"""An instance with given numbers: what isn't given gets a stated default, and nothing is random."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp

from gradproof.errors import InputError, OutOfRangeError, ShapeError, UnknownNameError
from gradproof.symbolic.instances.instantiate import (
    Assignment,
    NotNumericError,
    agree,
    evaluate,
    is_met,
)
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.relation import Hypothesis, Proposition, satisfies_assumptions

__all__ = ["GAMMA", "Given", "StepValues", "given_numbers", "step_values", "unmet"]

#: The bound of |φ′| of an abstract φ.
GAMMA = sp.Symbol("gamma", positive=True)

#: A trajectory longer than this is refused: every Jacobian runs through all of it.
MOST_STEPS = 1000


def _is_of_kind(symbol: sp.Symbol, value: Any) -> bool:
    exact = sp.Integer(value) if isinstance(value, int) else sp.Float(value)
    return satisfies_assumptions(symbol, exact)


@dataclass
class Given(Assignment):
    """The numbers that were given, and the defaults that took the place of what was not."""

    given: Mapping[str, Any] = field(default_factory=dict)
    #: What was used for each name, in the order in which it was first asked for.
    used: dict[str, Any] = field(default_factory=dict)

    def scalar(self, symbol: sp.Symbol) -> Any:
        """Return the value of a symbol: as given, else the default."""
        if symbol not in self.values:
            value = self._scalar(symbol.name)
            if symbol.is_integer and isinstance(value, float) and value.is_integer():
                value = int(value)
            if symbol.name not in self.given:
                options = (value, 1, 0.5, -1, 0)
                value = next((o for o in options if _is_of_kind(symbol, o)), value)
            if not _is_of_kind(symbol, value):
                raise OutOfRangeError(
                    symbol.name, f"is {value}", "give a number of the kind that the theorem names"
                )
            self.values[symbol] = value
            if symbol.name not in ("d", "m"):
                self.used[symbol.name] = value
        return self.values[symbol]

    def _scalar(self, name: str) -> Any:
        if name in self.given:
            value = self.given[name]
            if np.ndim(value) != 0:
                raise ShapeError(name, f"has shape {np.shape(value)}", "give one number")
            return value.item() if hasattr(value, "item") else value
        inputs = self.given.get("x")
        if name == "d":
            return self.state_size
        if name == "m":
            if "U" in self.given:
                return int(np.shape(self.given["U"])[1])
            return 1 if inputs is None else int(inputs.shape[1])
        if name == "n":
            return 3 if inputs is None else max(len(inputs) - int(self._scalar("t")), 1)
        return {"t": 0, "k": 1, "z": 0.5, "alpha": 0.5}.get(name, 1)

    @property
    def state_size(self) -> int:
        """The number d of rows of W."""
        weights = next((v for n, v in self.given.items() if n[:1] == "W" and np.ndim(v) == 2), None)
        if weights is None:
            raise UnknownNameError("W", "isn't given", "give the recurrent matrix W, d × d")
        return int(weights.shape[0])

    def matrix(self, symbol: sp.MatrixSymbol) -> Any:
        """Return the value of a matrix symbol: as given, else the default."""
        if symbol not in self.values:
            name, shape = symbol.name, self.shape(symbol)
            value = self.given.get(name)
            if value is None:
                if name == "W":
                    raise UnknownNameError("W", "isn't given", "give the recurrent matrix W, d × d")
                square = shape[0] == shape[1] and (name != "U" or "x" in self.given)
                value = np.eye(*shape) if square and shape != (1, 1) else np.ones(shape)
                if name[:1] == "b" or (name[:1] == "U" and "x" not in self.given):
                    value = np.zeros(shape)
                elif name[:1] == "U" and not square:
                    raise UnknownNameError(name, "isn't given but x is", f"give {name}, {shape}")
            value = np.asarray(value, dtype=float)
            if value.ndim == 1 and shape[1] == 1:
                value = value[:, np.newaxis]
            if value.shape != shape:
                raise ShapeError(name, f"has shape {value.shape}", f"give shape {shape}")
            self.values[symbol] = self.used[name] = value
        return self.values[symbol]

    def sequence(self, vector: nodes.TimeIndexed) -> Any:
        """Return h_k, z_k or x_k: h_0 and x as given, the others from their definitions."""
        k = int(evaluate(vector.index, self))
        if k > MOST_STEPS:
            raise OutOfRangeError("n", f"leads to step {k}", f"stay below {MOST_STEPS}")
        key = (vector.name, k)
        definition = self._definition(vector) if k > 0 else None
        if key not in self.sequences and definition is None:
            self.sequences[key] = self._free(vector, k)
        elif key not in self.sequences and definition is not None:
            # From the first missing step upwards: recursion would be as deep as the trajectory.
            left, right = definition
            missing = next(
                j for j in range(k, -1, -1) if j < 1 or (vector.name, j) in self.sequences
            )
            for j in range(missing + 1, k + 1):
                value = evaluate(right.xreplace({left.index: sp.Integer(j)}), self)
                self.sequences[(vector.name, j)] = value
        return self.sequences[key]

    def _free(self, vector: nodes.TimeIndexed, k: int) -> Any:
        size = self.shape(vector)[0]
        name = f"{vector.name}_{k}"
        if vector.name in self.given and vector.name == "x":
            inputs = self.given["x"]
            if inputs.shape[1] != size:
                raise ShapeError("x", f"has {inputs.shape[1]} columns", f"give {size}")
            self.used["x"] = inputs
            if 1 <= k <= len(inputs):
                return inputs[k - 1][:, np.newaxis]
            self.used[name] = 0
            return np.zeros((size, 1))
        if vector.name in self.given and k == 0:
            value = np.asarray(self.given[vector.name], dtype=float).reshape(-1, 1)
            if len(value) != size:
                raise ShapeError(name, f"has {len(value)} entries", f"give {size}")
            self.used[name] = value
            return value
        self.used[name if vector.name != "x" else "x"] = 0
        return np.zeros((size, 1))


def given_numbers(numbers: Mapping[str, Any], definitions: Iterable[Hypothesis]) -> Given:
    """Return the instance that the numbers are, under definitions of its sequences."""
    fixed = {GAMMA: float(numbers.get("gamma", 1))}
    generator = np.random.default_rng(0)
    return Given(generator, tuple(definitions), dict(fixed), given=numbers)


@dataclass(frozen=True)
class StepValues:
    """The values of both sides of a step, None where a side has none, and whether they agree."""

    left: Any
    right: Any
    why: str
    agree: bool | None


def step_values(proposition: Proposition, assignment: Given) -> StepValues:
    """Evaluate both sides; ``agree`` is None where one has no finite value."""
    sides: list[Any] = []
    why = ""
    for side in (proposition.left, proposition.right):
        try:
            with np.errstate(all="ignore"):
                value = evaluate(side, assignment)
        except NotNumericError:
            value, why = None, "no numeric value: a limit or a second derivative"
        except np.linalg.LinAlgError:
            value, why = None, "no numeric value: a matrix is singular"
        except (ArithmeticError, OverflowError):
            value, why = None, "no numeric value: division by zero or overflow"
        if value is not None and not np.all(np.isfinite(value)):
            value, why = None, "no finite value in float64"
        sides.append(value)
    left, right = sides
    if left is None or right is None:
        return StepValues(left, right, why, None)
    return StepValues(left, right, "", agree(left, proposition.relation, right, assignment.scale))


def unmet(hypotheses: Iterable[Hypothesis], assignment: Given) -> list[Hypothesis]:
    """Return the hypotheses that the numbers don't meet."""
    found = []
    for hypothesis in sorted(hypotheses, key=str):
        try:
            with np.errstate(all="ignore"):
                if not is_met(hypothesis, assignment):
                    found.append(hypothesis)
        except InputError:
            raise
        except (NotNumericError, ArithmeticError, np.linalg.LinAlgError):
            found.append(hypothesis)
    return found
