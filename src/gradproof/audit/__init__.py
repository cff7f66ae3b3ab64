"""The audit: what an article says, statement by statement, and the verdict that checks give."""

from gradproof.audit.checks import by, compares, decides, measures, prints, prints_all, refutes
from gradproof.audit.statement import Check, Kind, Reading, Section, Statement

__all__ = [
    "Check",
    "Kind",
    "Reading",
    "Section",
    "Statement",
    "by",
    "compares",
    "decides",
    "measures",
    "prints",
    "prints_all",
    "refutes",
]
