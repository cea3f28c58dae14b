"""Random functions: their numbers side by side are those of the made function, one by one."""

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st

from hal9lib.own.grammar import parse
from hal9lib.own.kinds import kinds_of
from hal9lib.own.made import make, source
from hal9lib.own.numbers import evaluate
from hal9lib.own.units import check_units

NAMES = st.sampled_from(["x", "y", "z"])
LEAVES = NAMES | st.sampled_from(["0", "1", "2.5", "-3", "0.125", "math.pi"])
CASES = np.array([[0.5, -1.5, 3.0, 0.0], [2.0, 0.25, -3.0, 1.0], [-1.0, 4.0, 0.0, 2.0]])


def truths(numbers):
    signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    one = st.builds("({} {} {})".format, numbers, signs, numbers)
    two = st.builds("({} {} {} {} {})".format, numbers, signs, numbers, signs, numbers)
    plain = one | two | st.sampled_from(["True", "False"])
    joined = st.builds("({} {} {})".format, plain, st.sampled_from(["and", "or"]), plain)
    return plain | joined | st.builds("(not {})".format, plain)


def larger(numbers):
    return (
        st.builds("({} {} {})".format, numbers, st.sampled_from("+-*"), numbers)
        | st.builds("(-{})".format, numbers)
        | st.builds("{} ** {}".format, NAMES, st.sampled_from("0123"))
        | st.builds("abs({})".format, numbers)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), numbers, numbers)
        | st.builds("({} if {} else {})".format, numbers, truths(numbers), numbers)
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=12)
TRUTHS = truths(EXPRESSIONS)


@st.composite
def functions(draw):
    """A text with an assignment, an if in an if, and a sum into a name."""
    lines = [f"x = {draw(EXPRESSIONS)}", f"if {draw(TRUTHS)}:", f"    y = {draw(EXPRESSIONS)}"]
    lines += [f"    if {draw(TRUTHS)}:", f"        z += {draw(EXPRESSIONS)}"]
    lines += ["else:", f"    w = {draw(EXPRESSIONS)}", "    z = w"]
    lines += [f"return {draw(TRUTHS)}, x, y, z"]
    return "def f(x, y, z):\n" + "\n".join("    " + line for line in lines)


@given(functions())
def test_side_by_side_is_one_by_one(text):
    function = parse("f", text)
    assert kinds_of(function) == ["a truth", "a number", "a number", "a number"]
    check_units(function, [None, "x", "y", "z"])  # no suffix, nothing to refuse
    made = make(function, "step")
    assert parse("f", source(function, "f")).arguments == ("x", "y", "z")
    values = dict(zip("xyz", CASES, strict=True))
    together = [np.broadcast_to(v, 4) for v in evaluate(function, values)]
    for case, alone in enumerate(CASES.T):
        try:
            expected = made(*map(float, alone))
        except OverflowError:
            reject()  # Python raises where the loop has an infinity
        np.testing.assert_array_equal([v[case] for v in together], expected, text)
