"""Integrated information decomposition: sixteen ways in which two parts carry information on.

Sources: Mediano et al. 2021, doi:10.48550/arXiv.2109.13186 (the decomposition);
Barrett 2015, doi:10.1103/PhysRevE.91.052802 (minimum mutual information as redundancy of Gaussian
parts).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import as_many, one_of, symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._lagged_gaussian import BIT, Pairs, lagged_pairs
from hal9lib.measures._lagged_kernels import information_table
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_NAME = "information_decomposition"
_MOST_UNITS = 64
_KINDS = ("redundancy", "unique_1", "unique_2", "synergy")
_ATOMS = tuple(f"{before}_to_{after}" for before in _KINDS for after in _KINDS)
#: Rows of the table of information (part 1, part 2, both) that each kind of source stands for,
_MEMBERS = ((0, 1), (0,), (1,), (2,))
#: and the places in the whole table, row by row, of which an atom's information is the smallest.
_TERMS = [[3 * a + b for a in before for b in after] for before in _MEMBERS for after in _MEMBERS]
#: From what a source gives in all to what it gives beyond the sources below it.
_BEYOND = np.array([[1, 0, 0, 0], [-1, 1, 0, 0], [-1, 0, 1, 0], [1, -1, -1, 1]])


def information_decomposition(
    series: ArrayLike,
    *,
    atom: str = "synergy_to_synergy",
    groups: ArrayLike | None = None,
    lag: int = 1,
    blocks: int = 20,
    null: Null | None = None,
) -> Result:
    """One of the 16 atoms of the information of two parts' past about their future, in bits.

    What the parts have now redundantly, each alone or only together, and what becomes of it `lag`
    steps later (doi:10.48550/arXiv.2109.13186). The information common to sources a, b, … and
    targets c, d, … is the smallest ``I(a; c')`` among them (MMI, doi:10.1103/PhysRevE.91.052802);
    each atom is what remains of it beyond the atoms below. Units are taken as jointly Gaussian and
    stationary.

    Parameters
    ----------
    series : (times, units) activity; 2 units, or more with `groups`, 64 at most.
    atom : ``BEFORE_to_AFTER``, each one of ``redundancy``, ``unique_1``, ``unique_2``, ``synergy``.
    groups : (units,) 0 or 1, the part of each unit; without it, two units are the two parts.
    lag : steps from past to future.
    blocks : into how many pieces the time is cut for the interval; each should outlast what the
        units remember.
    null : a null model of series, such as ``hal9lib.nulls.shifted_series(seed=1)``, in which units
        run independently. p doubles the smaller chance of a value as small or as large there, the
        end of every series joined to its beginning as shifted ones are.

    Returns
    -------
    Result in bits. ``arrays["atoms_bits"]`` (4, 4) holds all atoms, rows before and columns after
    in the order above, ``arrays["atoms"]`` their names; ``details`` hold their sum, the
    time-delayed mutual information. The 95 % interval leaves out one block of time after the other,
    with the smallest terms held.

    Raises
    ------
    ParameterError : an unknown atom, more than two units without groups, a group without units, too
        few times, a unit that does not vary or that the others determine wholly.

    Notes
    -----
    Known values: the atoms sum to the time-delayed mutual information, ln(5/3) = 0.511 nats for
    ``x' = A x + noise`` with all of A 0.4; of units that are almost copies all is
    ``redundancy_to_redundancy``; phi of ``gaussian_integrated_information`` is the sum of the atoms
    that begin or end in a synergy, or pass between the parts.
    **MMI finds synergy in units that run independently**: with I1 >= I2 bits about their own
    futures, unique atoms to themselves are I1 and I2 as they should, yet the whole future counts as
    known redundantly by I2, so redundancy to and from synergy is I2, each unique atom to and from
    synergy -I2, and ``synergy_to_synergy`` 2 I2. The null model holds this too: judge a value by
    p and by its distance from ``details["null_mean"]``.
    Cost: nine determinants a block: 0.1 s for 2 units at 100,000 times, 1 s for 64 at 20,000. Of
    100,000 neurons use the mean activity of at most 64 regions; more units are refused.
    Atoms may be negative. Where two terms tie, as in symmetric systems, the minimum of noisy terms
    comes out low and the interval too narrow.
    Against ``shifted_series`` p is too small for units that remember long: of independent units
    with autocorrelation 0.98 from one time to the next, 300 times, 12 % gave p below 0.05. Keep
    times well above 100 times what is remembered.

    Examples
    --------
    Two units that run independently, one of them with 0.5 log2(1 / (1 - 0.8^2)) = 0.74 bits about
    its own future:

    >>> import numpy as np
    >>> generator = np.random.default_rng(1)
    >>> x = generator.normal(size=(4_000, 2))
    >>> for t in range(1, 4_000):
    ...     x[t, 0] += 0.8 * x[t - 1, 0]
    >>> kept = information_decomposition(x, atom="unique_1_to_unique_1")
    >>> round(kept.value, 2), bool(0.5 * np.log2(1 / (1 - 0.8**2)) in kept)
    (0.75, True)
    """
    atom = one_of(f"{_NAME}.atom", atom, _ATOMS)
    beyond = "nine determinants of all units are taken; use the mean activity of as many regions"
    pairs = lagged_pairs(_NAME, series, lag, blocks, _MOST_UNITS, beyond)
    part = _parts(pairs, groups)
    shift = pairs.shift()
    table = information_table(pairs.covariance(), part, shift)
    row, column = divmod(_ATOMS.index(atom), 4)
    atoms = _atoms(table, table) / BIT
    without = _atoms(pairs.tables_left_out(part), table)[:, row, column] / BIT

    def statistic(series: NDArray[np.float64]) -> float:
        found = information_table(pairs.wrapped_covariance(series), part, shift)
        return float(_atoms(found, found)[row, column]) / BIT

    value, whole = float(atoms[row, column]), float(table[2, 2]) / BIT
    names = np.array(_ATOMS).reshape(4, 4)
    own = statistic(pairs.series)
    compared = against(_NAME, null, "series", pairs.series, statistic, own, "both")
    return Result(
        value=value,
        unit="bits",
        interval=pairs.interval(value, without),
        null=compared.null,
        p=compared.p,
        measure=_NAME,
        method="95 % jackknife over blocks in time, smallest terms held",
        details={"atom": atom, "time_delayed_mi_bits": whole, **compared.details},
        arrays={"atoms_bits": atoms, "atoms": names, **compared.arrays},
    )


def _atoms(tables: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    """(…, 4, 4) atoms of (…, 3, 3) tables of information; the smallest terms as in `like`."""
    sizes = like.ravel().tolist()
    least = [min(terms, key=sizes.__getitem__) for terms in _TERMS]
    common = tables.reshape(*tables.shape[:-2], 9)[..., least].reshape(*tables.shape[:-2], 4, 4)
    return _BEYOND @ common @ _BEYOND.T


def _parts(pairs: Pairs, groups: ArrayLike | None) -> NDArray[np.int64]:
    """(units,) 0 or 1: the part of each unit."""
    units = pairs.series.shape[1]
    if groups is None and units == 2:
        return np.array([0, 1])
    if groups is None:
        raise ParameterError(
            f"{_NAME}.series has {units} units, which is not allowed without groups; use 2 units, "
            "or groups = 0 or 1 for each."
        )
    part = symbols(f"{_NAME}.groups", groups, high=1)
    as_many(f"{_NAME}.groups", part, "series", pairs.series.T)
    if len(np.unique(part)) < 2:
        raise ParameterError(f"{_NAME}.groups = {part[0]} for all is not allowed; use 0 and 1.")
    return part
