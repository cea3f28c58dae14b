"""The report in words."""

from collections.abc import Mapping
from typing import Any


def render(found: Mapping[str, Any]) -> str:
    """A Markdown page of what `verify` found."""
    cases = found["cases"]
    first = next(iter(cases.values()))
    lines = [
        "# HAL9 against NEST",
        "",
        "By `./hal9 verify --against nest`: HAL9 draws the synapses and the initial state and",
        "hands them to NEST as lists; sources send the same spikes in both; HAL9 runs in float64.",
        "With `--keep FOLDER` the lists and both sides' answers stay, and",
        "`python run_nest.py FOLDER/CASE` repeats NEST's side without HAL9.",
        "",
        f"{found['created'][:10]}; HAL9 {found['versions']['hal9lib']}, NEST {first['nest']}.",
        "",
        "| Case | What | Neurons, synapses | Compared | Tolerance, and why | |",
        "|---|---|---|---|---|---|",
    ]
    for name, case in cases.items():
        lines.append(
            f"| {name} | {case['what']} | {case['neurons']:,}, {case['synapses']:,} "
            f"| {outcome(case)} | {tolerance(case)}: {case['reason']} "
            f"| {'holds' if case['holds'] else '**broken**'} |"
        )
    return "\n".join(lines) + "\n"


def outcome(case: Mapping[str, Any]) -> str:
    """What was found, in a line."""
    too_few = "" if case["enough"] else "; too little happened to compare"
    if case["kind"] == "spikes":
        ours, theirs = case["spikes"]
        first = case["first_difference"]
        where = "no difference"
        if first:
            where = (
                f"{case['without_partner']} without a partner, the first at {first['time_ms']} ms, "
                f"neuron {first['neuron']}, {first['only']} alone"
            )
        return f"{ours:,} and {theirs:,} spikes in {case['duration_ms']:g} ms; {where}{too_few}"
    if case["kind"] == "weights":
        return (
            f"{case['weights']:,} weights, {case['changed']:,} changed; largest difference "
            f"{case['largest_difference']:.1e}{too_few}"
        )
    shown = [
        f"{name} {one['values'][0]:.4g} and {one['values'][1]:.4g} (difference "
        f"{one['interval_99'][0]:+.2g} to {one['interval_99'][1]:+.2g})"
        for name, one in case["distributions"].items()
    ]
    return f"{case['seeds']} seeds of {case['duration_ms']:g} ms; " + "; ".join(shown) + too_few


def tolerance(case: Mapping[str, Any]) -> str:
    """What was demanded."""
    wanted = case["tolerance"]
    if case["kind"] == "spikes":
        steps = wanted["within_steps"]
        near = f"within {steps} step{'s' if steps > 1 else ''}" if steps else "in the same step"
        share = "every spike" if wanted["agree"] == 1.0 else f"{wanted['agree']:.0%} of spikes"
        return f"{share} {near}"
    if case["kind"] == "weights":
        return f"{wanted['apart']:g} of the largest weight"
    return (
        "0 in the 99 % interval of every difference (paired t over seeds), and that of the rate "
        f"within {wanted['apart']:.0%}"
    )
