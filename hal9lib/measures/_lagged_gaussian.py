"""A series as Gaussian pairs (past, future): checks, covariances, bias, the jackknife over blocks.

Sources: Barrett & Seth 2011, doi:10.1371/journal.pcbi.1001052; the bias of a Gaussian entropy is
Misra, Singh & Demchuk 2005, doi:10.1016/j.jmva.2003.10.003.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import matrix
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.measures._intervals import t_interval
from hal9lib.measures._lagged_kernels import information_table, log_det

#: What is information in bits, in nats.
BIT = float(np.log(2.0))


@dataclass(frozen=True)
class Pairs:
    """A series of standardised units whose past and future are looked at as one Gaussian.

    Attributes
    ----------
    series : (times, units), each unit of mean 0 and variance 1. lag : from past to future, in
    steps. blocks : pieces of the time that are left out one after the other.
    """

    series: NDArray[np.float64]
    lag: int
    blocks: int

    @property
    def count(self) -> int:
        """How many pairs of a past and a future there are."""
        return len(self.series) - self.lag

    def covariance(self) -> NDArray[np.float64]:
        """(2 units, 2 units) covariance of past and future."""
        pairs = self._joined()
        pairs -= pairs.mean(axis=0)
        return pairs.T @ pairs / len(pairs)

    def wrapped_covariance(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of the series or a surrogate, its end joined to its beginning.

        In a surrogate that is shifted round, what is within a unit is then exactly as it was, so
        that only relations between units tell the series from its surrogates.
        """
        lag, units = self.lag, series.shape[1]
        cov = np.empty((2 * units, 2 * units))
        later = series[:-lag].T @ series[lag:] + series[-lag:].T @ series[:lag]
        cov[:units, units:], cov[units:, :units] = later, later.T
        cov[:units, :units] = cov[units:, units:] = series.T @ series
        return cov / len(series)

    def left_out(self) -> NDArray[np.float64]:
        """(blocks, 2 units, 2 units) the covariance without each block of consecutive pairs."""
        pieces = np.array_split(self._joined(), self.blocks)
        sizes = np.array([len(piece) for piece in pieces])
        sums = np.array([piece.sum(axis=0) for piece in pieces])
        products = np.array([piece.T @ piece for piece in pieces])
        kept = (sizes.sum() - sizes)[:, None, None]
        means = (sums.sum(axis=0) - sums)[:, :, None] / kept
        return (products.sum(axis=0) - products) / kept - means * means.transpose(0, 2, 1)

    def shift(self, share: float = 1.0) -> NDArray[np.float64]:
        """(2 units + 1,) the bias of ``ln det`` of a covariance of so many columns.

        Of independent Gaussian pairs, exactly; `share` of the pairs are used.
        """
        digamma = needs("scipy.special", "the bias of a Gaussian entropy").digamma
        pairs, columns = share * self.count, 2 * self.series.shape[1]
        each = digamma((pairs - np.arange(1, columns + 1)) / 2.0) + np.log(2.0 / pairs)
        return np.concatenate(([0.0], np.cumsum(each)))

    def tables_left_out(self, part: NDArray[np.int64]) -> NDArray[np.float64]:
        """(blocks, 3, 3) the table of information of two parts without each block."""
        shift = self.shift(1.0 - 1.0 / self.blocks)
        return np.array([information_table(cov, part, shift) for cov in self.left_out()])

    def interval(self, value: float, left_out: NDArray[np.float64]) -> tuple[float, float]:
        """95 % t interval around `value` from the values without each block."""
        error = float(((self.blocks - 1) * left_out.var()) ** 0.5)
        return t_interval(value, error, self.blocks - 1)

    def _joined(self) -> NDArray[np.float64]:
        return np.hstack((self.series[: -self.lag], self.series[self.lag :]))


def lagged_pairs(
    measure: str, series: ArrayLike, lag: Any, blocks: Any, most_units: int, beyond: str
) -> Pairs:
    """The pairs of a series that is long enough, varies, and holds no unit twice."""
    values = matrix(f"{measure}.series", series, rows="times", columns="units", least=(1, 2))
    times, units = values.shape
    if units > most_units:
        raise ParameterError(
            f"{measure}.series has {units:,} units, which is not allowed; use {most_units} at most"
            f": {beyond}."
        )
    lag = checks.whole(f"{measure}.lag", lag, low=1, high=10**9)
    blocks = checks.whole(f"{measure}.blocks", blocks, low=5, high=1000)
    least = max(4 * blocks, 8 * units) + lag
    if times < least:
        raise ParameterError(
            f"{measure}.series has shape {values.shape}, which is not allowed; use at least "
            f"{least:,} times for {units} units at lag {lag}."
        )
    scale = values.std(axis=0)
    flat = scale <= 1e-12 * np.abs(values).max(axis=0)
    if flat.any():
        raise ParameterError(
            f"{measure}.series: unit {int(np.argmax(flat))} does not vary, so it carries no "
            "information; leave it out."
        )
    pairs = Pairs((values - values.mean(axis=0)) / scale, lag, blocks)
    if not np.isfinite(log_det(pairs.covariance(), np.arange(2 * units))):
        raise ParameterError(
            f"{measure}.series holds a unit that the others and the past determine wholly, so its "
            "information is endless; leave it out, or add the noise of the measurement."
        )
    return pairs
