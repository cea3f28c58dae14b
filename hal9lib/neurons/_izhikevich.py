"""Named parameters of the simple model: the cell types of 2003, the behaviours of 2004."""

_NAMES = ("a", "b", "c_mv", "d", "linear", "constant", "pivot_mv", "leak")


def _cell(a: float, b: float, c_mv: float, d: float, **other: float) -> dict[str, float]:
    usual = {"linear": 5.0, "constant": 140.0, "pivot_mv": 0.0, "leak": 1.0}
    return {"a": a, "b": b, "c_mv": c_mv, "d": d} | usual | other


#: Figure 2 of Izhikevich 2003 (doi:10.1109/TNN.2003.820440).
_CELL_TYPES = {
    "regular_spiking": _cell(0.02, 0.2, -65.0, 8.0),
    "intrinsically_bursting": _cell(0.02, 0.2, -55.0, 4.0),
    "chattering": _cell(0.02, 0.2, -50.0, 2.0),
    "fast_spiking": _cell(0.1, 0.2, -65.0, 2.0),
    "thalamo_cortical": _cell(0.02, 0.25, -65.0, 0.05),
    "resonator_2003": _cell(0.1, 0.25, -65.0, 2.0),
    "low_threshold_spiking": _cell(0.02, 0.25, -65.0, 2.0),
}
#: Figure 1 of Izhikevich 2004 (doi:10.1109/TNN.2004.832719), A to T, as its published script runs
#: them: two have another quadratic, and the accommodating one another equation of recovery. The
#: last has d 0, as in the script's table; it runs -2, with which bursts end by the error of its
#: step of 0.5 ms alone, and never at a finer one.
_BEHAVIOURS = {
    "tonic_spiking": _cell(0.02, 0.2, -65.0, 6.0),
    "phasic_spiking": _cell(0.02, 0.25, -65.0, 6.0),
    "tonic_bursting": _cell(0.02, 0.2, -50.0, 2.0),
    "phasic_bursting": _cell(0.02, 0.25, -55.0, 0.05),
    "mixed_mode": _cell(0.02, 0.2, -55.0, 4.0),
    "spike_frequency_adaptation": _cell(0.01, 0.2, -65.0, 8.0),
    "class_1": _cell(0.02, -0.1, -55.0, 6.0, linear=4.1, constant=108.0),
    "class_2": _cell(0.2, 0.26, -65.0, 0.0),
    "spike_latency": _cell(0.02, 0.2, -65.0, 6.0),
    "subthreshold_oscillations": _cell(0.05, 0.26, -60.0, 0.0),
    "resonator": _cell(0.1, 0.26, -60.0, -1.0),
    "integrator": _cell(0.02, -0.1, -55.0, 6.0, linear=4.1, constant=108.0),
    "rebound_spike": _cell(0.03, 0.25, -60.0, 4.0),
    "rebound_burst": _cell(0.03, 0.25, -52.0, 0.0),
    "threshold_variability": _cell(0.03, 0.25, -60.0, 4.0),
    "bistability": _cell(0.1, 0.26, -60.0, 0.0),
    "depolarising_after_potential": _cell(1.0, 0.2, -60.0, -21.0),
    "accommodation": _cell(0.02, 1.0, -55.0, 4.0, pivot_mv=-65.0, leak=0.0),
    "inhibition_induced_spiking": _cell(-0.02, -1.0, -60.0, 8.0),
    "inhibition_induced_bursting": _cell(-0.026, -1.0, -45.0, 0.0),
}
PRESETS: dict[str, dict[str, float]] = _CELL_TYPES | _BEHAVIOURS
