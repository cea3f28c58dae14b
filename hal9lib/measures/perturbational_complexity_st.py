"""Response to perturbation: state transitions that its principal components make (PCI-ST).

Source: Comolatti et al. 2019, doi:10.1016/j.brs.2019.05.013.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import as_many
from hal9lib.errors import ParameterError
from hal9lib.measures._against import p_value
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._state_transitions_kernels import state_transitions
from hal9lib.measures._trials import draws_and_generator, relabelled, two_runs
from hal9lib.result import Result

_NAME = "perturbational_complexity_st"
_MOST_TIMES, _MOST_UNITS = 2_000, 256
_VARIANCE = 0.99
_STEPS = 100
_RESAMPLES = 200

Array = NDArray[np.float64]


def perturbational_complexity_st(
    response: ArrayLike,
    baseline: ArrayLike,
    *,
    noise_factor: float = 1.2,
    least_snr: float = 1.1,
    draws: int = 999,
    seed: int = 0,
) -> Result:
    """State transitions of a response beyond those of a run without stimulus, summed (PCI-ST).

    Trials are averaged and the baseline's mean over time taken off each unit. The response's
    principal components that hold 99 % of its power are kept where ``rms(response) /
    rms(baseline)`` exceeds `least_snr`. In each, two states are alike when their distance is at
    most e; ``NST(e)`` counts how often the state at a time turns from like to unlike another or
    back as that other moves on, a state. The value is ``sum over components of max over e of
    (NST_response - noise_factor NST_baseline)``, 100 thresholds e from the median distance in the
    baseline to the largest in the response (doi:10.1016/j.brs.2019.05.013, without embedding).

    Parameters
    ----------
    response : (trials, times, units) activity after a stimulus; 5 trials, 8 times, 1 unit or more.
    baseline : (trials, times, units) of as many trials without the stimulus: a run of its own,
        never left out. (The paper takes the time before each stimulus.)
    noise_factor : how much the baseline's transitions weigh, 1 to 10; k in the paper.
    least_snr : components below are left out, 1 or more.
    draws : how often trials change places between the runs for p, 999 or more, or 0 for no p.
        seed : of the draws, 0 to 2^64 - 1.

    Returns
    -------
    Result without a unit. p is the share of draws with as large a value. ``arrays["transitions"]``
    is the part of each component kept, ``arrays["snr"]`` its signal-to-noise ratio;
    ``details["components"]`` their number. The 95 % t interval resamples trials within each run,
    200 times.

    Raises
    ------
    ParameterError : runs of other trials, times or units, more than 2,000 times or 256 units.

    Notes
    -----
    Known values, without noise: a unit that steps m times between two states has m; a ramp of n
    times 2 (n - 1) / n; no response 0; orthogonal units add up. Cost: 0.1 s for 6 units, 40 times;
    5 s for 60 units, 100 times, 35 s for 300; a sixth of it without p. Of 100,000
    neurons use the mean activity of some 60 regions; more than 256 are refused.
    Noise that is left in the average adds transitions that the baseline's take off only on the
    whole, and may add a component: values of few trials come out high, and those of equal trials
    compare. Components of equal power are not unique, nor is then the value; one is kept whole or
    not at all, so a value may jump where the 99 % lie between two. Relabelled runs share a response
    that is there, and this measure has no scale: p is exact where there is none (1 where no
    component stands out: in 6 % of runs of 4 units of noise), and weak where a response has no
    noise at all. Resampling adds to the noise: where noise changes the transitions much, the
    interval is too wide.

    Examples
    --------
    One unit that steps up and down again, 3 times in all, without noise:

    >>> import numpy as np
    >>> steps = np.array([0.0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1])
    >>> stimulated = np.tile(steps[None, :, None], (5, 1, 1))
    >>> perturbational_complexity_st(stimulated, 0.0 * stimulated).value
    3.0
    """
    data = _checked(response, baseline)
    trials = len(data) // 2
    factor = checks.number(f"{_NAME}.noise_factor", noise_factor, low=1.0, high=10.0)
    least = checks.number(f"{_NAME}.least_snr", least_snr, low=1.0, high=1e6)
    draws, generator = draws_and_generator(_NAME, draws, seed, 2, none=True)
    at_once = max(1, 1_000_000 // data[0].size)

    def sums(first: Array, second: Array) -> Array:
        """The values of averages with these weights (draws, trials) of response and baseline."""
        runs = _averages(first, data), _averages(second, data)
        return _by_component(*runs, factor, least)[0].sum(axis=1)

    labels = np.repeat([[1.0 / trials, 0.0], [0.0, 1.0 / trials]], trials, axis=1)
    of_response, of_baseline = _averages(labels, data)[:, None]
    transitions, snr = _by_component(of_response, of_baseline, factor, least)
    value = float(transitions.sum())
    again = np.concatenate([sums(*w) for w in _resampled(trials, generator, at_once)])
    interval = t_interval(value, float(again.std(ddof=1)), 2 * trials - 2)
    found = [sums(np.maximum(w, 0.0), np.maximum(-w, 0.0))
             for w in relabelled(generator, trials, trials, draws, at_once)]  # fmt: skip
    return Result(
        value=value,
        unit="1",
        interval=clipped(interval, value, low=0.0),
        null=f"trials relabelled ({draws:,} draws)" if draws else None,
        p=p_value(value, np.concatenate(found), "greater") if draws else None,
        measure=_NAME,
        method="95 % t, trials resampled",
        details={"components": int(np.count_nonzero(snr))},
        arrays={"transitions": transitions[snr > 0.0], "snr": snr[snr > 0.0]},
    )


def _checked(response: ArrayLike, baseline: ArrayLike) -> Array:
    """(2 trials, times, units) response and baseline, of as many trials."""
    with_stimulus, without = two_runs(_NAME, response, baseline, (5, 8, 1))
    as_many(f"{_NAME}.baseline", without, "response", with_stimulus)
    _, times, units = with_stimulus.shape
    if times > _MOST_TIMES or units > _MOST_UNITS:
        raise ParameterError(
            f"{_NAME}.response has {times:,} times and {units:,} units, which is not allowed; use "
            f"{_MOST_TIMES:,} times and {_MOST_UNITS} units at most: the mean activity of regions."
        )
    return np.concatenate((with_stimulus, without))


def _averages(weights: Array, data: Array) -> Array:
    """(draws, times, units) weighted sums of trials, for weights (draws, trials)."""
    return (weights @ data.reshape(len(data), -1)).reshape(-1, *data.shape[1:])


def _by_component(
    response: Array, baseline: Array, factor: float, least_snr: float
) -> tuple[Array, Array]:
    """(draws, components) transitions and signal-to-noise ratios, 0 of components not kept.

    Of averaged runs (draws, times, units).
    """
    centre = baseline.mean(axis=1, keepdims=True)
    response, baseline = response - centre, baseline - centre
    power, axes = np.linalg.eigh(response.transpose(0, 2, 1) @ response)
    power, axes = np.maximum(power[:, ::-1], 0.0), axes[:, :, ::-1]
    response, baseline = response @ axes, baseline @ axes
    # Kept are the fewest that hold the share: what those before them lack of it is not yet there.
    before = np.cumsum(power, axis=1) - power
    kept = before < _VARIANCE * power.sum(axis=1, keepdims=True)
    signal = np.sqrt((response**2).mean(axis=1))
    noise = np.sqrt((baseline**2).mean(axis=1))
    clear = kept & (signal > least_snr * noise) & (signal > 1e-12)
    moves = state_transitions(response, baseline, clear, factor, _STEPS)
    ratio = np.divide(signal, noise, out=np.full_like(signal, np.inf), where=noise > 0.0)
    return moves, np.where(clear, ratio, 0.0)


def _resampled(
    trials: int, generator: np.random.Generator, at_once: int
) -> Iterator[tuple[Array, Array]]:
    """Weights (draws, 2 trials) of trials drawn anew within the response and the baseline."""
    for begin in range(0, _RESAMPLES, at_once):
        many = min(at_once, _RESAMPLES - begin)
        drawn = generator.multinomial(trials, np.full(trials, 1.0 / trials), (2, many)) / trials
        nothing = np.zeros((many, trials))
        yield np.hstack((drawn[0], nothing)), np.hstack((nothing, drawn[1]))
