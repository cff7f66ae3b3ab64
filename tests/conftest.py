"""Settings of the suite, and what several folders look at: made once by each process."""

import pytest
from hypothesis import settings

from gradproof.audit.audit import audit
from gradproof.audit.load import load_sections, shipped_article
from gradproof.claims.check import check
from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.render.book import book_as_latex
from gradproof.render.book_html import book_as_html

pytest_plugins = ["pytester"]

# Derandomised: a run never depends on what an earlier one drew; nothing is kept on disk.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def report():
    """All shipped claims, checked."""
    return check(load_claims([shipped_proofs()]), profile="quick")


@pytest.fixture(scope="session")
def latex_book(report):
    return book_as_latex(report)


@pytest.fixture(scope="session")
def html_book(report):
    return book_as_html(report)


@pytest.fixture(scope="session")
def sections():
    """The sections of the shipped audit."""
    return load_sections(shipped_article())


@pytest.fixture(scope="session")
def audited(sections, report):
    """The shipped audit, from claims that are checked already."""
    claims = {item.claim.name: item.claim for item in report.claims}
    return audit(sections, claims, known=report.claims)
