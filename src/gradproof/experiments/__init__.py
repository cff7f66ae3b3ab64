"""Experiments in PyTorch whose results are kept as data, so that a reader without it sees them.

    python -m gradproof.experiments [NAME …] [--output FOLDER]

repeats them (extra ``torch``). The seeds are fixed; PyTorch gives the same numbers again on the
same version, and nearby ones on others.
"""
