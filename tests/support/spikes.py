"""Spikes with known statistics."""


def poisson_spikes(generator, neurons, rate_hz, duration_ms):
    """(times, neurons) of independent Poisson processes."""
    count = generator.poisson(rate_hz * duration_ms * 1e-3 * neurons)
    return generator.uniform(0.0, duration_ms, count), generator.integers(0, neurons, count)
