"""A network's description is its canonical form, whatever the network."""

import json
import pickle

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

import hal9lib as hal9
from hal9lib.engine import cells
from hal9lib.network import Network
from hal9lib.run import content_key

reals = st.floats(-50.0, 50.0, allow_nan=False)
sizes = st.integers(1, 500)
delays_ms = st.integers(1, 200).map(lambda steps: steps / 10)
names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


@st.composite
def networks(draw):
    network = Network(seed=draw(st.integers(0, 2**64 - 1)), model=draw(names))
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        cell = draw(
            st.sampled_from(
                [
                    hal9.neurons.lif(initial_v_mv=hal9.uniform(-1.0, draw(st.floats(0.0, 19.0)))),
                    hal9.neurons.izhikevich(d=draw(reals)),
                ]
            )
        )
        network.add(cell, draw(sizes), name=name)
    members = st.sampled_from(network.populations)
    for _ in range(draw(st.integers(0, 4))):
        rule = hal9.connectivity.fixed_indegree(draw(st.integers(0, 50)))
        network.connect(
            draw(members), draw(members), rule, weight_mv=draw(reals), delay_ms=draw(delays_ms)
        )
    if draw(st.booleans()):
        network.drive(draw(members), rate_hz=draw(st.floats(0.0, 1e6)), weight_mv=draw(reals))
    return network


@given(networks())
def test_a_description_gives_the_network_back(network):
    text = json.dumps(network.description(), allow_nan=False)
    again = Network.from_description(json.loads(text))
    assert again.description() == network.description()
    assert content_key(again, 100.0, 0.1, "float32") == content_key(network, 100, 0.1, "float32")


@given(networks())
def test_a_network_survives_pickling(network):
    assert pickle.loads(pickle.dumps(network)).description() == network.description()  # noqa: S301


@given(networks(), st.sampled_from(["seed", "duration_ms", "dt_ms", "precision"]))
def test_another_question_has_another_key(network, changed):
    question = {"duration_ms": 100.0, "dt_ms": 0.1, "precision": "float32"}
    other = dict(question)
    description = network.description()
    if changed == "seed":
        description["seed"] = (description["seed"] + 1) % 2**64
    else:
        other[changed] = {"duration_ms": 200.0, "dt_ms": 0.2, "precision": "float64"}[changed]
    changed_network = Network.from_description(description)
    assert content_key(changed_network, **other) != content_key(network, **question)


@given(st.integers(1, 100_000), st.integers(1, 64))
def test_a_cut_covers_a_population_in_even_aligned_pieces(size, workers):
    edges = cells.cut(size, workers)
    assert edges[0] == 0
    assert edges[-1] == size
    assert len(edges) == workers + 1
    pieces = np.diff(edges)
    assert (pieces >= 0).all()
    assert (edges[:-1][pieces > 0] % cells.ALIGN == 0).all()
    assert pieces.max() <= -(-size // workers) + cells.ALIGN
