"""Series of linear systems, whose information is known in closed form."""

import numpy as np


def linear_system(generator, a, times):
    """(times, units) of x' = a x + noise of variance 1, after 200 steps."""
    noise = generator.normal(size=(times + 200, len(a)))
    series = np.zeros_like(noise)
    for t in range(1, len(noise)):
        series[t] = a @ series[t - 1] + noise[t]
    return series[200:]
