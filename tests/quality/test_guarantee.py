"""docs/guarantee.md lists the trusted base as it is: file by file, law by law."""

import ast
from pathlib import Path

from gradproof.symbolic.kernel.laws import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
SYMBOLIC = ROOT / "src" / "gradproof" / "symbolic"
TRUSTED = [
    "language/seal",
    "language/expressions",
    "language/blocks",
    "language/gradient_nodes",
    "language/row_sums",
    "language/normal_form",
    "language/gradient_vocabulary",
    "language/vocabulary",
    "language/proposition",
    "language/relation",
    "kernel/rewriting",
    "kernel/law",
    "kernel/calculus",
    "kernel/activation_laws",
    "kernel/real_functions",
    "kernel/kinks",
    "kernel/matrix_laws",
    "kernel/trace_laws",
    "kernel/form_laws",
    "kernel/sum_laws",
    "kernel/differentials",
    "kernel/growth_laws",
    "kernel/limit_laws",
    "kernel/laws",
    "kernel/assumptions",
    "kernel/step",
    "kernel/chain",
    "kernel/derivation",
    "kernel/cases",
    "kernel/conditional",
    "kernel/modulus",
    "kernel/enclosed",
    "kernel/existence",
    "kernel/conditional_forms",
    "kernel/identification",
    "kernel/at_zero",
    "kernel/sequence_laws",
    "kernel/perron_scaling",
]


def trusted_base() -> str:
    lines = ["| module | lines | what it is |", "|---|---|---|"]
    total = 0
    for name in TRUSTED:
        source = (SYMBOLIC / f"{name}.py").read_text(encoding="utf-8")
        count = len(source.splitlines())
        total += count
        about = (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]
        lines.append(f"| `{name}` | {count} | {about} |")
    return "\n".join([*lines, f"| | {total} | |"])


def catalogue() -> str:
    lines = ["| law | statement | source |", "|---|---|---|"]
    for law in sorted(CATALOGUE.values(), key=lambda law: law.name):
        statement = law.statement.replace("|", "\\|")
        lines.append(f"| {law.name} | {statement} | {law.source or ''} |")
    return "\n".join(lines)


def test_the_trusted_base_is_listed_with_its_size():
    assert trusted_base() in (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")


def test_every_law_is_listed():
    assert catalogue() in (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return path.relative_to(SYMBOLIC).with_suffix("").as_posix()


def test_only_the_trusted_base_holds_the_seal():
    for path in (ROOT / "src").rglob("*.py"):
        if not (path.is_relative_to(SYMBOLIC) and _name(path) in TRUSTED):
            assert "language.seal" not in path.read_text(encoding="utf-8"), path
