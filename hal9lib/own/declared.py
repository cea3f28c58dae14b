"""Names that fit what was declared: arguments exist, results keep their order, all is used."""

import difflib
import keyword
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hal9lib import checks
from hal9lib.distributions import Distribution, number_or_distribution
from hal9lib.errors import ParameterError
from hal9lib.own.grammar import NAME, TAKEN, Function, parse
from hal9lib.own.kinds import kinds_of
from hal9lib.own.source import text_of
from hal9lib.own.units import check_units, dimension_of
from hal9lib.values import Values

MAX_NAMES = 64

#: What is declared, by what it is: ``{"state": [...], "parameters": [...]}``.
Groups = Mapping[str, Collection[str]]


def values_of(label: str, given: Any) -> dict[str, float | Distribution | Values]:
    """Names and values: numbers, distributions, or one for each neuron; also JSON-able."""
    pairs = pairs_of(label, given)
    return {name: number_or_distribution(f"{label}[{name!r}]", value) for name, value in pairs}


def numbers_of(label: str, given: Any) -> dict[str, float]:
    """Names and finite numbers."""
    return {
        name: checks.number(f"{label}[{name!r}]", value) for name, value in pairs_of(label, given)
    }


def receptors_of(label: str, given: Any) -> dict[str, tuple[str, int]]:
    """Names and (unit, sign): ``"mv"``, or ``("ns", -1)`` where the sign of the weight chooses."""
    return {name: _receptor(label, name, value) for name, value in pairs_of(label, given)}


def name_of(label: str, given: Any) -> str:
    """A name that a function can have for an argument."""
    if not isinstance(given, str):
        raise ParameterError(f"{label} = {given!r} is not allowed; use a text, such as 'my_cell'.")
    spoken_for = keyword.iskeyword(given) or keyword.issoftkeyword(given) or given in TAKEN
    if spoken_for or not NAME.match(given):
        raise ParameterError(
            f"{label} has the name {given!r}, which is not allowed; use letters, digits and _, a "
            f"letter first, no word of Python, and none of {', '.join(sorted(TAKEN))}."
        )
    return given


def flag_of(label: str, given: Any) -> bool:
    """True or False."""
    if not isinstance(given, bool):
        raise ParameterError(f"{label} = {given!r} is not allowed; use True or False.")
    return given


def pairs_of(label: str, given: Any) -> list[tuple[str, Any]]:
    """(name, value) of a mapping or a list of pairs, in order; None has none."""
    items = given.items() if isinstance(given, Mapping) else () if given is None else given
    try:
        pairs = [(name, value) for name, value in items]
    except (TypeError, ValueError) as problem:
        raise ParameterError(
            f"{label} = {given!r} is not allowed; use a dict of names and values."
        ) from problem
    if len(pairs) > MAX_NAMES:
        raise ParameterError(f"{label} has {len(pairs)} names; use {MAX_NAMES} at most.")
    names = [name_of(label, name) for name, _value in pairs]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ParameterError(f"{label} has the name {twice[0]!r} twice; use each name once.")
    return pairs


def check_known(label: str, names: Collection[str], known: Collection[str]) -> None:
    """Every name is one of those that are known."""
    for name in names:
        if name not in known:
            raise ParameterError(f"{label} has no {name!r}; known: {', '.join(known) or 'none'}.")


def check_groups(label: str, groups: Groups) -> None:
    """Each name stands in one group only; what stands in ``engine`` cannot be declared."""
    where = dict.fromkeys(groups["engine"], "the engine's own names")
    for group, names in groups.items():
        for name in names if group != "engine" else ():
            if name in where:
                raise ParameterError(
                    f"{label}.{group} has the name {name!r}, which stands in {where[name]} "
                    "already; use another."
                )
            where[name] = group


def function_of(
    label: str, given: Any, groups: Groups, results: Sequence[str], *, units: bool
) -> Function:
    """The checked function of one event: its arguments are declared, its results are `results`.

    Parameters
    ----------
    groups : what its arguments may be.
    results : the names of what it returns, in order; ``spiked`` is a truth, the others numbers.
    units : whether dimensions are checked.
    """
    function = parse(label, text_of(label, given))
    check_arguments(function, groups)
    _check_results(function, kinds_of(function), results)
    if units:
        check_units(function, [None if name == "spiked" else name for name in results])
    return function


def constants_of(label: str, given: Any, groups: Groups, *, units: bool) -> Function:
    """The checked function that returns a dict of constants, worked out once for a run."""
    function = parse(label, text_of(label, given), returns_dict=True)
    check_arguments(function, groups)
    for key, kind in zip(function.keys, kinds_of(function), strict=True):
        if kind != "a number":
            raise ParameterError(f"{label} returns {kind} for {key!r}; use 1.0 if … else 0.0.")
    if units:
        check_units(function, function.keys)
    return function


def check_arguments(function: Function, groups: Groups) -> None:
    """Every argument is a name that was declared."""
    known = [name for names in groups.values() for name in names]
    for argument in function.arguments:
        if argument not in known:
            near = difflib.get_close_matches(argument, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            shown = "; ".join(f"{group}: {', '.join(n) or 'none'}" for group, n in groups.items())
            raise ParameterError(
                f"{function.label} has the argument {argument!r}, which is not declared; "
                f"declare it, or use one of these. {shown}.{hint}"
            )


def check_used(label: str, functions: Collection[Function], groups: Groups) -> None:
    """Nothing is declared that no function asks for."""
    asked = {argument for function in functions for argument in function.arguments}
    for group, names in groups.items():
        for name in names:
            if name not in asked:
                raise ParameterError(
                    f"{label}.{group} has {name!r}, which no function asks for; make it an "
                    "argument where it belongs, or leave it out."
                )


def _check_results(function: Function, kinds: Sequence[str], results: Sequence[str]) -> None:
    order = f"({', '.join(results)})"
    if len(kinds) != len(results):
        raise ParameterError(
            f"{function.label} returns {len(kinds)} value{'' if len(kinds) == 1 else 's'}, "
            f"not {len(results)}; return {order}."
        )
    for node, kind, name in zip(function.returns, kinds, results, strict=True):
        wanted = "a truth" if name == "spiked" else "a number"
        if kind != wanted:
            use = "a comparison, True or False" if name == "spiked" else "1.0 if … else 0.0"
            raise ParameterError(
                f"{function.label} returns {kind} for {name}, `{function.quote(node)}`; use {use}."
            )
        shown = function.quote(node)
        if shown != name and shown in results:
            raise ParameterError(
                f"{function.label} returns {shown} in the place of {name}; return {order}, "
                "in the declared order."
            )


def _receptor(label: str, name: str, given: Any) -> tuple[str, int]:
    pair = given if isinstance(given, list | tuple) and len(given) == 2 else (given, 0)
    unit, sign = pair
    if unit not in ("mv", "pa", "ns", "1") or isinstance(sign, bool) or sign not in (-1, 0, 1):
        raise ParameterError(
            f"{label}[{name!r}] = {given!r} is not allowed; use 'mv', 'pa', 'ns' or '1', or such a "
            "unit and the sign of the weights that it takes, as in ('ns', -1)."
        )
    named, stated = dimension_of(name), dimension_of(f"x_{unit}")
    if named is not None and named != stated:
        raise ParameterError(
            f"{label}[{name!r}] = {given!r} is not allowed; the name says {named}: use one unit."
        )
    return unit, int(sign)
