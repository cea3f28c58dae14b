"""Layer sizes are kept, and every deal comes up as often."""

from collections import Counter

import numpy as np
from scipy.stats import chi2

from hal9lib import nulls


def test_sizes_are_kept_and_every_deal_comes_up_as_often():
    null = nulls.layer_permutation(seed=4)
    count = Counter(tuple(null.surrogate([0, 0, 1, 1, 2], k).tolist()) for k in range(30 * 50))
    assert {tuple(np.bincount(one)) for one in count} == {(2, 2, 1)}
    assert len(count) == 30
    assert chi2.sf(sum((one - 50) ** 2 / 50 for one in count.values()), 29) > 0.001


def test_labels_no_longer_tell_where_a_neuron_is():
    labels = np.repeat(np.arange(5), 40)
    null = nulls.layer_permutation(seed=4)
    same = [np.mean(null.surrogate(labels, k) == labels) for k in range(50)]
    # By chance 1 of 5; the sd of one mean is sqrt(0.2 * 0.8 / 199).
    assert abs(np.mean(same) - 0.2) < 4 * np.sqrt(0.16 / 199 / 50)
