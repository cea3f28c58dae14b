"""Runs to keep: small, real networks with spikes that are given rather than simulated."""

import numpy as np

import hal9lib as hal9
from hal9lib.run import Run


def a_run(
    seed: int = 1,
    model: str = "tiny",
    spikes: int = 500,
    created: str | None = None,
    spike_seed: int | None = None,
) -> Run:
    """A run of 100 + 25 neurons over 50 ms; the same `seed` gives the same key and spikes."""
    network = hal9.Network(seed=seed, model=model)
    excitatory = network.add(hal9.neurons.lif(), 100, name="E")
    inhibitory = network.add(hal9.neurons.lif(), 25, name="I")
    for source, weight_mv in ((excitatory, 0.1), (inhibitory, -0.5)):
        network.connect(
            source,
            excitatory,
            hal9.connectivity.fixed_indegree(10),
            weight_mv=weight_mv,
            delay_ms=1.5,
        )
    network.drive(excitatory, rate_hz=2000.0, weight_mv=0.1)
    steps = 500
    generator = np.random.default_rng(seed if spike_seed is None else spike_seed)
    places = np.sort(generator.choice(steps * 125, spikes, replace=False))
    more = {} if created is None else {"created": created}
    return Run(
        network=network,
        duration_ms=50.0,
        dt_ms=0.1,
        spike_steps=(places // 125).astype(np.int32),
        spike_neurons=(places % 125).astype(np.int32),
        wall_s=0.1 + seed % 7 / 7,
        build_s=1e-7,
        **more,
    )
