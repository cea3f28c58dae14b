"""Neuron models against closed forms, published behaviours and an independent solver."""
