"""HAL9 against a simulator that it shares no code with: same synapses, same start, same input."""

from hal9lib.verify.against import verify

__all__ = ["verify"]
