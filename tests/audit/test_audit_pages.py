"""The audit on the terminal, as JSON, as HTML in a browser, and as LaTeX."""

import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from rich.console import Console

from gradproof.audit.load import shipped_article
from gradproof.render.audit_html import audit_as_html
from gradproof.render.audit_json import audit_as_json
from gradproof.render.audit_latex import audit_as_latex
from gradproof.render.audit_terminal import print_audit, verdict_counts
from gradproof.render.claim_graph import claim_graph, levels

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def html_page(audited):
    return audit_as_html(audited)


class Links(HTMLParser):
    """All ids, and all targets of links and resources."""

    def __init__(self):
        super().__init__()
        self.ids, self.anchors, self.resources = [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.anchors.append(found.get("href", ""))
        self.resources += [found[name] for name in ("src", "srcset", "data") if name in found]


@pytest.mark.parametrize("width", [80, 200])
def test_the_table_has_a_line_for_each_statement(audited, width):
    stream = io.StringIO()
    print_audit(audited, Console(file=stream, width=width, highlight=False))
    text = stream.getvalue()
    rows = text.splitlines()
    assert all(len(row) <= max(width, 120) for row in rows[:-1])
    for finding in audited.findings:
        row = next(row for row in rows if row.startswith(finding.statement.name + " "))
        assert finding.verdict.value in row
    assert f"{len(audited.findings)} statements: " in text


def test_the_json_has_the_documented_fields(audited):
    document = json.loads(audit_as_json(audited))
    assert len(document["statements"]) == len(audited.findings)
    claims = {claim["name"] for claim in document["claims"]}
    for statement in document["statements"]:
        assert set(statement) == {
            *("id", "section", "lines", "quote", "kind", "verdict"),
            *("grade", "reason", "corrected", "readings", "claims"),
        }
        assert len(statement["quote"].split()) <= 25
        assert set(statement["claims"]) == set(statement["readings"].values()) <= claims
    assert sum(document["summary"].values()) == 2 * len(audited.findings)


def test_the_counts_in_the_docs_are_those_of_the_audit(audited):
    page = (shipped_article().parents[1] / "docs" / "article.md").read_text(encoding="utf-8")
    counts = [f"{n} {verdict}" for verdict, n in verdict_counts(audited).items() if n]
    words = f"{len(audited.findings)} statements: {', '.join(counts)}."
    assert words in page.replace("\n", " ")


def test_links_lead_somewhere_and_nothing_is_loaded(html_page):
    links = Links()
    links.feed(html_page)
    assert len(links.ids) == len(set(links.ids))
    assert {anchor.removeprefix("#") for anchor in links.anchors} <= set(links.ids)
    assert len(links.resources) >= 10
    assert all(link.startswith("data:image/svg+xml;base64,") for link in links.resources)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp", html_page)


def test_every_statement_and_claim_is_on_the_page(html_page, audited):
    for finding in audited.findings:
        assert f'id="{finding.statement.name}"' in html_page
    for name in audited.claims:
        assert f'id="claim-{name}"' in html_page


def test_what_a_claim_rests_on_stands_to_its_left(audited):
    depth = levels(audited.claims, audited.claims)
    for name, report in audited.claims.items():
        for used in report.uses:
            assert used not in depth or depth[used] < depth[name]
    picture = claim_graph(["product_norm_upper"], audited.claims, title="a part")
    assert "jacobian_product" in picture
    assert "gradient_clipping" not in picture


def test_the_document_closes_what_it_opens(audited):
    latex = audit_as_latex(audited)
    assert latex.count(r"\begin{minipage}") == latex.count(r"\end{minipage}")
    assert latex.count(r"\begin{minipage}") == len(audited.findings)


# Unchecks “true” and every kind but “number”, and leaves what is shown in the title.
PROBE = """
<script>
for (const b of boxes) if (b.value === "true" || (b.name === "kind" && b.value !== "number")) {
  b.checked = false; b.dispatchEvent(new Event("change")); }
const left = [...document.querySelectorAll(".statement:not(.hidden)")];
document.title = JSON.stringify({left: left.map(s => [s.dataset.verdict, s.dataset.kind]),
  wide: document.documentElement.scrollWidth, width: window.innerWidth});
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [390, 1200])
def test_filters_work_in_a_browser_without_an_error(html_page, audited, tmp_path, width):
    page = tmp_path / "audit.html"
    page.write_text(html_page.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    command = [
        *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"),
        *(f"--user-data-dir={tmp_path}", f"--window-size={width},900", "--dump-dom", page.as_uri()),
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "CONSOLE" not in made.stderr, made.stderr
    title = re.search(r"<title>(\{.*?\})</title>", made.stdout).group(1)
    found = json.loads(title.replace("&quot;", '"'))
    expected = [
        [finding.verdict.value, finding.statement.kind.value]
        for finding in audited.findings
        if finding.statement.kind.value == "number" and finding.verdict.value != "true"
    ]
    assert found["left"] == expected
    assert expected
    assert found["wide"] <= found["width"]
