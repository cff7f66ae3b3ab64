"""Record the exported theorems of a folder of theories: ``python -m gradproof.formal FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from gradproof.formal.compiler import build_library, default_cache, print_theorems
from gradproof.formal.theories import RECORD, record_as_json


def _main() -> None:
    folder = Path(sys.argv[1])
    library = build_library(folder, default_cache())
    theorems = print_theorems(library, library.theorems)
    (folder / RECORD).write_text(record_as_json(theorems), encoding="utf-8")


if __name__ == "__main__":
    _main()
