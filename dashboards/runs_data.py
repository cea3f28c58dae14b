"""A saved run as a picture of fixed size, whatever its length and number of neurons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboards.words import nice_above
from hal9lib.jobs.frames import share_rows

ROWS, COLUMNS = 200, 360
#: Runs with more spikes are not fetched to be drawn: a notebook does that better.
MAX_SPIKES = 5_000_000


@dataclass(frozen=True)
class Picture:
    """A run's spikes, binned.

    Attributes
    ----------
    counts : (rows, columns) uint8. populations : name, size, first, first_row, rows of each.
    time_ms : (columns,) their centres. rates_hz : for each population (columns,).
    """

    counts: NDArray[np.uint8]
    populations: list[dict[str, Any]]
    time_ms: NDArray[np.float64]
    rates_hz: dict[str, NDArray[np.float64]]
    duration_ms: float

    @property
    def dark(self) -> float:
        """So many spikes in a cell are drawn darkest."""
        filled = self.counts[self.counts > 0]
        return max(2.0, nice_above(float(np.percentile(filled, 97)))) if filled.size else 2.0

    @property
    def top_hz(self) -> float:
        """Where the axis of rates ends."""
        return max(10.0, nice_above(max(float(hz.max(initial=0)) for hz in self.rates_hz.values())))


def picture(
    record: Mapping[str, Any], steps: NDArray[np.int32], neurons: NDArray[np.int32]
) -> Picture:
    """Bin a run's spikes.

    Parameters
    ----------
    record : with ``description``, ``duration_ms`` and ``dt_ms``.
    steps, neurons : (spikes,) each.
    """
    described = record["description"]["populations"]
    sizes = [p["size"] for p in described]
    rows = share_rows(sizes, ROWS)
    total_steps = max(1, round(record["duration_ms"] / record["dt_ms"]))
    columns = min(COLUMNS, total_steps)
    populations = []
    row_of = []
    for population, first, first_row, count in zip(
        described, np.cumsum([0, *sizes[:-1]]), np.cumsum([0, *rows[:-1]]), rows, strict=True
    ):
        populations.append(
            {
                "name": population["name"],
                "size": population["size"],
                "first": int(first),
                "first_row": int(first_row),
                "rows": int(count),
            }
        )
        within = np.arange(population["size"], dtype=np.int64)
        row_of.append(first_row + within * count // population["size"])
    column = steps.astype(np.int64) * columns // total_steps
    cells = np.concatenate(row_of)[neurons] * columns + column
    exact = np.bincount(cells, minlength=int(rows.sum()) * columns).reshape(-1, columns)
    return _finished(exact, populations, float(record["duration_ms"]))


def _finished(
    exact: NDArray[np.int64], populations: list[dict[str, Any]], duration_ms: float
) -> Picture:
    columns = exact.shape[1]
    column_s = duration_ms / columns * 1e-3
    rates_hz = {
        p["name"]: exact[p["first_row"] : p["first_row"] + p["rows"]].sum(axis=0)
        / (p["size"] * column_s)
        for p in populations
    }
    return Picture(
        counts=np.minimum(exact, 255).astype(np.uint8),
        populations=populations,
        time_ms=(np.arange(columns) + 0.5) * duration_ms / columns,
        rates_hz=rates_hz,
        duration_ms=duration_ms,
    )
