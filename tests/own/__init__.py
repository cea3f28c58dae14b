"""A researcher's own neuron and plasticity rule."""
