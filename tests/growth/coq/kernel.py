"""What tests of certificates in Coq share: whether Coq is there, and its check of a text."""

import functools
import shutil

import pytest

from gradproof.claims.load import shipped_proofs
from gradproof.formal.compiler import build_library, check_file, default_cache

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="needs coqc")


@functools.cache
def library():
    """Return the theories of both kinds of certificates, compiled once and for all."""
    wanted = ("certificate", "explosion_certificate")
    return build_library(shipped_proofs() / "formal", default_cache(), wanted=wanted)


def checked(folder, text):
    """Have Coq check the text of a file."""
    path = folder / "one_certificate.v"
    path.write_text(text, encoding="utf-8")
    check_file(library(), path)
