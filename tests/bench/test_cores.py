"""Free cores are counted by what threads do; here only that the count is one."""

import pytest

from hal9lib.bench.cores import free_cores, spin


def test_what_is_computed():
    assert spin(0) == 2.0
    assert spin(1) == pytest.approx(1.099 + 1.098)


@pytest.mark.parametrize("threads", [1, 3])
def test_free_cores_are_at_most_the_threads(threads):
    assert 0.0 < free_cores(threads, rounds=1_000) <= threads
