"""The limit's probe: what its kernels add up, and that its memory is the network's."""

import numpy as np
import pytest

from hal9lib.bench import limit
from hal9lib.bench.limit import LimitProbe


def by_hand(sources, starts, targets, weights, local):
    """The same sums, one synapse at a time."""
    expected, events = local.astype(np.float64), 0
    for source in sources.ravel():
        for block in range(len(starts)):
            for synapse in range(starts[block, source], starts[block, source + 1]):
                own = weights if np.isscalar(weights) else weights[block, synapse]
                expected[block, targets[block, synapse]] += own
                events += 1
    return expected, events


@pytest.mark.parametrize("weighted", [False, True])
def test_the_kernels_add_each_weight_once_and_count_it(weighted, monkeypatch):
    monkeypatch.setattr(limit, "_LIST", 16)
    monkeypatch.setattr(limit, "_BLOCK", 32)
    probe = LimitProbe(neurons=90, indegree=21.0, threads=1, weighted=weighted)
    (share,) = probe._workers
    assert share.starts.shape == (3, 91), "90 targets are three blocks of at most 32"
    rng = np.random.default_rng(3)
    weights = 0.1
    if weighted:
        share.weights[:] = rng.random(share.weights.shape)
        weights = share.weights
    share.local[:] = 0.0
    expected, events = by_hand(share.sources[:2], share.starts, share.targets, weights, share.local)
    assert probe._deliver(share, slice(0, 2)) == events
    assert events == pytest.approx(32 * 21.0, rel=0.1)
    np.testing.assert_allclose(share.local, expected, rtol=1e-4)


@pytest.mark.parametrize(("weighted", "size"), [(False, 2), (True, 6)])
def test_its_memory_is_that_of_the_network(weighted, size):
    probe = LimitProbe(neurons=1_000, indegree=40.0, threads=2, weighted=weighted)
    assert probe.bytes == 1_000 * 40 * size
    assert LimitProbe(1_000, 40.5, 1).bytes == pytest.approx(40_500 * 2, rel=1e-3)


@pytest.mark.jit_only
def test_sources_and_targets_are_spread_over_all():
    probe = LimitProbe(neurons=200_000, indegree=10.0, threads=1)
    (share,) = probe._workers
    assert len(share.starts) == 4, "200,000 targets are four blocks of 16-bit targets"
    assert share.targets.max() == 49_999
    assert len(np.unique(share.sources)) > 0.99 * 200_000
    rows = np.diff(share.starts[0].astype(int))
    assert set(rows) == {2, 3}, "2.5 of a source's 10 synapses fall to each block"


def test_a_window_measures_all_workers(monkeypatch):
    monkeypatch.setattr(limit, "_LIST", 8)
    probe = LimitProbe(neurons=50, indegree=4.0, threads=3)
    for share in probe._workers:
        share.local[:] = 0.0
    assert probe.window(1e-4) > 0.0
    assert all(share.local.sum() > 0.0 for share in probe._workers)
