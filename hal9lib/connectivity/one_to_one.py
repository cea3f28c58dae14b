"""The first source onto the first target, the second onto the second, and so on.

One of the deterministic rules of Senk et al. 2022 (doi:10.1371/journal.pcbi.1010086).
"""

from hal9lib.connectivity._model import Connectivity
from hal9lib.errors import ParameterError


def one_to_one() -> Connectivity:
    """One synapse for each neuron, between equals (doi:10.1371/journal.pcbi.1010086).

    Parameters
    ----------
    None; both populations must have the same size. Of a population onto itself, each neuron is
    its own source.

    Examples
    --------
    >>> one_to_one().synapses(n_sources=100, n_targets=100)
    100
    """

    def check(n_sources: int, n_targets: int, _same_population: bool) -> None:
        if n_sources != n_targets:
            raise ParameterError(
                f"one_to_one between {n_sources:,} sources and {n_targets:,} targets is not "
                "allowed; use populations of one size."
            )

    return Connectivity(
        name="one_to_one",
        parameters={},
        partners=partners,
        arguments=(),
        max_degree=lambda _n_sources, _n_targets: 1,
        check=check,
    )


def partners(_key0, _key1, _stream, neuron, _others, _same_population, _arguments, _data, out):
    """The source of the same number."""
    out[0] = neuron
    return 1
