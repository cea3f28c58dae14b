"""What of a simulation is kept, and where it goes.

``plan``       `record=` read and checked once: which spikes, states, weights and rates, and when
``selection``  some neurons of one population
``recorder``   what was recorded and nobody has taken yet
``files``      one file, written whole or not at all
``checkpoints``  all that changes in a simulation, in one such file
``differences``  where two descriptions differ
"""
