"""Lines 305–357: the copying task."""

import functools

from gradproof import exactly
from gradproof.audit import Kind, Reading, Section, Statement, compares, decides
from gradproof.experiments.seeded_records import copying_example

LENGTH, DELAY, SYMBOLS, MARKER = 10, 20, 8, 9
PRINTED_INPUT = (
    [5, 6, 1, 5, 1, 4, 2, 6, 2, 1, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
)
PRINTED_TARGET = ([0] * 15, [0, 0, 0, 0, 0, 5, 6, 1, 5, 1, 4, 2, 6, 2, 1])


@functools.cache
def example():
    return copying_example()


def ends(row: list[int]) -> tuple[list[int], list[int]]:
    return row[:15], row[-15:]


def layout_of_input() -> bool:
    row = example()["input"]
    symbols, blanks = row[:LENGTH], row[LENGTH : LENGTH + DELAY]
    after = row[LENGTH + DELAY + 1 :]
    return (
        all(1 <= s <= SYMBOLS for s in symbols)
        and set(blanks) == {0}
        and row[LENGTH + DELAY] == MARKER
        and after == [0] * LENGTH
    )


def layout_of_target() -> bool:
    row = example()["target"]
    return row == [0] * (LENGTH + DELAY + 1) + example()["input"][:LENGTH]


def lags() -> set[int]:
    """Return how many steps lie between the input of a symbol and its recall, for each symbol."""
    return {(LENGTH + DELAY + 1 + i) - i for i in range(LENGTH)}


def decided(says: str, test, about: str):
    return decides(says, lambda: exactly(test(), about=about))


SECTION = Section(
    "The copying task",
    (305, 357),
    (
        Statement(
            "classic-benchmark",
            (311, 311),
            "A classic benchmark for long-range dependencies is the copying task.",
            Kind.HISTORY,
            because="a matter of literature: Hochreiter and Schmidhuber (1997) have it in other "
            "form",
        ),
        Statement(
            "task-described",
            (311, 311),
            "a sequence of random symbols, followed by a delay period of blank symbols, then must "
            "reproduce the original sequence",
            Kind.CODE,
            decided(
                "the generated input and target are so",
                lambda: layout_of_input() and layout_of_target(),
                "the layout of the first example from seed 42",
            ),
            because="and a marker after the delay, which the code adds",
        ),
        Statement(
            "remember-across-delay",
            (311, 311),
            "Success requires remembering information across the entire delay.",
            Kind.HEURISTIC,
            decided(
                "no symbol is shown again after the delay",
                lambda: not any(example()["input"][LENGTH:][i] in range(1, 9) for i in range(31)),
                "the input after the symbols holds blanks and the marker only",
            ),
            because="the symbols aren't shown again: only the state can carry them",
        ),
        Statement(
            "docstring-input",
            (319, 319),
            "Input: [random symbols] [blanks for delay] [marker] [blanks]",
            Kind.CODE,
            decided("the generated input is so", layout_of_input, "the layout of the input"),
        ),
        Statement(
            "docstring-target",
            (320, 320),
            "Target: [blanks] [blanks for delay] [blanks] [original symbols]",
            Kind.CODE,
            decided("the generated target is so", layout_of_target, "the layout of the target"),
        ),
        Statement(
            "symbols-from-one",
            (322, 323),
            "Random symbols (1 to n_symbols, 0 is blank)",
            Kind.CODE,
            decided(
                "symbols are 1 to 8",
                lambda: set(example()["input"][:LENGTH]) <= set(range(1, SYMBOLS + 1)),
                "the symbols of the first example lie in 1, …, 8",
            ),
        ),
        Statement(
            "must-remember-20-plus",
            (343, 343),
            "Must remember across 20+ timesteps",
            Kind.NUMBER,
            compares("the smallest lag", lambda: min(lags()), "≥", 20, also=lambda: 31.0),
            because="every symbol is recalled exactly 31 steps after it was shown",
        ),
        Statement(
            "printed-settings",
            (350, 350),
            "Sequence length: 10, Delay: 20",
            Kind.OUTPUT,
            decided(
                "the example has 10 symbols and 20 blanks before the marker",
                lambda: example()["input"].index(MARKER) == LENGTH + DELAY,
                "the marker stands at position 30",
            ),
        ),
        Statement(
            "printed-input",
            (352, 352),
            "Input (first example): [5, 6, 1, 5, 1, 4, 2, 6, 2, 1, 0, 0, 0, 0, 0]",
            Kind.OUTPUT,
            decided(
                "seed 42 gives this input",
                lambda: ends(example()["input"]) == PRINTED_INPUT,
                "first and last 15 numbers, drawn from seed 42 after the network of line 254",
            ),
        ),
        Statement(
            "printed-target",
            (353, 353),
            "Target (first example): [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
            Kind.OUTPUT,
            decided(
                "seed 42 gives this target",
                lambda: ends(example()["target"]) == PRINTED_TARGET,
                "first and last 15 numbers, drawn from seed 42 after the network of line 254",
            ),
        ),
        Statement(
            "remember-across-20",
            (355, 355),
            "The network must remember the first 10 symbols across 20 blank timesteps.",
            Kind.NUMBER,
            decided("every symbol has to be kept for 20 steps", lambda: lags() == {20}, "the lags"),
            loosely=Reading(
                "20 blanks lie between the last symbol and the marker",
                decided(
                    "20 blanks",
                    lambda: example()["input"][LENGTH : LENGTH + DELAY] == [0] * 20,
                    "positions 10 to 29 are blank",
                ),
            ),
            corrected=Reading(
                "Each symbol has to be kept for 31 steps: the rest of the symbols, 20 blanks, the "
                "marker, and those recalled before.",
                decided("the lag is 31", lambda: lags() == {31}, "the same for every symbol"),
            ),
            because="each symbol is recalled 31 steps after it was shown",
        ),
        Statement(
            "input-described",
            (357, 357),
            "random symbols (1-8) at the beginning, followed by zeros (blanks) during the delay "
            "period, then a marker (9), and finally more blanks",
            Kind.CODE,
            decided("the generated input is so", layout_of_input, "the layout of the input"),
        ),
        Statement(
            "target-described",
            (357, 357),
            "The target is all zeros except at the very end, where it contains the original "
            "symbols",
            Kind.CODE,
            decided("the generated target is so", layout_of_target, "the layout of the target"),
        ),
        Statement(
            "signal-travels-20-plus",
            (357, 357),
            "the gradient signal from the recall phase must travel backward through 20+ timesteps "
            "of blanks to reach the encoding phase",
            Kind.NUMBER,
            compares("the smallest lag", lambda: min(lags()), "≥", 20, also=lambda: 31.0),
            because="31 steps from the recall of a symbol to its input",
        ),
    ),
)
