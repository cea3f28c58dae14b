"""Functions that a researcher writes: read, checked, tried and made, without running their text.

``source``      the text of a function, the one that Python runs
``grammar``     what it may be made of; its syntax tree, or an error that names the line
``walk``        one way through that tree, for every reading of it:
``kinds``         numbers and truths, and names that are set on every way
``units``         dimensions, from the suffixes of names
``numbers``       values, many cases side by side
``declared``    names that fit what was declared, and results in the declared order
``constants``   what is worked out once for a run
``made``        a plain function, made of checked parts only, for the engine's loop
``cases``       what is tried: the ends of distributions, no input and strong input
``stability``   the largest time step at which a neuron's step behaves
``events``      a plasticity rule's events, tried
"""
