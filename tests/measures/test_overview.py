"""The overview in a family's docstring names each member once, and no other."""

import re

from hal9lib import measures, nulls


def test_every_measure_is_in_the_overview_once():
    lines = re.findall(r"^    (\S.*)$", measures.__doc__, re.MULTILINE)
    assert sorted(re.findall(r"\w+", " ".join(lines))) == measures.names()


def test_every_null_model_is_in_the_overview_once():
    assert sorted(re.findall(r"\| `(\w+)` \|", nulls.__doc__)) == nulls.names()
