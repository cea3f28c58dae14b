"""S-information: how strongly the units of a group hang together, in whatever way.

Source: Rosas, Mediano, Gastpar & Jensen 2019, doi:10.1103/PhysRevE.100.032305.
"""

from numpy.typing import ArrayLike

from hal9lib.measures import _entropies
from hal9lib.measures._multiplets import measured
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def s_information(
    series: ArrayLike,
    *,
    states: str = "gaussian",
    order: int | None = None,
    multiplets: int = 1_000,
    seed: int = 0,
    null: Null | None = None,
) -> Result:
    """``S = TC + DTC = sum I(X_i; all others)``, in bits (doi:10.1103/PhysRevE.100.032305).

    TC, the total correlation, is ``sum H(X_i) - H(X)``; DTC, the dual total correlation,
    ``H(X) - sum H(X_i | all others)``. Their sum is what each unit shares with all others, summed
    over the units; it is 0 only where all are independent.

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
    Known values: 3 bits for XOR of two coins and for three copies of a coin, 4 for four bits of
    even parity and for four copies; 1.3561 for four Gaussian units that all correlate by 0.5.
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
    >>> found = s_information(xor, states="discrete")
    >>> found.details["plug_in_bits"]
    3.0

    Three copies of one coin:

    >>> copies = [[0, 0, 0], [1, 1, 1]] * 4
    >>> s_information(copies, states="discrete").details["plug_in_bits"]
    3.0
    """
    return measured(
        "s_information",
        _entropies.s_information,
        series,
        states=states,
        order=order,
        multiplets=multiplets,
        seed=seed,
        null=null,
        side="greater",
    )
