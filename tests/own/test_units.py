"""Dimensions from suffixes: what cannot be added is refused, what may be right is not."""

import pytest

from hal9lib.errors import ParameterError
from hal9lib.own.grammar import parse
from hal9lib.own.units import check_units, dimension_of

ARGUMENTS = "v_mv, tau_ms, i_pa, g_ns, c_pf, rate_hz, share_1, u, dt_ms"

#: Expression -> the name of what it is assigned to.
ALLOWED = {
    "v_mv + i_pa / g_ns": "x_mv",
    "c_pf / g_ns": "x_ms",
    "i_pa * dt_ms / c_pf": "x_mv",
    "v_mv + dt_ms * (i_pa - g_ns * (v_mv - 60)) / c_pf": "x_mv",
    "v_mv * exp(-dt_ms / tau_ms) + i_pa / g_ns * (1 - exp(-dt_ms / tau_ms))": "x_mv",
    "v_mv if v_mv > -60 else 0.0": "x_mv",
    "max(v_mv, -60.0, i_pa / g_ns)": "x_mv",
    "abs(v_mv) - 2.5 * v_mv": "x_mv",
    "v_mv * share_1 + 3": "x_mv",
    "v_mv ** 2 / v_mv": "x_mv",
    "sqrt(v_mv ** 2 + v_mv * v_mv)": "x_mv",
    "v_mv + v_mv * sqrt(dt_ms / tau_ms)": "x_mv",
    "1 / tau_ms": "x",
    "0.001 * rate_hz * dt_ms": "x_1",
    # Names without a suffix, and numbers that hide a unit: nothing is known, nothing refused.
    "u + v_mv + 140": "x_mv",
    "v_mv + dt_ms * ((0.04 * v_mv + 5.0) * v_mv + 140.0 - u + v_mv)": "x_mv",
    "0.1 * (v_mv + 40.0) / (1.0 - exp(-(v_mv + 40.0) / 10.0))": "x_hz",
    "u * v_mv": "x_pa",
    "0.04 * v_mv": "x_pa",
    "3.0 + 140": "x_ms",
}

#: Expression, what it is assigned to -> a piece of the error.
REFUSED = {
    ("v_mv + i_pa", "x"): "`v_mv . i_pa` puts together mV and pA; use one unit, or check_units=Fa",
    ("v_mv - tau_ms", "x"): "puts together mV and ms",
    ("v_mv + 2 * i_pa", "x"): "`v_mv . 2 . i_pa` puts together mV and pA",
    ("v_mv + u + i_pa", "x"): "`v_mv . u . i_pa` puts together mV and pA",
    ("v_mv + g_ns * v_mv", "x"): "puts together mV and pA",
    ("v_mv + c_pf / g_ns", "x"): "puts together mV and ms",
    ("v_mv + v_mv * v_mv", "x"): "puts together mV and mV.2",
    ("v_mv % tau_ms", "x"): "puts together mV and ms",
    ("1 / tau_ms + rate_hz", "x"): "puts together ms.-1 and Hz",
    ("1.0 if v_mv > i_pa else 0.0", "x"): "`v_mv > i_pa` compares mV and pA",
    ("1.0 if u > 0 and 0 < v_mv < i_pa else 0.0", "x"): "compares mV and pA",
    ("1.0 if dt_ms * rate_hz > share_1 else 0.0", "x"): "compares ms Hz and a pure number",
    ("max(v_mv, 0.0, i_pa)", "x"): "`max.v_mv, 0.0, i_pa.` compares mV and pA",
    ("v_mv if u > 0 else i_pa", "x"): "is either of mV and pA",
    ("i_pa", "x_mv"): "`y_mv = i_pa` gives y_mv mV and pA",
    ("g_ns * v_mv", "x_mv"): "gives y_mv mV and pA",
    ("dt_ms / tau_ms", "x_ms"): "gives y_ms ms and a pure number",
    ("sqrt(v_mv)", "x_mv"): "gives y_mv mV and mV.1/2",
    ("-abs(i_pa)", "x_mv"): "gives y_mv mV and pA",
}


def check(expression, name):
    """As a name inside and as a result."""
    inner = name.replace("x", "y", 1)
    text = f"def f({ARGUMENTS}):\n    {inner} = {expression}\n    return {inner}"
    check_units(parse("f", text), [name])


@pytest.mark.parametrize(("expression", "name"), ALLOWED.items())
def test_what_may_be_right_is_not_refused(expression, name):
    check(expression, name)


@pytest.mark.parametrize(("case", "message"), REFUSED.items())
def test_two_known_units_that_differ_are_refused(case, message):
    with pytest.raises(ParameterError, match=f"f, line 2: .*{message}"):
        check(*case)


def test_a_result_has_the_unit_of_what_it_becomes():
    function = parse("f", f"def f({ARGUMENTS}):\n    return v_mv > 3, i_pa")
    check_units(function, [None, "w_pa"])
    with pytest.raises(ParameterError, match="f, line 2: `i_pa` gives w_mv mV and pA"):
        check_units(function, [None, "w_mv"])


def test_both_ways_of_an_if_have_one_unit():
    text = f"def f({ARGUMENTS}):\n    if u > 0:\n        x = v_mv\n    else:\n        x = i_pa\n"
    with pytest.raises(ParameterError, match=r"f, line 2: .* is either of mV and pA"):
        check_units(parse("f", text + "    return x"), ["u"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [("v_mv", "mV"), ("g_e_ns", "nS"), ("c_pf", "pF"), ("x_1", "a pure number"), ("x_hz", "Hz")],
)
def test_a_suffix_is_a_unit(name, shown):
    assert str(dimension_of(name)) == shown


@pytest.mark.parametrize("name", ["v", "mv", "w_max", "v_mvs", "msx_"])
def test_any_other_name_has_none(name):
    assert dimension_of(name) is None
