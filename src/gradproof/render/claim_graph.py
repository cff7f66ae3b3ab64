"""What rests on what: claims as an SVG picture, a column for each level, coloured by verdict."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping

from gradproof.claims.check import ClaimReport

__all__ = ["claim_graph", "levels"]

_ROW, _WIDTH, _GAP, _MARGIN = 24, 232, 56, 8


def ancestors(names: Iterable[str], reports: Mapping[str, ClaimReport]) -> set[str]:
    """Return the names, and all claims that these rest on, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in reports and name not in found:
            found.add(name)
            waiting += reports[name].uses
    return found


def levels(names: Iterable[str], reports: Mapping[str, ClaimReport]) -> dict[str, int]:
    """Return for each claim the length of the longest chain of claims below it."""
    chosen, depth = set(names), {}

    def level(name: str) -> int:
        if name not in depth:
            depth[name] = 0  # a circle, if there were one, would end here
            below = [level(used) for used in reports[name].uses if used in chosen]
            depth[name] = 1 + max(below, default=-1)
        return depth[name]

    for name in sorted(chosen):
        level(name)
    return depth


def claim_graph(
    names: Iterable[str], reports: Mapping[str, ClaimReport], *, title: str, link: str = "claim-"
) -> str:
    """Return the picture of the claims and of all that they rest on, as an SVG element.

    What a claim rests on stands to its left. Boxes link to ``#{link}{name}``.
    """
    chosen = ancestors(names, reports)
    depth = levels(chosen, reports)
    place: dict[str, tuple[float, float]] = {}
    height = 0.0
    for level in range(max(depth.values(), default=-1) + 1):
        column = sorted(
            (name for name in chosen if depth[name] == level),
            key=lambda name: (_mean_row(name, reports, place), name),
        )
        for row, name in enumerate(column):
            place[name] = (_MARGIN + level * (_WIDTH + _GAP), _MARGIN + row * _ROW)
        height = max(height, len(column) * _ROW)
    width = (max(depth.values(), default=0) + 1) * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN
    height += 2 * _MARGIN
    head = (
        f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{height:g}" viewBox="0 0 {width} {height:g}"><title>{html.escape(title)}</title>'
    )
    parts = [head]
    parts += [
        _edge(place[used], place[name])
        for name in sorted(chosen)
        for used in reports[name].uses
        if used in place
    ]
    parts += [_box(name, reports[name], place[name], link) for name in sorted(chosen)]
    return "".join([*parts, "</svg>"])


def _mean_row(
    name: str, reports: Mapping[str, ClaimReport], place: Mapping[str, tuple[float, float]]
) -> float:
    """Return the mean height of what the claim rests on, so that lines cross less."""
    rows = [place[used][1] for used in reports[name].uses if used in place]
    return sum(rows) / len(rows) if rows else 0.0


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + _WIDTH, start[1] + _ROW / 2 - 2
    x2, y2 = end[0], end[1] + _ROW / 2 - 2
    middle = (x1 + x2) / 2
    return (
        f'<path class="edge" d="M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"/>'
    )


def _box(name: str, report: ClaimReport, place: tuple[float, float], link: str) -> str:
    x, y = place
    verdict = report.judgement.verdict.value
    words = name.replace("_", " ")
    shown = words if len(words) <= 34 else f"{words[:33]}…"
    return (
        f'<a href="#{link}{html.escape(name)}"><rect class="node {verdict}" x="{x:g}" y="{y:g}" '
        f'width="{_WIDTH}" height="{_ROW - 4}" rx="4"><title>{html.escape(words)}: {verdict}, '
        f'{report.judgement.grade.value}</title></rect><text x="{x + 8:g}" y="{y + 14:g}">'
        f"{html.escape(shown)}</text></a>"
    )
