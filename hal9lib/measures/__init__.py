"""Measures: arrays in, a Result (value, unit, interval, null, p) out. One file each.

``help(hal9lib.measures.NAME)`` is a measure's page; `hal9lib.nulls` holds what to compare it with,
and ``./hal9 calibrate NAME`` shows how often it is right.

Structure, of a graph
    flow_hierarchy, reaching_centrality, effective_information, modularity, small_world, rich_club,
    adjacent_link_share
Layers, of links or of spikes
    layers_by_level, layers_by_community, layers_by_latency, layer_stability
Compression, of symbols or series
    lempel_ziv, code_length, effective_dimension, information_kept, compression_ratio
Integration, of series
    transfer_entropy, total_correlation, dual_total_correlation, o_information, s_information,
    neural_complexity, gaussian_integrated_information, information_decomposition,
    integrated_information, perturbational_complexity_lz, perturbational_complexity_st
Criticality, of activity
    branching_ratio, avalanche_exponent, shape_collapse, criticality_deviation, susceptibility,
    finite_size_scaling
Dynamics, of spikes or series
    firing_rate, isi_cv, isi_cv2, isi_lvr, fano_factor, spike_count_correlation, synchrony_chi,
    kuramoto_order, spectral_peak, spectral_exponent, band_power, coherence
Of other numbers
    mean_over_seeds, scaling_exponent
"""

from hal9lib.family import Family

_family = Family(__name__, "measure")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
