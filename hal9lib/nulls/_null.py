"""What a null model is: a seeded way to draw surrogates that keep one thing and destroy another."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from hal9lib import checks

#: What a null model draws surrogates of: a Graph, SpikeTrains, a series (times, units), or labels.
KINDS = ("graph", "spikes", "series", "labels")

#: A p-value below 0.001 takes 999 draws; fewer are refused.
LEAST_DRAWS = 999

Sample = Callable[[Any, np.random.Generator], Any]


@dataclass(frozen=True)
class Null:
    """Surrogates of some data. Draw `k` depends on the seed and `k` alone.

    Attributes
    ----------
    name : the null model's name. kind : what it draws surrogates of, one of `KINDS`.
    sample : (data, generator) → one surrogate; it leaves the data as it is.
    draws : how many stand behind a p-value, 999 or more. seed : from 0 to 2^64 - 1.
    progress : show a bar; None shows one in a terminal when it takes over two seconds.
    """

    name: str
    kind: str
    sample: Sample
    draws: int = LEAST_DRAWS
    seed: int = 0
    progress: bool | None = None

    def __post_init__(self) -> None:
        checks.whole(f"{self.name}.draws", self.draws, low=LEAST_DRAWS, high=10**9)
        checks.whole(f"{self.name}.seed", self.seed, low=0, high=2**64 - 1)

    def generator(self, draw: int) -> np.random.Generator:
        """The random numbers of one draw (Philox; its key the seed, its counter the draw)."""
        return np.random.Generator(np.random.Philox(key=self.seed, counter=[0, 0, 0, draw]))

    def surrogate(self, data: Any, draw: int = 0) -> Any:
        """One surrogate of `data`, a Graph, SpikeTrains, series or labels as `kind` says."""
        return self.sample(data, self.generator(draw))

    def surrogates(self, data: Any) -> Iterator[Any]:
        """All `draws` surrogates, one after the other."""
        from tqdm.auto import tqdm

        shown = sys.stderr.isatty() if self.progress is None else self.progress
        for draw in tqdm(
            range(self.draws),
            desc=self.name,
            unit="draw",
            disable=not shown,
            delay=0.0 if self.progress else 2.0,
            leave=False,
        ):
            yield self.surrogate(data, draw)

    def __repr__(self) -> str:
        return f"{self.name}({self.draws:,} draws, seed {self.seed})"
