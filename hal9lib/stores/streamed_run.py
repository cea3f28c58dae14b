"""A run whose recordings lie in a folder."""

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from hal9lib.run import Run
from hal9lib.stores.streams import Stream

#: Read when they are first asked for.
_LAZY = ("spike_steps", "spike_neurons", "states", "weights", "rates")


class StreamedRun(Run):
    """A `Run` like any other; what it recorded is read when it is first asked for.

    Attributes
    ----------
    stream : the folder's `Stream`, for chunks and SQL where memory is too small for the whole.
    """

    stream: Stream

    @classmethod
    def of(cls, stream: Stream) -> "StreamedRun":
        """The run that a stream holds, as far as it came."""
        header, about = stream.manifest.header, stream.manifest.about
        fields: dict[str, Any] = {
            "stream": stream,
            "network": stream.network,
            "duration_ms": about.get("duration_ms", stream.time_ms),
            "dt_ms": header["dt_ms"],
            "precision": header["precision"],
            "recorded": header["record"],
            **{name: about[name] for name in ("threads", "build_s", "created", "versions", "host")},
            "wall_s": about.get("wall_s", 0.0),
            "steered": about.get("steered", False),
        }
        run = object.__new__(cls)
        for name, value in fields.items():
            object.__setattr__(run, name, value)
        return run

    def __getattr__(self, name: str) -> Any:
        if name not in _LAZY:
            raise AttributeError(f"a run has no attribute {name!r}")
        if name.startswith("spike_"):
            none = np.empty(0, np.int32), np.empty(0, np.int32)
            steps, neurons = self.stream.spikes() if "spikes" in self.stream.tables else none
            object.__setattr__(self, "spike_steps", steps)
            object.__setattr__(self, "spike_neurons", neurons)
        else:
            object.__setattr__(self, name, getattr(self.stream, name)())
        return self.__dict__[name]

    @cached_property
    def spike_hash(self) -> str:
        """As any run's, without all spikes in memory at once."""
        digest = hashlib.blake2b(digest_size=16)
        if "spikes" in self.stream.tables:
            for column in ("step", "neuron"):
                for chunk in self.stream.chunks("spikes"):
                    digest.update(np.ascontiguousarray(chunk[column], dtype="<i4").tobytes())
        return digest.hexdigest()

    def __repr__(self) -> str:
        return f"StreamedRun({self.key}, {self.network.model!r}, {self.stream!r})"
