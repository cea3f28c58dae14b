"""What every null model keeps to, whatever it draws; parametrised by what the family holds."""

import inspect
import math
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from hal9lib import nulls
from hal9lib.errors import ParameterError, UnknownNameError
from hal9lib.graph import as_graph
from hal9lib.nulls._null import KINDS, Null
from hal9lib.spike_trains import SpikeTrains, spike_trains

NAMES = nulls.names()
#: What a null model must be told; the others need nothing.
TOLD = {
    "dithered_spikes": {"dither_ms": 5.0},
    "jittered_spikes": {"width_ms": 10.0},
    "shuffled_spikes": {"of": "intervals"},
}
_RANDOM = np.random.default_rng(20)
DATA = {
    "graph": as_graph("x", np.triu(_RANDOM.random((12, 12)) < 0.3, 1) * _RANDOM.random((12, 12))),
    "spikes": spike_trains(
        "x", _RANDOM.random(60) * 100.0, _RANDOM.integers(5, size=60), neurons=5, stop_ms=100.0
    ),
    "series": _RANDOM.normal(size=(40, 3)),
    "labels": np.repeat([0, 1, 2], 5),
}


def made(name, **options):
    return nulls.load(name)(**(TOLD.get(name, {}) | options))


def content(data):
    """All that a graph, spikes, series or labels hold, to compare them."""
    if isinstance(data, np.ndarray):
        return data.tolist()
    return {
        key: value.tolist() if isinstance(value, np.ndarray) else value
        for key, value in vars(data).items()
        if key != "starts"  # kept when first asked for
    }


def drawn(name, draw=0, data=None, **options):
    null = made(name, **options)
    return null.surrogate(DATA[null.kind] if data is None else data, draw)


each = pytest.mark.parametrize("name", NAMES)


@each
def test_it_is_a_null_with_its_name_and_a_kind(name):
    null = made(name)
    assert isinstance(null, Null)
    assert null.name == name
    assert null.kind in KINDS
    assert null == made(name)
    told = "".join(f"{key}={value!r}, " for key, value in null.options.items())
    assert repr(null) == f"{name}({told}999 draws, seed 0)"


@each
def test_fewer_than_999_draws_are_refused(name):
    sentence = rf"^{name}\.draws = 998 is not allowed; use a whole number from 999 to "
    with pytest.raises(ParameterError, match=sentence):
        made(name, draws=998)
    assert made(name, draws=999.0).draws == 999


@each
def test_a_seed_is_a_whole_number_of_64_bits(name):
    for seed in (-1, 2**64, 0.5):
        with pytest.raises(
            ParameterError, match=rf"^{name}\.seed = {seed} is not allowed; use a whole number "
        ):
            made(name, seed=seed)
    made(name, seed=2**64 - 1).generator(0).random()


@pytest.mark.parametrize(
    ("name", "option"),
    [(name, option) for name in NAMES for option in inspect.signature(nulls.load(name)).parameters],
)
def test_an_option_that_is_no_number_is_refused_by_name(name, option):
    with pytest.raises(ParameterError, match=rf"^{name}\.{option} = nan is not allowed; use "):
        made(name, **{option: math.nan})


@each
def test_a_draw_depends_on_the_seed_and_its_number_alone(name):
    null = made(name, seed=3)
    data = DATA[null.kind]
    every = [content(one) for one, _ in zip(null.surrogates(data), range(4), strict=False)]
    for draw in (3, 0, 2, 1):
        assert content(null.surrogate(data, draw)) == every[draw]
    assert len({str(one) for one in every}) > 1, "draws differ"
    assert [content(drawn(name, draw, seed=4)) for draw in range(4)] != every


@each
def test_the_data_stay_as_they_are_and_the_surrogate_is_of_the_same_kind(name):
    null = made(name)
    data = DATA[null.kind]
    before = str(content(data))
    found = null.surrogate(data)
    assert type(found) is type(data)
    for value in vars(found).values() if not isinstance(found, np.ndarray) else [found]:
        if isinstance(value, np.ndarray):
            value[...] = 0
    assert str(content(data)) == before


@each
def test_it_says_what_it_keeps_destroys_and_costs_and_where_it_comes_from(name):
    function = nulls.load(name)
    text = inspect.getdoc(function)
    assert re.search(r"10\.\d{4,}/\S+", text), "a source with its DOI"
    assert re.search(r"10\.\d{4,}/\S+", inspect.getdoc(sys.modules[function.__module__]))
    for word in ("Keeps: ", "Destroys: ", "Cost: ", "Parameters", "Notes", "Examples", ">>>"):
        assert word in text, word


@each
def test_what_is_not_of_its_kind_is_refused_by_name(name):
    with pytest.raises(ParameterError, match=rf"^{name}: \w+.* not allowed; use "):
        drawn(name, data="a picture")


SMALL = {
    "graph": [[[0]], [[0, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 1], [1, 0]]],
    "spikes": [
        spike_trains("x", [], [], neurons=1, stop_ms=9.0),
        spike_trains("x", [5.0], [0], neurons=1, stop_ms=9.0),
        spike_trains("x", [5.0], [1], neurons=3, stop_ms=9.0),
    ],
    "series": [[[1.0]], [[1.0, 2.0, 3.0]], [[1.0], [2.0]], [1.0, 2.0, 4.0]],
    "labels": [[0], [0, 0, 0]],
}


@each
def test_the_smallest_data_have_a_surrogate(name):
    for data in SMALL[made(name).kind]:
        if name == "random_dag" and np.sum(data) == 2:  # 0 → 1 → 0 is a cycle
            with pytest.raises(ParameterError, match=r"^random_dag: 2 links between 2 nodes"):
                drawn(name, data=data)
            continue
        found = drawn(name, data=data)
        if isinstance(found, SpikeTrains):
            assert (found.size, len(found.times_ms)) == (data.size, len(data.times_ms))
            assert ((found.times_ms > 0.0) & (found.times_ms <= 9.0)).all()
        elif isinstance(found, np.ndarray):
            assert found.shape == np.shape(data)
            assert np.isfinite(found).all()
        else:
            assert (found.nodes, found.edges) == (len(data), np.count_nonzero(data))


def test_nothing_at_all_is_refused_by_name():
    for name in NAMES:
        null = made(name)
        if null.kind in ("series", "labels"):
            with pytest.raises(ParameterError, match=rf"^{name}: {null.kind} of shape \(0,\)"):
                null.surrogate([])


def test_the_table_of_the_family_names_every_member_and_its_kind():
    for name in NAMES:
        assert f"| {made(name).kind} | `{name}` |" in nulls.__doc__


def test_the_kept_timings_are_of_every_member():
    """Made by tests/benchmarks/time_nulls.py; what the docstrings call cost comes from there."""
    table = Path(__file__).parents[1].joinpath("benchmarks", "nulls.md").read_text()
    for name in NAMES:
        assert f"| {name}(" in table
        assert "benchmarks/nulls.md" in inspect.getdoc(nulls.load(name))


def test_a_bar_shows_draws_a_second_and_the_time_left(capsys):
    null = nulls.layer_permutation(progress=True)
    assert sum(1 for _ in null.surrogates(DATA["labels"])) == 999
    assert re.search(r"layer_permutation: .*/999 \[\d\d:\d\d<.*draw", capsys.readouterr().err)
    for progress in (None, False):
        quiet = nulls.layer_permutation(progress=progress)
        assert sum(1 for _ in quiet.surrogates(DATA["labels"])) == 999
        assert capsys.readouterr().err == ""


@pytest.mark.jit_only
def test_ctrl_c_ends_a_draw_that_would_take_minutes():
    code = (
        "import numpy as np; from hal9lib import nulls; from hal9lib.graph import Graph\n"
        "links = np.arange(200_000)\n"
        "ring = Graph(200_000, links, (links + 1) % 200_000, np.ones(200_000))\n"
        "nulls.rewired(swaps_per_link=0.01).surrogate(ring)\n"
        "print('go', flush=True)\n"
        "nulls.rewired(swaps_per_link=1e5).surrogate(ring)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout.readline() == "go\n"
        time.sleep(0.5)
        sent = time.monotonic()
        running.send_signal(signal.SIGINT)
        problem = running.communicate(timeout=60)[1]
    assert time.monotonic() - sent < 10.0, "a second at most; the machine may be busy"
    assert "KeyboardInterrupt" in problem


def test_every_kind_has_a_member():
    assert {made(name).kind for name in NAMES} == set(KINDS)


def test_a_wrong_name_gets_a_suggestion():
    sentence = r"no null model is called 'random_dug'\. Did you mean 'random_dag'"
    with pytest.raises(UnknownNameError, match=sentence):
        nulls.load("random_dug")
