"""A neuron model of a researcher's own: one small function, checked, then compiled into the loop.

The examples are the leaky integrate-and-fire cell and its adapting kin of Brette & Gerstner 2005
(doi:10.1152/jn.00686.2005). What a function may be made of stands in `hal9lib.own.grammar`, how the
largest time step is found in `hal9lib.own.stability`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.neurons._model import RANDOM, NeuronModel, Receptor, State, _plain
from hal9lib.own import declared
from hal9lib.own.constants import Constants
from hal9lib.own.grammar import Function
from hal9lib.own.made import make
from hal9lib.own.stability import Cell, largest_step


def own(
    step: Callable[..., tuple] | str,
    state: Any,
    parameters: Any = None,
    receptors: Any = None,
    constants: Callable[..., dict] | str | None = None,
    max_dt_ms: float | None = None,
    name: str = "own",
    check_units: bool = True,
) -> NeuronModel:
    """A neuron model of one's own, from one small function (doi:10.1152/jn.00686.2005, example).

    `step` takes one time step of one neuron. It asks by name for what it needs (state variables,
    receptors, parameters, constants, ``dt_ms``, and ``random_uniform`` or ``random_normal``) and
    returns whether it spiked, then the state in its declared order. It is made of arithmetic,
    comparisons, conditional expressions, ``if``, and exp, log, sqrt, sin, cos, tanh, expm1, log1p,
    abs, min and max; all numbers are reals. exp, log and sqrt give the same bits everywhere; the
    others and broken powers are those of the machine's library, and slower.

    Parameters
    ----------
    step : the function, or its source text.
    state : each state variable's value at time 0: a number, a distribution, or one a neuron.
    parameters : likewise what stays the same in a run.
    receptors : where synapses end: ``{"input_mv": "mv"}``. The unit is that of the weights, one
        of mv, pa, ns and 1; with a sign, ``("ns", -1)``, the sign of a weight chooses among
        receptors. `step` gets the sum that arrived in a step, with its sign.
    constants : a function that returns a dict, worked out once for a run instead of in each step;
        it may ask for parameters and ``dt_ms``, and ``round`` as well.
    max_dt_ms : the largest stable time step; found by trying if left out, 1 at most. With one
        given, the model must behave there.
    name : what it is called in errors, letters, digits and _.
    check_units : whether sums and comparisons of two units, known from suffixes, are refused.

    Returns
    -------
    A `NeuronModel`; its `description` holds the text of its functions, so a saved run can be
    simulated again elsewhere, where the text is read, checked and never run as it stands.

    Raises
    ------
    ParameterError : a name that is not declared or not used, results in another order, two units
        in one sum, a state that becomes nan, a step that is not stable, and what else is wrong.

    Examples
    --------
    >>> def step(v_mv, input_mv, tau_ms, current_mv, dt_ms):
    ...     v_mv = v_mv + dt_ms / tau_ms * (current_mv - v_mv) + input_mv
    ...     spiked = v_mv >= 20.0
    ...     return spiked, 0.0 if spiked else v_mv
    >>> cell = own(step, state={"v_mv": 0.0}, parameters={"tau_ms": 10.0, "current_mv": 25.0},
    ...            receptors={"input_mv": "mv"})
    >>> cell.step(v_mv=19.0, input_mv=0.5, tau_ms=10.0, current_mv=25.0, dt_ms=1.0)
    (True, 0.0)
    >>> cell.description()["parameters"]["parameters"]
    {'current_mv': 25.0, 'tau_ms': 10.0}

    Driven to 25 mV it passes 20 mV every 10 ln 5 = 16 ms, six times in 100 ms:

    >>> import hal9lib as hal9
    >>> network = hal9.Network()
    >>> _ = network.add(cell, 100, name="cells")
    >>> len(hal9.simulate(network, duration_ms=100.0).spike_steps)
    600

    Euler's method of a cell of 10 ms is stable up to 20 ms; unasked, no step above 1 ms is tried:

    >>> cell.max_dt_ms
    1.0
    >>> own("def step(v_mv, i_pa):\\n    return v_mv + i_pa > 20.0, v_mv", {"v_mv": 0.0},
    ...     parameters={"i_pa": 1.0})
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: own.step, line 2: `v_mv + i_pa` puts together mV and pA; \
use one unit, or check_units=False.
    """
    name = declared.name_of("own.name", name)
    units = declared.flag_of("own.check_units", check_units)
    given: dict[str, dict[str, Any]] = {
        "state": declared.values_of(f"{name}.state", state),
        # In the order of their names: random numbers are drawn in the order of parameters.
        "parameters": dict(sorted(declared.values_of(f"{name}.parameters", parameters).items())),
        "receptors": dict(sorted(declared.receptors_of(f"{name}.receptors", receptors).items())),
    }
    made = _functions(name, step, constants, given, units)
    if max_dt_ms is not None:
        max_dt_ms = checks.number(f"{name}.max_dt_ms", max_dt_ms, low=1e-3, high=100.0)
    timed = any("dt_ms" in function.arguments for function in made.values())
    constants_ = Constants(made["step"].arguments, made.get("constants"))
    trial = Cell(name, made["step"], constants_, **given, timed=timed)
    return _OwnNeuron(
        name=name,
        parameters=given["parameters"],
        state={key: State(value) for key, value in given["state"].items()},
        constants=constants_,
        step=make(made["step"], "step"),
        max_dt_ms=largest_step(trial, max_dt_ms),
        voltage="v_mv" if "v_mv" in given["state"] else None,
        receptors={key: Receptor(*value) for key, value in given["receptors"].items()},
        texts={key: function.text for key, function in made.items()},
        check_units=units,
        asked_max_dt_ms=max_dt_ms,
    )


@dataclass(frozen=True, eq=False)
class _OwnNeuron(NeuronModel):
    """A model that is described by, and comes back from a pickle as, the text of its functions."""

    texts: Mapping[str, str] = field(default_factory=dict)
    check_units: bool = True
    #: What was asked for; None where the largest step was found by trying.
    asked_max_dt_ms: float | None = None

    def description(self) -> dict[str, Any]:
        given = {
            "step": self.texts["step"],
            "constants": self.texts.get("constants"),
            # A list, because the order of results is the order of the state.
            "state": [[key, _plain(value.initial)] for key, value in self.state.items()],
            "parameters": {key: _plain(value) for key, value in self.parameters.items()},
            "receptors": {key: [r.unit, r.sign] for key, r in self.receptors.items()},
            "max_dt_ms": self.max_dt_ms,
            "name": self.name,
            "check_units": self.check_units,
        }
        return {"name": "own", "parameters": given}

    def with_parameters(self, changes: Mapping[str, Any]) -> NeuronModel:
        """The same model with other values of its parameters, checked again as a whole."""
        given = self.description()["parameters"]
        declared.check_known(f"{self.name}.parameters", changes, self.parameters)
        given["parameters"] = {**self.parameters, **changes}
        # What was found by trying is found anew; what was asked for stays asked for.
        given["max_dt_ms"] = self.asked_max_dt_ms
        return own(**given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OwnNeuron) and self.description() == other.description()

    def __hash__(self) -> int:
        return hash((self.name, *self.texts.values()))

    def __reduce__(self) -> tuple:
        return _again, (self.description()["parameters"],)


def _again(given: Mapping[str, Any]) -> NeuronModel:
    return own(**given)


def _functions(
    name: str, step: Any, constants: Any, given: Mapping[str, Mapping], units: bool
) -> dict[str, Function]:
    """The checked functions, whose arguments and results fit what is given."""
    parameters, engine = given["parameters"], ("dt_ms", *RANDOM)
    found: dict[str, Function] = {}
    if constants is not None:
        found["constants"] = declared.constants_of(
            f"{name}.constants", constants, {"parameters": parameters, "engine": ("dt_ms",)},
            units=units,
        )  # fmt: skip
    groups = {**given, "engine": engine}
    if constants is not None:
        groups["constants"] = found["constants"].keys
    # The loop around a step tells its own names from a model's by this ending.
    taken = tuple(key for keys in groups.values() for key in keys if key.endswith("__"))
    declared.check_groups(name, {**groups, "engine": (*engine, *taken)})
    results = ("spiked", *given["state"])
    found["step"] = declared.function_of(f"{name}.step", step, groups, results, units=units)
    if set(RANDOM) <= set(found["step"].arguments):
        raise ParameterError(f"{name}.step asks for {' and '.join(RANDOM)}; use one of them.")
    asked = {key: names for key, names in groups.items() if key not in ("state", "engine")}
    declared.check_used(name, found.values(), asked)
    return found
