"""Refuted: clipping the entries of a gradient one by one keeps its direction.

Witness: g = (3, 1) clipped to [−1, 1] is (1, 1), which is no multiple of g. Clipping by the norm
does keep the direction: :mod:`clipping_keeps_direction`. It isn't kept either where each group of
parameters is clipped by a norm of its own: (3 | 1), two groups of one parameter and c = 1, gives
the same (1 | 1).
"""

from fractions import Fraction

from gradproof import Witness, claim, exactly, main, refuted

GRADIENT, LIMIT = (3, 1), 1

CODE = """\
import numpy as np

g = np.array([3, 1])
clipped = np.clip(g, -1, 1)
groups = [np.array([3]), np.array([1])]
grouped = np.concatenate([v / max(1, abs(v[0])) for v in groups])
print(clipped, grouped, g[0] * clipped[1] - g[1] * clipped[0])  # 0 for parallel vectors
"""


def clipped_by_value(gradient: tuple[int, int], limit: int) -> tuple[int, int]:
    first, second = (max(-limit, min(limit, entry)) for entry in gradient)
    return first, second


def clipped_by_group(gradient: tuple[int, int], limit: int) -> tuple[Fraction, ...]:
    """Clip each entry as a group of one parameter, whose norm is its modulus."""
    return tuple(entry * min(Fraction(1), Fraction(limit, abs(entry))) for entry in gradient)


@claim(
    "Clipping each entry of a gradient, or each group of parameters by its own norm, keeps the "
    "direction of the gradient",
    title="Elementwise clipping keeps the direction",
    latex=r"\operatorname{clip}(g) = \lambda g \text{ for some } \lambda > 0",
    expected="fails",
)
def elementwise_clipping_keeps_direction(run):
    (a, b), (p, q) = GRADIENT, clipped_by_value(GRADIENT, LIMIT)
    witness = Witness(
        f"g = ({a}, {b}) clipped at {LIMIT} is ({p}, {q}): {a}·{q} − {b}·{p} = {a * q - b * p}, "
        "but 0 for parallel vectors",
        {"g": str(GRADIENT), "limit": str(LIMIT), "clip(g)": str((p, q))},
        code=CODE,
    )
    yield refuted(
        witness,
        exactly((p, q) == (1, 1), about="(3, 1) clipped at 1 is (1, 1)"),
        exactly(clipped_by_group(GRADIENT, LIMIT) == (p, q), about="so it is by groups"),
        exactly(a * q - b * p != 0, about="(3, 1) and (1, 1) aren't parallel"),
    )


if __name__ == "__main__":
    main(__file__)
