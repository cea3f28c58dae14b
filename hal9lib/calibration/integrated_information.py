"""Calibration of `integrated_information`: a mechanism whose value is known."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.integrated_information import integrated_information as measure
from hal9lib.result import Result


def integrated_information() -> Calibration:
    """The value is that of the reference values, 2 - log2(3), to the last digit."""
    exact = "it is computed from a mechanism that is known, not estimated from a sample"
    return Calibration(
        planted=_planted,
        truth=2.0 - float(np.log2(3.0)),
        planted_as="OR, COPY and XOR of three nodes in the state 1, 0, 0, the nodes in any order",
        large=_large,
        large_as="6 nodes, the largest number it takes, with random chances",
        not_asked={"alarms": exact, "uniform": exact, "power": exact, "coverage": exact},
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    """Node 0 is the OR of nodes 1 and 2, node 1 copies node 2, node 2 is the XOR of 0 and 1."""
    order = generator.permutation(3)
    on = np.arange(8)[:, None] >> order & 1  # the nodes in the places they are put
    after = np.empty_like(on)
    after[:, order] = np.column_stack([on[:, 1] | on[:, 2], on[:, 2], on[:, 0] ^ on[:, 1]])
    state = np.zeros(3)
    state[order[0]] = 1
    return measure(after, state)


def _large(generator: Generator) -> Callable[[], Result]:
    chances = generator.uniform(0.0, 1.0, (64, 6))
    return lambda: measure(chances, np.zeros(6))
