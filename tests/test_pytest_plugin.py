"""Claims as tests: collected from proof scripts, with readable ids and failures."""

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
