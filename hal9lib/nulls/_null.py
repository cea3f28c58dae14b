"""What a null model is: a seeded way to draw surrogates that keep one thing and destroy another."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph
from hal9lib.spike_trains import SpikeTrains

#: What a null model draws surrogates of: a Graph, SpikeTrains, a series (times, units), or labels.
KINDS = ("graph", "spikes", "series", "labels")

#: A p-value below 0.001 takes 999 draws; fewer are refused.
LEAST_DRAWS = 999

Sample = Callable[..., Any]


@dataclass(frozen=True)
class Null:
    """Surrogates of some data. Draw `k` depends on the seed and `k` alone.

    Attributes
    ----------
    name : the null model's name. kind : what it draws surrogates of, one of `KINDS`.
    sample : (data, generator, **options) → one surrogate; it leaves the data as it is.
    draws : how many stand behind a p-value, 999 or more. seed : from 0 to 2^64 - 1.
    progress : show a bar; None shows one in a terminal or notebook when it takes over two seconds.
    options : what else the null model was told, by name.
    """

    name: str
    kind: str
    sample: Sample
    draws: int = LEAST_DRAWS
    seed: int = 0
    progress: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        draws = checks.whole(f"{self.name}.draws", self.draws, low=LEAST_DRAWS, high=10**9)
        seed = checks.whole(f"{self.name}.seed", self.seed, low=0, high=2**64 - 1)
        switch(f"{self.name}.progress", self.progress)
        object.__setattr__(self, "draws", draws)
        object.__setattr__(self, "seed", seed)

    def generator(self, draw: int) -> np.random.Generator:
        """The random numbers of one draw (Philox; its key the seed, its counter the draw)."""
        return np.random.Generator(np.random.Philox(key=self.seed, counter=[0, 0, 0, draw]))

    def surrogate(self, data: Any, draw: int = 0) -> Any:
        """One surrogate of `data`, a Graph, SpikeTrains, series or labels as `kind` says.

        A graph may be anything `as_graph` takes, a series of one unit may have one dimension.
        """
        draw = checks.whole(f"{self.name}: draw", draw, low=0, high=2**63 - 1)
        return self._draw(self._known(data), self.generator(draw))

    def surrogates(self, data: Any) -> Iterator[Any]:
        """All `draws` surrogates, one after the other; ctrl-C ends it between two of them."""
        from tqdm.auto import tqdm

        known = self._known(data)
        generator = self.generator(0)
        fresh = generator.bit_generator.state
        shown = _watched() if self.progress is None else self.progress
        for draw in tqdm(
            range(self.draws),
            desc=self.name,
            unit="draw",
            disable=not shown,
            delay=0.0 if self.progress else 2.0,
            leave=False,
        ):
            # The same numbers as generator(draw), which takes ten times as long to make.
            fresh["state"]["counter"][3] = draw
            generator.bit_generator.state = fresh
            yield self._draw(known, generator)

    def _draw(self, data: Any, generator: np.random.Generator) -> Any:
        if self.kind == "series" and data.ndim == 1:
            return self.sample(data[:, None], generator, **self.options)[:, 0]
        return self.sample(data, generator, **self.options)

    def _known(self, data: Any) -> Any:
        """The data as `sample` wants it, or a ParameterError that says what to hand in."""
        if self.kind == "graph":
            return as_graph(f"{self.name}: graph", data, self_loops="refuse", least_edges=0)
        if self.kind == "spikes":
            if not isinstance(data, SpikeTrains):
                raise ParameterError(
                    f"{self.name}: spikes = {data!r} is not allowed; use "
                    "hal9lib.spike_trains.spike_trains(NAME, times_ms, neurons, neurons=None)."
                )
            return data
        array = np.asarray(data)
        dimensions = (1, 2) if self.kind == "series" else (1,)
        if array.ndim not in dimensions or array.size == 0 or array.dtype.kind not in "biuf":
            shape = "(times, units)" if self.kind == "series" else "one a node"
            raise ParameterError(
                f"{self.name}: {self.kind} of shape {array.shape} and type {array.dtype} is not "
                f"allowed; use numbers, {shape}, at least one."
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ParameterError(
                f"{self.name}: {self.kind} holds numbers that are not finite; use finite numbers."
            )
        return array

    def __repr__(self) -> str:
        words = [f"{name}={value!r}" for name, value in self.options.items()]
        return f"{self.name}({', '.join([*words, f'{self.draws:,} draws', f'seed {self.seed}'])})"


def switch(name: str, value: Any) -> bool | None:
    """`value` if it is True, False or None.

    >>> switch("rewired.undirected", float("nan"))
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: rewired.undirected = nan is not allowed; \
use True, False or None.
    """
    if value is not None and not isinstance(value, bool):
        raise ParameterError(f"{name} = {value!r} is not allowed; use True, False or None.")
    return value


def _watched() -> bool:
    """Whether someone may look at a bar: in a terminal or in a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules
