"""What isn't collected: the experiments, where PyTorch isn't installed; and what runs where."""

import importlib.util

import pytest

if importlib.util.find_spec("torch") is None:
    collect_ignore = [
        f"src/gradproof/experiments/{name}.py"
        for name in ("clipping", "copying", "exploding", "gradient_flow", "slopes")
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Let tests that look at one dear thing run in one process, where there are several."""
    if getattr(config.option, "numprocesses", None) and config.option.dist in ("no", "load"):
        config.option.dist = "loadgroup"
