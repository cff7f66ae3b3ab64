"""Where a statement comes from: a key of the bibliography and a locator within that work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradproof.errors import UnknownNameError

__all__ = ["BIBLIOGRAPHY", "Reference", "Source"]


@dataclass(frozen=True)
class Reference:
    """One work of the bibliography."""

    authors: str
    year: int
    title: str
    published: str

    @property
    def short(self) -> str:
        """Surnames and year; the first surname only of more than three.

        >>> BIBLIOGRAPHY["HornJohnson2013"].short, BIBLIOGRAPHY["ChoEtAl2014"].short
        ('Horn and Johnson (2013)', 'Cho et al. (2014)')
        """
        *before, last = (author.rpartition(". ")[2] for author in self.authors.split(", "))
        if len(before) > 2:
            return f"{before[0]} et al. ({self.year})"
        return f"{', '.join(before)}{' and ' if before else ''}{last} ({self.year})"

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}). {self.title}. {self.published}."


BIBLIOGRAPHY: Mapping[str, Reference] = MappingProxyType(
    {
        "BengioSimardFrasconi1994": Reference(
            "Y. Bengio, P. Simard, P. Frasconi",
            1994,
            "Learning long-term dependencies with gradient descent is difficult",
            "IEEE Transactions on Neural Networks 5(2), 157–166",
        ),
        "Brenndoerfer2025": Reference(
            "M. Brenndoerfer",
            2025,
            "Vanishing Gradients in RNNs: Why Neural Networks Forget Long Sequences",
            "mbrenndoerfer.com",
        ),
        "ChoEtAl2014": Reference(
            "K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk, "
            "Y. Bengio",
            2014,
            "Learning phrase representations using RNN encoder–decoder for statistical machine "
            "translation",
            "Proceedings of EMNLP, 1724–1734",
        ),
        "Elman1990": Reference(
            "J. L. Elman", 1990, "Finding structure in time", "Cognitive Science 14(2), 179–211"
        ),
        "GersSchmidhuberCummins2000": Reference(
            "F. A. Gers, J. Schmidhuber, F. Cummins",
            2000,
            "Learning to forget: continual prediction with LSTM",
            "Neural Computation 12(10), 2451–2471",
        ),
        "Higham2002": Reference(
            "N. J. Higham",
            2002,
            "Accuracy and Stability of Numerical Algorithms, 2nd edition",
            "SIAM",
        ),
        "HochreiterSchmidhuber1997": Reference(
            "S. Hochreiter, J. Schmidhuber",
            1997,
            "Long short-term memory",
            "Neural Computation 9(8), 1735–1780",
        ),
        "HornJohnson2013": Reference(
            "R. A. Horn, C. R. Johnson",
            2013,
            "Matrix Analysis, 2nd edition",
            "Cambridge University Press",
        ),
        "MagnusNeudecker2019": Reference(
            "J. R. Magnus, H. Neudecker",
            2019,
            "Matrix Differential Calculus with Applications in Statistics and Econometrics, "
            "3rd edition",
            "Wiley",
        ),
        "PascanuMikolovBengio2013": Reference(
            "R. Pascanu, T. Mikolov, Y. Bengio",
            2013,
            "On the difficulty of training recurrent neural networks",
            "Proceedings of ICML 28(3), 1310–1318",
        ),
        "Spijker1991": Reference(
            "M. N. Spijker",
            1991,
            "On a conjecture by LeVeque and Trefethen related to the Kreiss matrix theorem",
            "BIT 31(3), 551–555",
        ),
        "SquireTrapp1998": Reference(
            "W. Squire, G. Trapp",
            1998,
            "Using complex variables to estimate derivatives of real functions",
            "SIAM Review 40(1), 110–112",
        ),
        "TrefethenEmbree2005": Reference(
            "L. N. Trefethen, M. Embree",
            2005,
            "Spectra and Pseudospectra: The Behavior of Nonnormal Matrices and Operators",
            "Princeton University Press",
        ),
    }
)


@dataclass(frozen=True)
class Source:
    """A work and the place in it, or the project itself.

    Raises
    ------
    UnknownNameError
        If ``key`` is no key of :data:`BIBLIOGRAPHY`.

    >>> str(Source("HornJohnson2013", "Theorem 5.6.12"))
    'HornJohnson2013, Theorem 5.6.12'
    >>> str(Source.own("docs/guarantee.md"))
    'this project, docs/guarantee.md'
    """

    key: str
    locator: str

    def __post_init__(self) -> None:
        if self.key != "this project" and self.key not in BIBLIOGRAPHY:
            known = ", ".join(BIBLIOGRAPHY)
            raise UnknownNameError("key", f"is {self.key!r}", f"use one of {known}")

    @classmethod
    def own(cls, locator: str) -> Source:
        """Return the source of a statement that this project states and proves itself."""
        return cls("this project", locator)

    @property
    def citation(self) -> str:
        """What a reader is told.

        >>> Source("HornJohnson2013", "Theorem 5.6.12").citation
        'Horn and Johnson (2013), Theorem 5.6.12'
        """
        work = BIBLIOGRAPHY[self.key].short if self.key in BIBLIOGRAPHY else self.key
        return f"{work}, {self.locator}"

    def __str__(self) -> str:
        return f"{self.key}, {self.locator}"
