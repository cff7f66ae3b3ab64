"""The command line as a user meets it: words, files and exit codes."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.latex_text import as_latex
from gradproof.verdict import Grade, Scope, Verdict

TRUE = """\
from gradproof import claim, exactly, main

@claim("1 + 1 = 2", scope="instance")
def one_and_one(run):
    yield exactly(1 + 1 == 2, about="integers")

if __name__ == "__main__":
    main(__file__)
"""
FALSE = TRUE.replace("== 2, about", "== 3, about")
CONTRADICTION = TRUE.replace(
    "    yield", '    yield exactly(False, about="another line")\n    yield', 1
)


def run(*arguments, cwd=None, env=None):
    command = [sys.executable, "-m", "gradproof", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False)


@pytest.fixture
def script(tmp_path):
    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "code"), [(TRUE, 0), (FALSE, 1), (CONTRADICTION, 3), ("1 / 0\n", 2)]
)
def test_exit_codes_of_check(script, text, code):
    assert run("check", script(text)).returncode == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--profile", "slow"],
        ["check", "--seed", "-1"],
        ["check", "--no-such-option"],
        ["check", "--select", "nothing_like_this"],
        ["check", "nowhere.py"],
        ["derive", "no_such_claim"],
        ["derive", "article_worked_example"],
        ["derive", "tanh_bounds", "--format", "word"],
        ["derive", "tanh_bounds", "--activation", "logistic"],
        ["derive", "state_jacobian", "--activation", "sinus"],
        ["derive", "tanh_bounds", "--cell", "lstm"],
        ["derive", "state_jacobian", "--numbers", "nowhere.json"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_is_2_and_says_what_to_do(arguments, tmp_path):
    found = run(*arguments, cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr.strip()
    assert "Traceback" not in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_failing_claim_shows_what_was_found_and_where(script):
    path = script(FALSE)
    found = run("check", path)
    for words in ("one_and_one", "declared: holds", "false: integers", f"{path.name}:3", "1 NOT"):
        assert words in found.stdout.replace("\n", "")


def test_a_broken_script_names_file_line_and_remedy(script):
    path = script("import gradproof\n\n1 / 0\n")
    found = run("check", path)
    assert f"{path}:3: running the script raises ZeroDivisionError" in found.stderr
    assert "mend the script" in found.stderr


def test_a_contradiction_is_named_as_one(script):
    found = run("check", script(CONTRADICTION))
    assert "contradiction: one_and_one" in found.stderr


def test_without_coq_formal_grades_are_left_out_with_a_word(tmp_path):
    done = run("check", "--select", "tanh_bounds", "--formal", env={"PATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "No formal grades: coqc isn't there" in done.stdout
    assert "apt-get install coq" in done.stdout
    assert re.search(r"tanh_bounds +universal +holds +exact", done.stdout)


def test_a_script_checks_itself(script):
    command = [sys.executable, str(script(FALSE))]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "one_and_one" in found.stdout


def test_every_field_of_the_json(tmp_path):
    target = tmp_path / "report.json"
    found = run("check", "--select", "small_spectra*", "--json", target, "--profile", "quick")
    assert found.returncode == 0, found.stderr
    report = json.loads(target.read_text(encoding="utf-8"))
    assert {"gradproof", "claims", "summary"} <= set(report)
    (claim,) = report["claims"]
    fields = "name statement latex source scope expected verdict grade seconds uses evidence"
    assert set(fields.split()) <= set(claim)
    assert claim["verdict"] == claim["expected"] == Verdict.FAILS.value
    assert claim["scope"] == Scope.UNIVERSAL.value
    assert claim["grade"] == Grade.EXACT.value
    (evidence,) = claim["evidence"]
    assert set("kind verdict grade seconds detail witness".split()) <= set(evidence)
    assert evidence["witness"]["values"]["W"] == "[[-2, -3], [3/2, 2]]"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_json_on_standard_output_is_nothing_but_json(script):
    found = run("check", script(TRUE), "--json", "-")
    assert json.loads(found.stdout)["summary"]["holds"] == 1
    assert "one_and_one" in found.stderr


def test_no_file_is_left_where_json_cannot_be_written(script, tmp_path):
    path = script(TRUE)
    found = run("check", path, "--json", tmp_path / "none" / "report.json")
    assert found.returncode == 2
    assert "isn't there" in found.stderr
    found = run("check", path, "--json", tmp_path)
    assert found.returncode == 2
    assert list(tmp_path.iterdir()) == [path]


def test_the_witness_code_in_the_report_runs_and_shows_the_growth(tmp_path):
    target = tmp_path / "report.json"
    run("check", "--select", "small_spectra*", "--json", target, "--profile", "quick")
    (claim,) = json.loads(target.read_text(encoding="utf-8"))["claims"]
    code = claim["evidence"][0]["witness"]["code"]
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rows = [line.split() for line in shown.stdout.splitlines()]
    assert all(float(radius) < 0.9 for _, radius, _ in rows)
    assert float(rows[-1][2]) > 1e4


def test_list_names_every_claim():
    found = run("list")
    assert found.returncode == 0
    for name in ("state_jacobian", "product_norm_upper", "gelfand"):
        assert name in found.stdout


def test_derive_names_the_law_of_each_step(tmp_path):
    found = run("derive", "state_jacobian")
    assert found.returncode == 0
    assert "= diag(tanh′(z_k)) W" in found.stdout
    for law in ("definition of h_k", "chain rule for an elementwise function"):
        assert f"[{law}]" in found.stdout
    target = tmp_path / "proof.tex"
    assert run("derive", "state_jacobian", "--format", "latex", "-o", target).returncode == 0
    assert r"\begin{document}" in target.read_text(encoding="utf-8")
    assert "DiagMatrix" not in target.read_text(encoding="utf-8")


def test_derive_writes_a_product_of_given_length_out():
    found = run("derive", "jacobian_product", "--steps", "3")
    assert found.returncode == 0
    last = "diag(tanh′(z_{t+3})) W diag(tanh′(z_{t+2})) W diag(tanh′(z_{t+1})) W"
    assert f"Theorem.  ∂h_{{t+3}}/∂h_t = {last}" in found.stdout
    assert "[a product written out]" in found.stdout
    refused = run("derive", "tanh_bounds", "--steps", "3")
    assert refused.returncode == 2
    assert "nothing in this claim is about n steps" in refused.stderr


def test_derive_in_denominator_layout():
    found = run("derive", "jacobian_product", "--steps", "2", "--layout", "denominator")
    assert found.returncode == 0
    transposed = "Wᵀ diag(tanh′(z_{t+1})) Wᵀ diag(tanh′(z_{t+2}))"
    assert f"Theorem.  (∂h_{{t+2}}/∂h_t)ᵀ = {transposed}" in found.stdout
    assert run("derive", "product_norm_upper", "--layout", "denominator").returncode == 2


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_derive_makes_a_pdf(tmp_path):
    target = tmp_path / "proof.pdf"
    assert run("derive", "state_jacobian", "--format", "pdf", "-o", target).returncode == 0
    assert target.read_bytes().startswith(b"%PDF")
    assert [path.name for path in tmp_path.iterdir()] == ["proof.pdf"]


def test_a_pdf_needs_a_file_and_a_latex(tmp_path):
    found = run("derive", "state_jacobian", "--format", "pdf")
    assert found.returncode == 2
    assert "name a file for the PDF" in found.stderr
    target = tmp_path / "proof.pdf"
    nowhere = {**os.environ, "PATH": str(tmp_path)}
    found = run("derive", "state_jacobian", "--format", "pdf", "-o", target, env=nowhere)
    assert found.returncode == 2
    assert "texlive-latex-recommended" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_users_own_derivation_can_be_printed(script):
    path = script(
        "from gradproof import claim\n"
        "from gradproof.symbolic.theorems.recurrence import state_jacobian\n"
        '@claim("mine", derivation=state_jacobian)\n'
        "def my_own(run):\n    return ()\n"
    )
    found = run("derive", "my_own", path)
    assert found.returncode == 0
    assert found.stdout.startswith("my_own\n======\n")


def test_version_and_help():
    assert run("--version").stdout.startswith("gradproof ")
    assert "check" in run("--help").stdout


def modules_after(statement):
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "statement", ["import gradproof", "import gradproof.cli", "import gradproof.pytest_plugin"]
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement):
    heavy = {"numpy", "scipy", "sympy", "hypothesis", "flint"}
    assert not modules_after(statement) & heavy


def test_the_book_is_tex_or_pdf(tmp_path):
    target = tmp_path / "book.tex"
    assert run("book", "-o", target, "--select", "tanh*").returncode == 0
    assert r"\begin{document}" in target.read_text(encoding="utf-8")
    found = run("book", "-o", tmp_path / "book.doc")
    assert found.returncode == 2
    assert "ends in .tex, .pdf or .html" in found.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["book.tex"]


def test_derive_for_an_activation_of_choice():
    found = run("derive", "state_jacobian", "--activation", "logistic")
    assert "= diag(logistic′(z_k)) W" in found.stdout
    found = run("derive", "tanh_bounds", "--activation", "logistic")
    assert "state_jacobian" in found.stderr
    assert "softplus" in run("derive", "state_jacobian", "--activation", "sinus").stderr


@pytest.mark.parametrize("name", ["scaled_norm_upper", "perron_upper", "sector_upper"])
@pytest.mark.parametrize("activation", ["logistic", "relu", "gelu"])
def test_bounds_of_scaled_products_are_for_any_activation(name, activation):
    found = run("derive", name, "--activation", activation)
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(f"{name} for φ = {activation}\n")
    assert f"h_k = {activation}(z_k)" in found.stdout
    assert "tanh" not in found.stdout.split("Hypotheses")[0]


def test_an_activation_that_does_not_fit_is_refused():
    found = run("derive", "sector_upper", "--activation", "leaky_relu")
    assert found.returncode == 2
    assert "use one of tanh" in found.stderr
    found = run("derive", "jacobian_product", "--cell", "gru", "--activation", "relu")
    assert found.returncode == 2
    assert "the gru has activations of its own" in found.stderr


def test_the_heading_speaks_of_what_is_derived():
    claims = {claim.name: claim for claim in load_claims([shipped_proofs()])}
    statement = claims["jacobian_product"].statement
    assert statement in run("derive", "jacobian_product").stdout
    for name in ("text", "latex", "html"):
        found = run("derive", "jacobian_product", "--cell", "lstm", "--format", name).stdout
        assert "for the LSTM" in found
        assert "diag(tanh′(z_k)) W, the newest" not in re.sub("<[^>]*>", "", found)
        assert as_latex(statement) not in found


def test_derive_says_what_the_conditions_are_for():
    found = run("derive", "power_norm_upper")
    assert "Without ‖M‖ ≤ r this fails: W = M = 2, S = r = c = n = 1." in found.stdout


def test_derive_at_given_numbers_in_each_format(tmp_path):
    numbers = tmp_path / "w.json"
    numbers.write_text('{"W": [[0.5, 0.3], [-0.2, 0.4]], "h": [1, 0], "n": 5}')
    for name in ("text", "latex", "html"):
        found = run("derive", "jacobian_product", "--numbers", numbers, "--format", name)
        assert found.returncode == 0, found.stderr
        assert "0.01912" in found.stdout
