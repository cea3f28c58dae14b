"""The source of a plastic projection's events: its rules' functions, called by name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hal9lib.engine.assembly import function_source, returns_tuple
from hal9lib.errors import SimulationError
from hal9lib.parts import Projection
from hal9lib.plasticity._model import SynapseRule, Trace


@dataclass
class PlasticPlan:
    """What each name of a projection's rules stands for: (rule, name) -> row or column."""

    rules: tuple[SynapseRule, ...]
    constants: dict[tuple[int, str], float] = field(default_factory=dict)
    extras: dict[tuple[int, str], float] = field(default_factory=dict)
    #: The time constants in rows of the decay tables: presynaptic traces first.
    pre: dict[tuple[int, str], int] = field(default_factory=dict)
    post: dict[tuple[int, str], int] = field(default_factory=dict)

    def taus_ms(self) -> list[float]:
        """The time constant of each row of the decay tables."""
        pre = [self.rules[r].pre_traces[name].tau_ms for r, name in self.pre]
        return pre + [self.rules[r].post_traces[name].tau_ms for r, name in self.post]


def plan_of(projection: Projection, dt_ms: float) -> PlasticPlan:
    """The plan of a plastic projection's rules."""
    plan = PlasticPlan(projection.rules)
    for r, rule in enumerate(projection.rules):
        for name, value in rule.constants(rule.parameters, dt_ms).items():
            plan.constants[r, name] = float(value)
        plan.extras |= {(r, name): value for name, value in rule.state.items()}
        plan.pre |= {(r, name): len(plan.pre) + k for k, name in enumerate(rule.pre_traces)}
        plan.post |= {(r, name): len(plan.post) + k for k, name in enumerate(rule.post_traces)}
    return plan


def variants(plans: list[PlasticPlan]) -> list[int]:
    """For each plan the number of its code: projections whose rules are written alike share it."""
    known = [tuple(sources(0, plan)) for plan in plans]
    return [known.index(code) for code in known]


def sources(number: int, plan: PlasticPlan) -> list[str]:
    """The functions of the plastic projection `number`, in order of use."""
    parts = []
    for r, rule in enumerate(plan.rules):
        for event in ("on_pre", "on_post", "on_interval"):
            function = getattr(rule, event)
            if function is not None:
                parts.append(function_source(function, f"{event}_{number}_{r}"))
    return [*parts, _visit(number, plan), _note(number, plan), _interval(number, plan)]


def _visit(number: int, plan: PlasticPlan) -> str:
    """What is due at the synapses of one row, in order of time, up to the start of a step."""
    traces = range(len(plan.pre))
    since = any(_asks(rule.on_pre, "since_pre_ms") for rule in plan.rules)
    lines = [
        f"def visit_{number}(begin, end, row, step, arriving, shift, dt_ms, p, local):",
        "    done, last, scale = p.row_done[row], np.int64(p.row_last[row]), p.scale[0]",
        "    mask = p.ring_steps.shape[1] - 1",
    ]
    lines += [f"    x{t} = p.row_traces[{t}, row]" for t in traces]
    lines += _constants(plan)
    lines += [f"    before{t} = x{t} * decayed(p.fine, p.coarse, {t}, step - last)" for t in traces]
    if since:
        lines += ["    since_ms = real(1e9) if last < 0 else real((step - last) * dt_ms)"]
    lines += ["    for n in range(begin, end):", *_load_synapse(plan)]
    if any(rule.on_post for rule in plan.rules):
        lines += _due(number, plan)
    lines += ["        if arriving:"]
    lines += _post_values(plan, "            ")
    lines += ["            delivered = w"]
    for r, rule in enumerate(plan.rules):
        if rule.on_pre is None:
            continue
        names = {"weight": "w", "since_pre_ms": "since_ms"}
        names |= {name: f"before{plan.pre[r, name]}" for name in rule.pre_traces}
        names |= {name: f"y{plan.post[r, name]}" for name in rule.post_traces}
        factor = ["factor"] if rule.scales_delivery else []
        lines += [_call(number, r, "on_pre", plan, names, factor, "            ")]
        lines += ["            delivered *= factor"] * rule.scales_delivery
    lines += ["            local[target] += scale * delivered", *_store_synapse(plan)]
    lines += ["    p.row_done[row] = step", "    if arriving:", "        p.row_last[row] = step"]
    lines += [
        f"        p.row_traces[{t}, row] = {_after(plan.rules[r].pre_traces[name], f'before{t}')}"
        for (r, name), t in plan.pre.items()
    ]
    return "\n".join(lines)


def _due(number: int, plan: PlasticPlan) -> list[str]:
    """The spikes of the target since the row was last visited, oldest first."""
    lines = [
        "        k = count",
        "        while k > 0 and p.ring_steps[j, (k - 1) & mask] >= done:",
        "            k -= 1",
        "        while k < count:",
        "            at = np.int64(p.ring_steps[j, k & mask])",
    ]
    for t in plan.pre.values():
        lines += [f"            at{t} = x{t} * decayed(p.fine, p.coarse, {t}, at - last)"]
    for u in plan.post.values():
        lines += [f"            y{u} = p.ring_traces[{u}, j, k & mask]"]
    for r, rule in enumerate(plan.rules):
        if rule.on_post is not None:
            names = {"weight": "w"}
            names |= {name: f"at{plan.pre[r, name]}" for name in rule.pre_traces}
            names |= {name: f"y{plan.post[r, name]}" for name in rule.post_traces}
            lines += [_call(number, r, "on_post", plan, names, [], "            ")]
    return [*lines, "            k += 1"]


def _note(number: int, plan: PlasticPlan) -> str:
    """A target's spike, put into its ring with the traces as they were just before it."""
    lines = [
        f"def note_{number}(worker, step, population, count, cells, p, spikes, margin):",
        "    mask = p.ring_steps.shape[1] - 1",
        "    slot = step % spikes.ring.shape[0]",
        "    place = cells.place[worker, population]",
        "    for k in range(count):",
        "        j = spikes.ring[slot, place + k] - cells.first[population]",
        "        count_j = p.fired[j]",
        "        last, now = (count_j - 1) & mask, count_j & mask",
    ]
    for (r, name), u in plan.post.items():
        after = _after(plan.rules[r].post_traces[name], f"p.ring_traces[{u}, j, last]")
        steps = "step - np.int64(p.ring_steps[j, last])"
        decay = f"decayed(p.fine, p.coarse, {len(plan.pre) + u}, {steps})"
        lines += [
            "        before = real(0.0)",
            "        if count_j > 0:",
            f"            before = ({after}) * {decay}",
            f"        p.ring_traces[{u}, j, now] = before",
        ]
    lines += [
        "        p.ring_steps[j, now] = step",
        "        p.fired[j] = count_j + 1",
        "        if count_j + 1 - p.swept[j] >= p.ring_steps.shape[1] - margin:",
        "            p.full[worker, 0] = 1",
    ]
    return "\n".join(lines)


def _interval(number: int, plan: PlasticPlan) -> str:
    """What happens every so often to each synapse of one row, all spikes accounted for."""
    lines = [
        f"def interval_{number}(begin, end, row, step, rule, shift, p):",
        "    last = np.int64(p.row_last[row])",
        "    mask = p.ring_steps.shape[1] - 1",
    ]
    lines += _constants(plan)
    for t in plan.pre.values():
        decay = f"decayed(p.fine, p.coarse, {t}, step - last)"
        lines += [f"    before{t} = p.row_traces[{t}, row] * {decay}"]
    lines += ["    for n in range(begin, end):", *_load_synapse(plan)]
    lines += _post_values(plan, "        ")
    for r, rule in enumerate(plan.rules):
        if rule.on_interval is not None:
            names = {"weight": "w", "incoming": "p.incoming[j]"}
            names |= {name: f"before{plan.pre[r, name]}" for name in rule.pre_traces}
            names |= {name: f"y{plan.post[r, name]}" for name in rule.post_traces}
            lines += [f"        if rule == {r}:"]
            lines += [_call(number, r, "on_interval", plan, names, [], "            ")]
    return "\n".join([*lines, *_store_synapse(plan)])


def _load_synapse(plan: PlasticPlan) -> list[str]:
    lines = [
        "        target = np.int64(p.targets[n])",
        "        j = target + shift",
        "        w = p.weights[n]",
        "        count = p.fired[j]",
    ]
    return lines + [f"        e{row} = p.extras[{row}, n]" for row in range(len(plan.extras))]


def _store_synapse(plan: PlasticPlan) -> list[str]:
    lines = ["        p.weights[n] = w"]
    return lines + [f"        p.extras[{row}, n] = e{row}" for row in range(len(plan.extras))]


def _constants(plan: PlasticPlan) -> list[str]:
    return [f"    c{k} = p.constants[{k}]" for k in range(len(plan.constants))]


def _post_values(plan: PlasticPlan, indent: str) -> list[str]:
    """The postsynaptic traces at the start of the step, from the target's last spike."""
    lines = []
    for (r, name), u in plan.post.items():
        after = _after(plan.rules[r].post_traces[name], f"p.ring_traces[{u}, j, place]")
        steps = "step - np.int64(p.ring_steps[j, place])"
        decay = f"decayed(p.fine, p.coarse, {len(plan.pre) + u}, {steps})"
        lines += [
            f"{indent}y{u} = real(0.0)",
            f"{indent}if count > 0:",
            f"{indent}    place = (count - 1) & mask",
            f"{indent}    y{u} = ({after}) * {decay}",
        ]
    return lines


def _after(trace: Trace, before: str) -> str:
    return "real(1.0)" if trace.at_spike == "nearest" else f"{before} + real(1.0)"


def _asks(function: Callable | None, name: str) -> bool:
    return function is not None and name in inspect.signature(function).parameters


def _call(
    number: int,
    r: int,
    event: str,
    plan: PlasticPlan,
    names: Mapping[str, str],
    factor: list[str],
    indent: str,
) -> str:
    """The call of a rule's event, every argument by what it stands for here."""
    rule = plan.rules[r]
    columns = {name: f"c{k}" for k, (owner, name) in enumerate(plan.constants) if owner == r}
    extras = {name: f"e{k}" for k, (owner, name) in enumerate(plan.extras) if owner == r}
    known = {**names, **columns, **extras}
    arguments = []
    for name in inspect.signature(getattr(rule, event)).parameters:
        if name not in known:
            raise SimulationError(
                f"{rule.name}.{event} has the argument {name!r}, which there is not; "
                f"known: {', '.join(sorted(known))}."
            )
        arguments.append(known[name])
    results = ", ".join([*factor, "w", *extras.values()])
    alone = not factor and not extras
    comma = "," if alone and returns_tuple(getattr(rule, event)) else ""
    return f"{indent}{results}{comma} = {event}_{number}_{r}({', '.join(arguments)})"
