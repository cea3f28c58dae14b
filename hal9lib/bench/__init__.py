"""What is measured: the benchmark models, the physical limit, and the peers on one machine."""

from hal9lib.bench.against import against
from hal9lib.bench.measure import measure

__all__ = ["against", "measure"]
