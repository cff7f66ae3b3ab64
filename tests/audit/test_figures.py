"""The figures that are kept are the ones that are drawn."""

import re

import pytest

from gradproof.audit.load import shipped_article
from gradproof.errors import MissingProgramError
from gradproof.figures import FIGURES, draw


def test_every_figure_is_kept_as_svg_and_png_and_stands_with_a_statement(sections):
    names = {statement.name for section in sections for statement in section.statements}
    assert set(FIGURES) <= names
    kept = {path.name for path in (shipped_article() / "figures").iterdir()}
    assert kept == {f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_again_as_it_is_kept(name, tmp_path):
    pytest.importorskip("matplotlib")
    kept = (shipped_article() / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = draw(name, tmp_path)[0].read_text(encoding="utf-8")
    # Curves to a thousandth of a point: other versions of NumPy and BLAS round otherwise.
    assert numbers(drawn) == pytest.approx(numbers(kept), abs=1e-3)
    assert re.sub(NUMBER, "", drawn) == re.sub(NUMBER, "", kept)


NUMBER = r"-?\d+(\.\d+)?(e-?\d+)?|Matplotlib v[^<]*|[a-z]?[0-9a-f]{8,}"


def numbers(drawing):
    paths = re.findall(r'\bd="([^"]*)"', drawing)
    return [float(n) for path in paths for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_without_matplotlib_one_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingProgramError, match=r"pip install 'gradproof\[figures\]'"):
        draw("sigmoid-peak", tmp_path)
