"""Neurons and rules written as a researcher would, that the built-in ones can be held against."""

import inspect

import hal9lib as hal9
from hal9lib import plasticity
from hal9lib.neurons._model import NeuronModel
from hal9lib.plasticity._model import SynapseRule


def own_lif(**more) -> NeuronModel:
    """The cell of `hal9.neurons.lif()`, step by step the same arithmetic."""

    def constants(tau_m_ms, refractory_ms, dt_ms):
        return {
            "decay": np.exp(-dt_ms / tau_m_ms),  # noqa: F821 - as in any notebook
            "refractory_steps": round(refractory_ms / dt_ms),
        }

    def step(
        v_mv, refractory_left, input_mv, decay, rest_mv, threshold_mv, reset_mv, refractory_steps
    ):
        if refractory_left > 0:
            spiked = False
            refractory_left = refractory_left - 1
        else:
            v_mv = rest_mv + (v_mv - rest_mv) * decay + input_mv
            spiked = v_mv >= threshold_mv
            if spiked:
                v_mv = reset_mv
                refractory_left = refractory_steps
        return spiked, v_mv, refractory_left

    given = {"tau_m_ms": 20.0, "refractory_ms": 2.0}
    given |= {"rest_mv": 0.0, "threshold_mv": 20.0, "reset_mv": 10.0}
    return hal9.neurons.own(
        step,
        state={"v_mv": 0.0, "refractory_left": 0} | more.pop("state", {}),
        parameters=given | more,
        receptors={"input_mv": "mv"},
        constants=constants,
        name="own_lif",
    )


def own_izhikevich(**more) -> NeuronModel:
    """The cell of `hal9.neurons.izhikevich()`."""

    def step(v_mv, u, input_mv, a, b, c_mv, d, current, dt_ms):
        spiked = v_mv >= 30.0
        v = c_mv if spiked else v_mv
        w = u + d if spiked else u
        drive = 140.0 + current - w + input_mv
        v = v + 0.5 * dt_ms * ((0.04 * v + 5.0) * v + drive)
        v = v + 0.5 * dt_ms * ((0.04 * v + 5.0) * v + drive)
        w = w + dt_ms * a * (b * v - w)
        return spiked, v, w

    given = {"a": 0.02, "b": 0.2, "c_mv": -65.0, "d": 8.0, "current": 0.0} | more
    return hal9.neurons.own(
        step,
        state={"v_mv": -65.0, "u": -65.0 * given["b"]},
        parameters=given,
        receptors={"input_mv": "mv"},
        name="own_izhikevich",
    )


def own_stdp(largest_weight: float) -> SynapseRule:
    """The rule of `hal9.plasticity.stdp(largest_weight)`."""

    def constants(learning_rate, asymmetry, largest):
        return {
            "potentiation": learning_rate * largest,
            "depression": asymmetry * (learning_rate * largest),
        }

    def on_pre(weight, post_trace, depression):
        return max(weight - depression * post_trace, 0.0)

    def on_post(weight, pre_trace, potentiation, largest):
        return min(weight + potentiation * pre_trace, largest)

    return plasticity.own(
        on_pre,
        on_post,
        parameters={
            "learning_rate": 0.01, "asymmetry": 1.05, "largest": largest_weight, "tau_ms": 20.0
        },
        pre_traces={"pre_trace": ("sum", "tau_ms")},
        post_traces={"post_trace": ("sum", "tau_ms")},
        constants=constants,
        largest_weight=largest_weight,
        name="own_stdp",
    )  # fmt: skip


def as_own(model: NeuronModel, dt_ms: float, **more) -> NeuronModel:
    """A built-in model's own step as a researcher's: its constants at `dt_ms` are parameters."""
    asked = inspect.signature(model.step).parameters
    constants = model.constants(model.parameters, dt_ms)
    return hal9.neurons.own(
        model.step,
        state={name: variable.initial for name, variable in model.state.items()},
        parameters={
            name: constants[name] for name in asked if name in constants.keys() - {"dt_ms"}
        },
        receptors={name: (r.unit, r.sign) for name, r in model.receptors.items() if name in asked},
        name=f"own_{model.name}",
        **more,
    )


def as_own_rule(rule: SynapseRule, dt_ms: float) -> SynapseRule:
    """A built-in rule's own events as a researcher's."""
    names = ("on_pre", "on_post", "on_interval")
    events = {name: getattr(rule, name) for name in names if getattr(rule, name)}
    asked = {a for event in events.values() for a in inspect.signature(event).parameters}
    constants = rule.constants(rule.parameters, dt_ms)
    return plasticity.own(
        **events,
        parameters={name: constants[name] for name in constants if name in asked},
        state=dict(rule.state),
        pre_traces={name: trace for name, trace in rule.pre_traces.items() if name in asked},
        post_traces={name: trace for name, trace in rule.post_traces.items() if name in asked},
        interval_ms=rule.interval_ms,
        scales_delivery=rule.scales_delivery,
        largest_weight=rule.largest_weight,
        name=f"own_{rule.name}",
    )
