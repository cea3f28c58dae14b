"""Series with the same power spectrum and Fourier phases at random.

Source: Theiler et al. 1992, doi:10.1016/0167-2789(92)90102-S; common phases for several units:
Prichard & Theiler 1994, doi:10.1103/PhysRevLett.73.951.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.nulls._null import LEAST_DRAWS, Null


def phase_randomised(
    *,
    together: bool = False,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Fourier phases drawn anew, power as it was (doi:10.1016/0167-2789(92)90102-S).

    Keeps: each unit's mean, power spectrum and circular autocorrelation, to rounding; with
    ``together=True`` also all cross-spectra and circular cross-correlations.
    Destroys: all else in time, which is what a linear Gaussian process cannot have: bursts, order,
    direction of time; with ``together=False`` also every relation between units.

    Parameters
    ----------
    together : True turns the phases of all units by the same angles
        (doi:10.1103/PhysRevLett.73.951), False those of each unit by its own.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    The distribution of values becomes nearly Gaussian: for counts, spikes or other values far from
    it use `shifted_series`. A series that ends far from where it began has a jump there, whose
    power is kept too. Fewer than 3 times have no phase to draw. Whole numbers come out as floats.
    Cost: two Fourier transforms of each unit; 0.5 s for 10 units of 1e6 times, 0.3 s together
    (tests/benchmarks/nulls.md); more where a large prime divides the number of times.

    Examples
    --------
    >>> series = np.array([[1.0], [2.0], [0.0], [5.0]])
    >>> surrogate = phase_randomised(seed=1).surrogate(series)
    >>> np.abs(np.fft.rfft(surrogate[:, 0])).round(9).tolist()
    [8.0, 3.16227766, 6.0]
    """
    if not isinstance(together, bool):
        raise ParameterError(
            f"phase_randomised.together = {together!r} is not allowed; use True or False."
        )
    options = {"together": together}
    return Null("phase_randomised", "series", _sample, draws, seed, progress, options)


def _sample(
    series: NDArray[np.float64], generator: np.random.Generator, together: bool
) -> NDArray[np.float64]:
    times, units = series.shape
    spectrum = np.fft.rfft(series, axis=0)
    free = (times - 1) // 2  # the mean and, of an even number, the last frequency are real
    angles = generator.uniform(0.0, 2.0 * np.pi, (free, 1 if together else units))
    spectrum[1 : free + 1] *= np.exp(1j * angles)
    return np.fft.irfft(spectrum, times, axis=0)
