"""Experiments whose results are kept as data, so that a reader without PyTorch sees them.

    python -m gradproof.experiments [NAME …] [--output FOLDER]

repeats them (extra ``torch``; those in NumPy do without). The seeds are fixed; a library gives the
same numbers again on the same version, and nearby ones on others.
"""
