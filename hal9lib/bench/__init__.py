"""What is measured: the benchmark models and the physical limit, in one run."""

from hal9lib.bench.measure import measure

__all__ = ["measure"]
