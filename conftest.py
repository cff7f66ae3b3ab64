"""What isn't collected: the experiments, where PyTorch isn't installed."""

import importlib.util

if importlib.util.find_spec("torch") is None:
    collect_ignore = [
        f"src/gradproof/experiments/{name}.py"
        for name in ("clipping", "copying", "exploding", "gradient_flow", "slopes")
    ]
