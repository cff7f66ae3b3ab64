"""The budget and the seed of a run: how many random cases each claim tries, and which."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["PROFILES", "Profile", "Run"]


@dataclass(frozen=True)
class Profile:
    """How much work a check does: random cases of a property, random instances of a step."""

    name: str
    examples: int
    trials: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", examples=25, trials=3),
        Profile("ci", examples=100, trials=10),
        Profile("thorough", examples=2000, trials=100),
    )
}


@dataclass(frozen=True)
class Run:
    """What a claim's function is given: the budget and the seed of this run."""

    profile: Profile
    seed: int
    claim: str

    @property
    def examples(self) -> int:
        """Random cases to try of a property."""
        return self.profile.examples

    @property
    def trials(self) -> int:
        """Random instances to try of each step of a derivation."""
        return self.profile.trials

    @property
    def seed_value(self) -> int:
        """A seed that depends on the run's seed and on the claim's name, and on nothing else."""
        return zlib.crc32(f"{self.seed}:{self.claim}".encode())

    @property
    def generator(self) -> np.random.Generator:
        """A new generator with this claim's seed."""
        import numpy as np

        return np.random.default_rng(self.seed_value)
