"""The sixteen atoms: the lattice solved by brute force, closed forms, what is refused.

No library in the environment decomposes in time; the reference solves the lattice's sixteen linear
equations, with the order of the sources found from the definition.
"""

from itertools import product

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

from hal9lib import calibration
from hal9lib.calibration.information_decomposition import _LINKS
from hal9lib.errors import ParameterError
from hal9lib.measures import information_decomposition
from hal9lib.measures._lagged_kernels import information_table
from hal9lib.measures.information_decomposition import _atoms
from support.series import linear_system

TWISTED = np.array([[0.6, 0.4], [-0.6, 0.3]])
CALL = {
    "arrays": {"series": linear_system(np.random.default_rng(1), TWISTED, 200)},
    "options": {"atom": "synergy_to_synergy"},
}
#: Antichains of two sources, each a set of sets: redundancy, unique 1, unique 2, synergy.
ANTICHAINS = [[{0}, {1}], [{0}], [{1}], [{0, 1}]]


def exact(a, noise):
    now = solve_discrete_lyapunov(np.asarray(a, float), noise)
    return np.block([[now, now @ np.transpose(a)], [a @ now, now]])


def info(cov, past, future):
    """Mutual information in nats of units now and later, by direct determinants."""
    n = len(cov) // 2
    past, future = sorted(past), [n + i for i in sorted(future)]
    det = [np.linalg.det(cov[np.ix_(s, s)]) for s in (past, future, past + future)]
    return 0.5 * np.log(det[0] * det[1] / det[2])


def below(alpha, beta):
    """alpha <= beta: every source of beta holds one of alpha (Williams & Beer 2010)."""
    return all(any(a <= b for a in alpha) for b in beta)


def by_lattice(cov):
    """(4, 4) atoms: each common information is the sum of the atoms below it in both lattices."""
    nodes = list(product(range(4), range(4)))
    matrix = np.array([[float(below(ANTICHAINS[i], ANTICHAINS[k]) and
                              below(ANTICHAINS[j], ANTICHAINS[m])) for i, j in nodes]
                       for k, m in nodes])  # fmt: skip
    common = [min(info(cov, a, b) for a in ANTICHAINS[k] for b in ANTICHAINS[m]) for k, m in nodes]
    return np.linalg.solve(matrix, common).reshape(4, 4)


def by_product(cov):
    table = information_table(cov, np.array([0, 1]), np.zeros(5))
    return _atoms(table, table)


@pytest.mark.parametrize("seed", range(8))
def test_the_atoms_solve_the_sixteen_equations_of_the_lattice(seed):
    generator = np.random.default_rng(seed)
    a = generator.uniform(-0.5, 0.5, (2, 2))
    mixed = generator.normal(size=(2, 2))
    cov = exact(a, mixed @ mixed.T + 0.1 * np.eye(2))
    np.testing.assert_allclose(by_product(cov), by_lattice(cov), atol=1e-12)
    assert by_product(cov).sum() == pytest.approx(info(cov, {0, 1}, {0, 1}), rel=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_test_system_sums_to_0_511_nats(correlation):
    cov = exact(np.full((2, 2), 0.4), np.array([[1.0, correlation], [correlation, 1.0]]))
    atoms = by_product(cov)
    assert atoms.sum() == pytest.approx(np.log(5 / 3), rel=1e-12)
    # All single terms are equal, so nothing is unique.
    np.testing.assert_allclose(atoms[1:3], 0.0, atol=1e-12)
    np.testing.assert_allclose(atoms[:, 1:3], 0.0, atol=1e-12)


def test_units_that_run_independently_keep_what_is_unique_and_mmi_adds_synergy():
    """The whole future counts as known redundantly by the smaller of the two: stated as a limit."""
    large, small = -0.5 * np.log(1 - 0.64), -0.5 * np.log(1 - 0.25)
    expected = np.zeros((4, 4))
    expected[1, 1], expected[2, 2], expected[3, 3] = large, small, 2 * small
    expected[0, 3] = expected[3, 0] = small
    expected[1:3, 3] = expected[3, 1:3] = -small
    atoms = by_product(exact(np.diag([0.8, 0.5]), np.eye(2)))
    np.testing.assert_allclose(atoms, expected, atol=1e-12)


def test_almost_copies_are_redundant_and_stay_so():
    shared = 0.8
    cov = np.kron(np.array([[1.0, shared], [shared, 1.0]]), np.ones((2, 2))) + 1e-6 * np.eye(4)
    expected = np.zeros((4, 4))
    expected[0, 0] = -0.5 * np.log(1 - shared**2)
    np.testing.assert_allclose(by_product(cov), expected, atol=1e-5)


def test_swapping_the_units_swaps_the_unique_atoms():
    series = linear_system(np.random.default_rng(2), TWISTED, 500)
    atoms = information_decomposition(series).arrays["atoms_bits"]
    swapped = information_decomposition(series[:, ::-1] * [-3.0, 0.01]).arrays["atoms_bits"]
    order = [0, 2, 1, 3]
    np.testing.assert_allclose(swapped, atoms[np.ix_(order, order)], atol=1e-12)


def test_each_atom_is_found_by_its_name():
    result = information_decomposition(CALL["arrays"]["series"])
    names, values = result.arrays["atoms"], result.arrays["atoms_bits"]
    assert names[0, 3] == "redundancy_to_synergy"
    assert names[2, 1] == "unique_2_to_unique_1"
    for name, value in zip(names.ravel(), values.ravel(), strict=True):
        one = information_decomposition(CALL["arrays"]["series"], atom=str(name))
        assert one.value == value
        assert one.details["atom"] == name
    assert values.sum() == pytest.approx(result.details["time_delayed_mi_bits"])


def test_a_long_run_has_the_atoms_of_its_system():
    series = linear_system(np.random.default_rng(3), TWISTED, 50_000)
    atoms = information_decomposition(series).arrays["atoms_bits"]
    expected = by_lattice(exact(TWISTED, np.eye(2))) / np.log(2.0)
    np.testing.assert_allclose(atoms, expected, atol=0.015)


def test_groups_are_parts_and_the_information_between_groups_is_of_all_their_units():
    a = np.array([[0.5, 0.2, 0.3], [0.1, 0.4, 0.0], [-0.3, 0.2, 0.3]])
    series = linear_system(np.random.default_rng(4), a, 5_000)
    result = information_decomposition(series, groups=[1, 1, 0])
    moved = information_decomposition(series[:, [2, 0, 1]], groups=[0, 1, 1])
    np.testing.assert_allclose(result.arrays["atoms_bits"], moved.arrays["atoms_bits"], atol=1e-12)
    joint = np.cov(np.hstack((series[:-1], series[1:])).T)
    whole = info(joint, {0, 1, 2}, {0, 1, 2}) / np.log(2.0)
    assert result.details["time_delayed_mi_bits"] == pytest.approx(whole, abs=0.01)


def test_what_cannot_be_decomposed_is_refused():
    series = np.random.default_rng(5).normal(size=(300, 3))
    with pytest.raises(
        ParameterError, match=r"\.atom = 'synergy' is not allowed; use 'redundancy_"
    ):
        information_decomposition(series[:, :2], atom="synergy")
    with pytest.raises(ParameterError, match=r"series has 3 units, .* without groups; use 2 units"):
        information_decomposition(series)
    with pytest.raises(ParameterError, match=r"groups = 1 for all is not allowed; use 0 and 1"):
        information_decomposition(series, groups=[1, 1, 1])
    with pytest.raises(ParameterError, match=r"groups\[2\] = 2 is not allowed; use whole numbers"):
        information_decomposition(series, groups=[0, 1, 2])
    with pytest.raises(ParameterError, match=r"groups has 2 values and series has 3; use as many"):
        information_decomposition(series, groups=[0, 1])
    with pytest.raises(ParameterError, match=r"series has 65 units, which is not allowed; use 64"):
        information_decomposition(np.zeros((300, 65)))
    copied = series[:, [0, 0]]
    with pytest.raises(ParameterError, match="that the others and the past determine wholly"):
        information_decomposition(copied)


def test_the_value_planted_in_its_calibration_is_that_of_the_system():
    atoms = by_lattice(exact(_LINKS, np.eye(2))) / np.log(2.0)
    truth = calibration.load("information_decomposition")().truth
    assert truth == pytest.approx(atoms[3, 3], rel=1e-9)
