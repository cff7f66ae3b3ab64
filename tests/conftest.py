"""Settings of the suite."""

from hypothesis import settings

pytest_plugins = ["pytester"]

# Derandomised: a run never depends on what an earlier one drew; nothing is kept on disk.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")
