"""Frames of a running simulation: what a live view needs, at a size that never grows.

A frame is the last second of a network as plain numbers: a raster of fixed size, the populations'
rates, a histogram of the membrane potential. The notebook's live view and the dashboards draw
the same frames. Beside reading each new spike once, the cost depends on the raster's size alone:
10,000 neurons and 10 million make a frame of the same size.
"""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.jobs.voltages import VoltageHistogram
from hal9lib.network import Network, Population


class FrameBuilder:
    """Bins spikes into a rolling window and makes frames of it.

    Time is cut into columns that start at whole multiples of ``window_ms / columns``, so that a
    spike stays in its column while the window moves on; only complete columns are shown. A row
    stands for neighbouring neurons of one population, never of two.

    Parameters
    ----------
    network : the description of what is simulated.
    dt_ms : the simulation's step; a column must be a whole number of steps.
    rows, columns : the raster's size. With fewer neurons than rows, a row is one neuron.
    window_ms : how far back a frame looks.

    Raises
    ------
    ParameterError : a size that is not allowed, more populations than rows, a column that is not
        a whole number of steps.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.Network(seed=1)
    >>> cells = network.add(hal9.neurons.lif(), 4, name="E")
    >>> builder = FrameBuilder(network, dt_ms=0.5, rows=4, columns=2, window_ms=2.0)
    >>> builder.add(np.array([0, 1, 3], np.int32), np.array([2, 2, 0], np.int32))
    >>> frame = builder.frame(steps=4)
    >>> list(base64.b64decode(frame["raster"]["counts"]))
    [0, 1, 0, 0, 2, 0, 0, 0]
    >>> frame["rates"]["E"], frame["populations"][0]["rate_hz"]
    ([500.0, 250.0], 375.0)
    """

    def __init__(
        self,
        network: Network,
        *,
        dt_ms: float = 0.1,
        rows: int = 200,
        columns: int = 250,
        window_ms: float = 1_000.0,
    ) -> None:
        dt_ms = checks.number("dt_ms", dt_ms, low=0.0, open_low=True)
        rows = checks.whole("rows", rows, low=1, high=4_096)
        self.columns = checks.whole("columns", columns, low=1, high=4_096)
        self.window_ms = checks.number("window_ms", window_ms, low=0.0, open_low=True)
        self._steps_per_column = _whole_steps(self.window_ms / self.columns, dt_ms)
        self._column_ms = self._steps_per_column * dt_ms
        self._populations = network.populations
        self._rows = share_rows([p.size for p in self._populations], rows)
        self._first_rows = np.concatenate([[0], np.cumsum(self._rows)[:-1]]).astype(np.int64)
        self._row_of = _row_of_neuron(self._populations, self._rows, self._first_rows)
        self._voltages = VoltageHistogram()
        self._clear()

    @property
    def rows(self) -> int:
        """How many rows the raster has."""
        return int(self._rows.sum())

    def reset(self) -> None:
        """Forget every spike and potential: time is back at 0."""
        self._voltages = VoltageHistogram()
        self._clear()

    def add(self, steps: NDArray[np.int32], neurons: NDArray[np.int32]) -> None:
        """Take in new spikes: (spikes,) the step of each, ascending, and its neuron's number."""
        if len(steps) == 0:
            return
        columns = steps // self._steps_per_column
        self._roll(int(columns[-1]))
        kept = columns > self._newest - self._slots
        cells = self._row_of[neurons[kept]] * self._slots + columns[kept] % self._slots
        added = np.bincount(cells, minlength=self._counts.size)
        self._counts += added.reshape(self._counts.shape)

    def frame(
        self, steps: int, potentials_mv: Mapping[str, NDArray[Any]] | None = None
    ) -> dict[str, Any]:
        """The part of a frame that comes from the network, JSON-able.

        Parameters
        ----------
        steps : how many steps have been simulated since time 0.
        potentials_mv : for each population, its neurons' membrane potentials; may be left out.
        """
        complete = steps // self._steps_per_column
        self._roll(complete)
        window = self._counts[:, np.arange(complete - self.columns, complete) % self._slots]
        past = min(self.columns, complete)
        return {
            "time_ms": complete * self._column_ms,
            "window_ms": self.window_ms,
            "neurons": len(self._row_of),
            "raster": {
                "rows": self.rows,
                "columns": self.columns,
                "counts": base64.b64encode(
                    np.minimum(window, 255).astype(np.uint8).tobytes()
                ).decode("ascii"),
            },
            **self._rates(window[:, self.columns - past :], complete),
            "voltage": self._voltages.frame(potentials_mv or {}),
        }

    def _rates(self, window: NDArray[np.int64], complete: int) -> dict[str, Any]:
        """Rates of each population: over the window, and in each of its columns."""
        past = window.shape[1]
        centres_ms = (np.arange(complete - past, complete) + 0.5) * self._column_ms
        rates: dict[str, Any] = {"time_ms": np.round(centres_ms, 3).tolist()}
        populations = []
        sums = np.add.reduceat(window, self._first_rows, axis=0)
        for population, first, rows, counts in zip(
            self._populations, self._first_rows, self._rows, sums, strict=True
        ):
            hz = counts / (population.size * self._column_ms * 1e-3)
            rates[population.name] = np.round(hz, 3).tolist()
            populations.append(
                {
                    "name": population.name,
                    "size": population.size,
                    "first": population.first,
                    "first_row": int(first),
                    "rows": int(rows),
                    "rate_hz": round(float(hz.mean()), 3) if past else 0.0,
                }
            )
        return {"populations": populations, "rates": rates}

    def _clear(self) -> None:
        # One slot more than is shown: the column that is being filled.
        self._slots = self.columns + 1
        self._counts = np.zeros((self.rows, self._slots), np.int64)
        self._newest = 0

    def _roll(self, column: int) -> None:
        """Make `column` the newest, emptying the slots it and those before it take over."""
        steps = min(column - self._newest, self._slots)
        if steps > 0:
            self._counts[:, np.arange(column - steps + 1, column + 1) % self._slots] = 0
            self._newest = column


def share_rows(sizes: list[int], rows: int) -> NDArray[np.int64]:
    """How many of `rows` each population gets: by size, at least 1, at most one a neuron.

    >>> share_rows([8_000, 2_000], 200).tolist()
    [160, 40]
    >>> share_rows([9_999, 1, 3], 100).tolist()
    [98, 1, 1]
    """
    if not sizes or len(sizes) > rows:
        raise ParameterError(
            f"rows = {rows} is not allowed; use at least one row for each of the "
            f"{len(sizes)} populations (and at least one population)."
        )
    size = np.array(sizes, np.int64)
    exact = size * min(rows, int(size.sum())) / size.sum()
    shares = np.clip(np.floor(exact).astype(np.int64), 1, size)
    while shares.sum() > rows:
        shares[np.argmax(np.where(shares > 1, shares - exact, -np.inf))] -= 1
    while shares.sum() < min(rows, int(size.sum())):
        short = np.where(shares < size, exact - shares, -np.inf)
        shares[np.argmax(short)] += 1
    return shares


def _row_of_neuron(
    populations: tuple[Population, ...], rows: NDArray[np.int64], first_rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(neurons,) the raster's row of every neuron."""
    parts = [
        first + np.arange(population.size, dtype=np.int64) * count // population.size
        for population, count, first in zip(populations, rows, first_rows, strict=True)
    ]
    return np.concatenate(parts)


def _whole_steps(column_ms: float, dt_ms: float) -> int:
    steps = round(column_ms / dt_ms)
    if steps < 1 or abs(steps * dt_ms - column_ms) > 1e-9 * max(1.0, column_ms):
        raise ParameterError(
            f"a column of {column_ms:g} ms is not a whole number of steps of dt_ms = {dt_ms:g}; "
            "choose window_ms and columns so that it is."
        )
    return steps
