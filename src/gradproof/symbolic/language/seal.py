"""The seal of the trusted base: what only the kernel may make, and what nobody may extend.

Laws, theorems and the rules of existence are believed because the kernel made them. A class that
carries the seal takes it when it is made and doesn't keep it, so that ``dataclasses.replace`` gives
an object without it. Whoever imports :data:`KERNEL` extends the trusted base, and knows it.
"""

from __future__ import annotations

from gradproof.errors import InputError

__all__ = ["KERNEL", "Sealed"]

KERNEL = object()


class Sealed:
    """A class that only the kernel extends, since a subclass could answer for its own checks.

    What has a formula ``latex`` shows it in a notebook.
    """

    def _repr_latex_(self) -> str | None:
        formula = getattr(self, "latex", None)
        return None if formula is None else rf"$\displaystyle {formula}$"

    def __init_subclass__(cls, *, seal: object = None) -> None:
        super().__init_subclass__()
        if seal is not KERNEL:
            raise InputError(
                cls.__name__,
                "extends a class of the trusted base",
                "state what you need as a hypothesis",
            )
