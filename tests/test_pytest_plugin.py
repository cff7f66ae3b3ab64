"""Claims as tests: collected from proof scripts, with readable ids and failures."""

import pytest

SCRIPT = """
    from gradproof import claim, exactly, sampled, at_most
    from hypothesis import strategies as st

    @claim("1 + 1 = 2", scope="instance")
    def one_and_one(run):
        yield exactly(1 + 1 == 2, about="integers")

    def below_hundred(x):
        at_most(x, 100, slack=0, because="integers are exact")

    @claim("every integer is at most 100")
    def everything_is_small(run):
        yield sampled(below_hundred, run, x=st.integers(0, 1000))
"""


def test_claims_are_tests_with_readable_ids(pytester):
    pytester.makepyfile(mine=SCRIPT)
    result = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*mine.py::one_and_one PASSED*"])
    result.stdout.fnmatch_lines(["*mine.py::everything_is_small FAILED*"])


def test_a_failure_shows_claim_verdict_and_the_shrunk_witness(pytester):
    pytester.makepyfile(mine=SCRIPT)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            "*mine.py:11: everything_is_small*",
            "*claimed (universal): every integer is at most 100*",
            "*declared: holds*",
            "*verdict:  fails (float)*",
            "*x = 101*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_a_broken_script_is_a_collection_error_with_its_line(pytester):
    pytester.makepyfile(mine=SCRIPT + "\n    1 / 0\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mine.py:15: running the script raises ZeroDivisionError*"])


def test_other_python_files_are_left_alone(pytester):
    pytester.makepyfile(other="raise RuntimeError('imported')", test_it="def test_it(): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_profile_and_seed_are_options(pytester):
    pytester.makepyfile(
        mine="""
        from gradproof import claim, exactly

        @claim("the options arrive", scope="instance")
        def options_arrive(run):
            yield exactly((run.profile.name, run.seed) == ("quick", 7), about="profile and seed")
        """
    )
    arguments = ["-p", "no:cacheprovider", "--gradproof-profile", "quick", "--gradproof-seed", "7"]
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(failed=1)


def test_claims_are_selected_by_name_and_by_marker(pytester):
    pytester.makepyfile(mine=SCRIPT, test_it="def test_it(): pass")
    quiet = ["-p", "no:cacheprovider"]
    result = pytester.runpytest_subprocess(*quiet, "--gradproof-select", "one_*")
    result.assert_outcomes(passed=2, deselected=1)
    result = pytester.runpytest_subprocess(*quiet, "-m", "gradproof", "--strict-markers")
    result.assert_outcomes(passed=1, failed=1, deselected=1)
    result = pytester.runpytest_subprocess(*quiet, "--gradproof-select", "no such claim")
    result.assert_outcomes(passed=1, deselected=2)


def test_a_witness_is_code_to_paste(pytester):
    pytester.makepyfile(mine=SCRIPT)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*to see it:*", "*x = 101*", "*below_hundred(x=x)*"])
    code = result.stdout.str().split("to see it:\n")[1].split("\n=")[0]
    lines = [line.strip() for line in code.splitlines() if line.startswith("    ")]
    source = 'def below_hundred(x):\n    assert x <= 100, "seen"\n'
    with pytest.raises(AssertionError, match="seen"):
        exec(source + "\n".join(lines), {})


def test_the_generator_is_seeded_by_option_and_test(pytester):
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.parametrize("k", [1, 2])
        def test_draws(gradproof_generator, k):
            with open(f"drawn{k}", "a") as file:
                print(gradproof_generator.normal(), file=file)
        """
    )
    quiet = ["-p", "no:cacheprovider"]
    pytester.runpytest_subprocess(*quiet).assert_outcomes(passed=2)
    pytester.runpytest_subprocess(*quiet, "-n", "2").assert_outcomes(passed=2)
    pytester.runpytest_subprocess(*quiet, "--gradproof-seed", "1").assert_outcomes(passed=2)
    one, two = ((pytester.path / f"drawn{k}").read_text().split() for k in (1, 2))
    assert one[0] == one[1] != one[2]
    assert one[0] != two[0]


def test_claims_run_with_xdist(pytester):
    pytester.makepyfile(mine=SCRIPT)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*x = 101*"])


def test_nothing_heavy_is_imported_where_no_claim_is(pytester):
    pytester.makepyfile(
        test_it="""
        import sys

        def test_it():
            assert "sympy" not in sys.modules and "numpy" not in sys.modules
        """
    )
    # Other plugins may import NumPy for their own ends.
    without = ("cacheprovider", "hypothesispytest", "randomly")
    result = pytester.runpytest_subprocess(*(f"-pno:{plugin}" for plugin in without))
    result.assert_outcomes(passed=1)
