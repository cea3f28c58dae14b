"""Counter-based random numbers against the published test vectors."""

import numpy as np
import pytest

from hal9lib.rng import key_of, philox4x32

#: Known answers of Philox4x32-10 from the authors' library (doi:10.1145/2063384.2063405).
VECTORS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "answer"), VECTORS)
def test_philox_gives_the_published_numbers(counter, key, answer):
    words = [np.uint32(int(word, 16)) for word in f"{counter} {key}".split()]
    assert " ".join(f"{int(word):08x}" for word in philox4x32(*words)) == answer


def test_it_draws_arrays_as_it_draws_numbers():
    groups = np.arange(5, dtype=np.uint32)
    zeros = np.zeros_like(groups)
    many = philox4x32(groups, zeros, zeros, zeros, *key_of(7))
    for group in range(5):
        one = philox4x32(np.uint32(group), *(np.uint32(0),) * 3, *key_of(7))
        assert [int(word[group]) for word in many] == [int(word) for word in one]
