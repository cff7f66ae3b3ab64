"""The sections of the audit, and the audit itself: made once by each process."""

import pytest

from gradproof.audit.audit import audit
from gradproof.audit.load import load_sections, shipped_article


@pytest.fixture(scope="session")
def sections():
    return load_sections(shipped_article())


@pytest.fixture(scope="session")
def audited(sections, report):
    return audit(
        sections, {item.claim.name: item.claim for item in report.claims}, known=report.claims
    )
