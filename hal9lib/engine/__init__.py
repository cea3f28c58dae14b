"""Network → flat arrays → one generated loop → Run.

``layout``      which worker owns which neurons, and every array a loop reads
``build``       connectivity rules into source-indexed rows of synapses
``kernels``     the loop's parts, as plain Python functions
``assembly``    those parts and a network's models into one compiled module, kept on disk
``simulation``  a network that can be advanced, looked at and steered
``simulate``    the one call that turns a description into a run
"""
