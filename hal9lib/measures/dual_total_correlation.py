"""Dual total correlation: what the units of a group share, each bit counted once.

Source: Han 1978, doi:10.1016/S0019-9958(78)90275-9.
"""

from numpy.typing import ArrayLike

from hal9lib.measures import _entropies
from hal9lib.measures._multiplets import measured
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def dual_total_correlation(
    series: ArrayLike,
    *,
    states: str = "gaussian",
    order: int | None = None,
    multiplets: int = 1_000,
    seed: int = 0,
    null: Null | None = None,
) -> Result:
    """``DTC = H(X) - sum H(X_i | all others)``, in bits (doi:10.1016/S0019-9958(78)90275-9).

    The entropy of the whole that no unit has for itself, also called binding information; for two
    units it is their mutual information. 0 only where all are independent.

    Parameters
    ----------
    series : (times, units) numbers, or with discrete states symbols (whole numbers of 0 or more).
    states : "gaussian" takes the units as jointly Gaussian, which sees linear dependence only;
        "discrete" counts joint states.
    order : measure multiplets of this many units, 2 or more; all units together if left out.
    multiplets : how many are drawn, 2 to 1,000,000. Where there are no more, all are measured.
    seed : of the multiplets drawn, 0 to 2^64 - 1.
    null : surrogates of the series, such as ``hal9lib.nulls.permuted_times(seed=1)`` for times that
        are independent, ``shifted_series`` for those that are not. Only units that are used are
        handed to it.

    Returns
    -------
    Result in bits: the mean over the multiplets, 0 or more (a little below by the correction).
    Entropies are corrected for their bias (by digamma functions, exact for independent Gaussian
    samples, doi:10.1016/j.jmva.2003.10.003; by Miller & Madow's ``(states - 1) / (2 times)`` nats);
    ``details["plug_in_bits"]`` is the value before that. The interval is that of a mean over time
    (batches), and of the multiplets drawn. p is the chance of so much or more. ``arrays`` hold the
    ``multiplets`` and their ``multiplet_bits``.

    Raises
    ------
    ParameterError : a value that is not finite or no symbol, one unit, Gaussian units that do not
        vary, that depend on each other or outnumber the times, more than 4,194,304 joint states,
        more than 2,000 units in a multiplet.

    Notes
    -----
    Known values: 2 bits for XOR of two coins, 1 for three copies of a coin, 3 for four bits of even
    parity; 0.5171 for four Gaussian units that all correlate by 0.5.
    Cost: 0.3 ms a multiplet of 3 to 5 units and 1,000 times, whatever the number of neurons: 1,000
    triplets of 100,000 neurons in 0.3 s with Gaussian states, 1 s with discrete ones. With a null
    each draw measures them all again.
    Joint states should be few beside the times, or the correction does not hold. Both corrections
    take times as independent; a series that remembers has a larger bias, by about its correlation
    time in steps.

    Examples
    --------
    The third unit is the exclusive or of two coins, each of the four states seen twice:

    >>> xor = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]] * 2
    >>> found = dual_total_correlation(xor, states="discrete")
    >>> found.details["plug_in_bits"]
    2.0

    Three copies of one coin:

    >>> copies = [[0, 0, 0], [1, 1, 1]] * 4
    >>> dual_total_correlation(copies, states="discrete").details["plug_in_bits"]
    1.0
    """
    return measured(
        "dual_total_correlation",
        _entropies.dual_total_correlation,
        series,
        states=states,
        order=order,
        multiplets=multiplets,
        seed=seed,
        null=null,
        side="greater",
    )
