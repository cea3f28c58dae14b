"""Compression between adjacent layers: how much smaller each is than the one before.

By the effective dimension (Gao et al. 2017, doi:10.1101/214262) or a code (Willems et al. 1995,
doi:10.1109/18.382012); fixed ratios against a free one by Kass & Raftery 1995,
doi:10.1080/01621459.1995.10476572.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import matrix, one_of, symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._fixed_ratios import FIXED, bayes_factors
from hal9lib.measures._intervals import standard_error, t_quantile
from hal9lib.measures._layer_sizes import ByUnits, Sizes, by_code, by_dimension
from hal9lib.measures._second_order import second_order_error
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_OF = ("dimension", "code_length", "size")
_LEAST_BLOCKS = 6  # four are what a dimension takes, and two are left out
_MOST_BLOCKS = 50


def compression_ratio(
    layers: ArrayLike,
    series: ArrayLike | None = None,
    *,
    of: str = "dimension",
    blocks: int = 20,
    null: Null | None = None,
) -> Result:
    """Geometric mean of ``X(layer) / X(next layer)`` over the steps from layer to layer.

    X is what `of` says. Above 1 each layer is smaller than the one before. Between the first layer
    and the last the others cancel: ``(X(first) / X(last))^(1 / steps)``, so look at the single
    steps, in ``arrays``, before speaking of one ratio.

    Parameters
    ----------
    layers : (units,) the layer of each unit, from 0 for the first, none empty.
    series : (times, units) what the units do; not used for ``of="size"``.
    of : ``dimension``, the layer's effective dimension (see `effective_dimension`;
        doi:10.1101/214262); ``code_length``, bits per time of its units' symbols, each coded from
        its own past (see `code_length`), so that what units share counts once for each; or
        ``size``, the number of its units.
    blocks : how many blocks in time, common to all layers, 6 to 50; each should be longer than what
        the units remember.
    null : a null model of labels, such as ``layer_permutation``; p is the chance of as large a
        ratio under it. It keeps the sizes of layers, so for ``of="size"`` it is refused: compare
        with layers of random graphs instead.

    Returns
    -------
    Result without a unit. The interval is on the log scale: one or two blocks in time left out
    (jackknife), so it speaks of these layers and longer recordings; for ``size`` it is that of the
    mean over steps, if there are 2 that differ. ``details`` holds ``layers`` and Bayes factors of
    fixed ratios against a free one: ``bf_1``, ``bf_phi`` (the golden ratio), ``bf_2``, ``bf_e``,
    ``bf_10``; ``arrays`` the ``sizes`` X, the ``step_ratios``, their interval ``step_low`` and
    ``step_high``, and the ``bayes_factors``.

    Raises
    ------
    ParameterError : labels that are no whole numbers from 0, a layer without units, fewer than 2
        layers, no series or one of other units, a layer that does not vary.

    Notes
    -----
    Bayes factors: with m the mean log ratio, s its standard error and f, F Student's t of the
    interval's degrees of freedom, ``B(r) = f((m - log r)/s) / s`` over its mean over log ratios
    from -log 100 to log 100, all as likely. Above 20 is strong evidence for r against a free ratio,
    below 1/20 against it (doi:10.1080/01621459.1995.10476572). The largest of five names the
    nearest of five, no more; s holds the errors of measurement, not how steps differ: where
    step_ratios disagree no one ratio is true.
    Known values: layers of 8, 4, 2, 1 units have the size ratio 2; a planted ratio is recovered.
    Layers of a random graph also have ratios: without a null a ratio means nothing. Science has so
    far seen no ratio near e between emergent layers: in grown chains of neurons (N = 200) it was
    1.05 and 1.00. A null result is a result.
    Cost: the measure chosen, for each layer: 100,000 units at 200 times in 2 s by dimension.

    Examples
    --------
    >>> halving = [0] * 8 + [1] * 4 + [2] * 2 + [3]
    >>> compression_ratio(halving, of="size")
    compression_ratio: 2; layers 4
    """
    labels = _labels(layers)
    sizes = _sizes(one_of("compression_ratio.of", of, _OF), labels, series, blocks)
    found = np.array([sizes.of(members) for members in _members(labels)])
    if not np.isfinite(found).all():
        raise _no_dimension(f"layer {int(np.argmin(np.isfinite(found)))}")
    steps = -np.diff(np.log(found))
    value = float(np.exp(steps.mean()))

    def statistic(drawn: NDArray[np.int64]) -> float:
        first, last = (sizes.of(np.flatnonzero(drawn == layer)) for layer in (0, len(steps)))
        return float((first / last) ** (1.0 / len(steps)))

    if null is not None and of == "size":
        raise ParameterError(
            f"compression_ratio.null = {null!r} is not allowed for of = 'size': labels dealt out "
            "anew leave sizes as they are; use None, and layers of random graphs beside these."
        )
    beside = against("compression_ratio", null, "labels", labels, statistic, value, "greater")
    spread = _spread(sizes, labels, steps)
    return Result(
        value=value,
        unit="1",
        interval=spread.interval,
        null=beside.null,
        p=beside.p,
        measure="compression_ratio",
        method=spread.method,
        details={"layers": len(found), **spread.details, **beside.details},
        arrays={"sizes": found, **spread.arrays, **beside.arrays},
    )


class _Spread(NamedTuple):
    """What the errors of log ratios give."""

    interval: tuple[float, float] | None = None
    method: str = ""
    details: Mapping[str, float] = {}
    arrays: Mapping[str, NDArray[np.float64]] = {}


def _spread(sizes: Sizes, labels: NDArray[np.int64], steps: NDArray[np.float64]) -> _Spread:
    """Intervals on the log scale, and the Bayes factors that go with the mean's."""
    if sizes.blocks:
        layers = [sizes.in_blocks(members) for members in _members(labels)]

        def logs(kept: NDArray[np.intp]) -> NDArray[np.float64]:
            own = -np.diff(np.log([layer(kept) for layer in layers]))
            return np.append(own, own.mean())

        *of_steps, error = second_order_error(logs, sizes.blocks).tolist()
        if not np.isfinite(of_steps).all():
            step = int(np.argmin(np.isfinite(of_steps)))
            raise _no_dimension(f"layer {step} or {step + 1}")
        method, freedom = f"95 % t, {sizes.blocks} blocks in time", sizes.blocks - 1
    else:
        many = len(steps)
        error, of_steps = standard_error(steps) if many > 1 else 0.0, []
        method, freedom = f"95 % t over {many} steps", many - 1
    mean = float(steps.mean())
    if error <= 1e-12:
        return _Spread(arrays={"step_ratios": np.exp(steps)})
    half = t_quantile(freedom)
    factors = bayes_factors(mean, error, freedom)
    arrays = {"step_ratios": np.exp(steps), "bayes_factors": factors}
    if of_steps:
        arrays["step_low"] = np.exp(steps - half * np.array(of_steps))
        arrays["step_high"] = np.exp(steps + half * np.array(of_steps))
    return _Spread(
        (float(np.exp(mean - half * error)), float(np.exp(mean + half * error))),
        method,
        {f"bf_{name}": float(factor) for name, factor in zip(FIXED, factors, strict=True)},
        arrays,
    )


def _members(labels: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """The units of each layer."""
    return [np.flatnonzero(labels == layer) for layer in range(int(labels.max()) + 1)]


def _labels(layers: ArrayLike) -> NDArray[np.int64]:
    """Checked labels: two layers or more, each with a unit."""
    labels = symbols("compression_ratio.layers", layers)
    units = np.bincount(labels) if len(labels) and labels.max() < len(labels) else np.empty(0)
    if len(units) < 2 or (units == 0).any():
        raise ParameterError(
            f"compression_ratio.layers names the layers {_shortened(labels)}, which is not "
            "allowed; use 0, 1, 2, … with none left out, 2 layers or more."
        )
    return labels


def _shortened(labels: NDArray[np.int64]) -> str:
    names = [str(label) for label in np.unique(labels)]
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "") if names else "of no unit"


def _sizes(kind: str, labels: NDArray[np.int64], series: ArrayLike | None, blocks: int) -> Sizes:
    """What measures a layer, with a checked series."""
    most = checks.whole("compression_ratio.blocks", blocks, low=_LEAST_BLOCKS, high=_MOST_BLOCKS)
    if kind == "size":
        return ByUnits()
    if series is None:
        raise ParameterError(
            f"compression_ratio.series = None is not allowed for of = {kind!r}; "
            "use an array (times, units)."
        )
    name = "compression_ratio.series"
    data = matrix(name, series, rows="times", columns="units", least=(_LEAST_BLOCKS, 2))
    if data.shape[1] != len(labels):
        raise ParameterError(
            f"{name} has {data.shape[1]:,} units and layers has {len(labels):,}; use as many."
        )
    many = min(most, len(data))
    if kind == "code_length":
        return by_code("compression_ratio", data, many)
    return by_dimension("compression_ratio", data, many, int(np.bincount(labels).max()))


def _no_dimension(layers: str) -> ParameterError:
    return ParameterError(
        f"compression_ratio.series: {layers} varies in fewer than 4 blocks in time, so it "
        "has no dimension; use a longer series, or units that do."
    )
