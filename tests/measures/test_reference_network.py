"""Measures of a network that another simulator has run too."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.measures import firing_rate, isi_cv, spectral_peak

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.jit_only
def test_a_network_gives_the_numbers_of_the_reference_simulator():
    points = json.loads((GOLDEN / "brunel_nest_seeds.json").read_text())["points"]
    runs = next(p["runs"] for p in points if (p["g"], p["eta"]) == (5.0, 2.0))
    run = hal9.simulate(hal9.models.brunel(g=5.0, eta=2.0), 600.0)
    times_ms, neurons = run.spikes_of("E")
    rate = firing_rate(times_ms, neurons=10_000, start_ms=200.0, stop_ms=600.0)
    irregularity = isi_cv(times_ms, neurons, start_ms=200.0)
    centres_ms, rates_hz = run.population_rate_hz("E", bin_ms=0.5)
    peak = spectral_peak(rates_hz[centres_ms > 200.0], bin_ms=0.5)
    for result, name in (
        (rate, "rate_E_hz"),
        (irregularity, "cv_isi"),
        (peak, "psth_peak_hz"),
    ):
        theirs = np.array([r[name] for r in runs])
        # One more run of the same: within 99.9 % of where it would fall.
        reach = 6.87 * theirs.std(ddof=1) * math.sqrt(1.0 + 1.0 / len(theirs))  # t of 5
        assert abs(result.value - theirs.mean()) < reach, name
