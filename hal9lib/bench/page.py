"""The results page: figures beside it as JSON, and a table that is made from them alone."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hal9lib.bench.cases import CASES, NEVER_SLOWER, STARTUP, Target, measure_case
from hal9lib.bench.environments import PEERS
from hal9lib.bench.startup import measure_startup
from hal9lib.errors import ParameterError
from hal9lib.run import versions

COMMAND = "./hal9 bench --page tests/benchmarks/engine.md"
_STARTUP = "startup"


def write_page(path: Path, say: Callable[[str], None], only: Sequence[str] = ()) -> None:
    """Measure the cases and write the page, after each case anew: an interrupt loses one at most.

    Parameters
    ----------
    path : the page, ending in .md; the figures lie beside it in a .json file.
    only : beginnings of names of cases; the others keep the figures they have. All if empty.

    Raises ParameterError for a path or a name that is not allowed.
    """
    if path.suffix != ".md" or not path.parent.is_dir():
        raise ParameterError(
            f"--page = '{path}' is not allowed; use a file ending in .md in a folder there is."
        )
    names = [case.name for case in CASES] + [_STARTUP]
    for wanted in only:
        if not any(name.startswith(wanted) for name in names):
            raise ParameterError(f"--only = {wanted!r} is no case; known: {', '.join(names)}.")
    figures = path.with_suffix(".json")
    kept = json.loads(figures.read_text()) if figures.is_file() else {}
    cases = {case.name: case for case in CASES}
    for name in names:
        if only and not name.startswith(tuple(only)):
            continue
        case = cases.get(name)
        kept[name] = _stamped(measure_case(case, say) if case else measure_startup())
        _write_whole(figures, json.dumps(kept, indent=1) + "\n")
        _write_whole(path, render(kept))


def render(records: Mapping[str, Any]) -> str:
    """The page's text from its records."""
    lines = [
        "# The engine, measured",
        "",
        f"By `{COMMAND}`; every figure is in `engine.json` beside this page.",
        "Medians over windows, the lowest and highest in brackets. *Of the limit*: recurrent",
        "synaptic events a second, as a share of what one scatter-add kernel outside the engine",
        "reaches with the same bytes a synapse, measured in turns with the run. A peer's time is",
        "that of its fastest variant, beside how many times HAL9 is faster; its rate is HAL9's",
        "within the tolerance unless a line below says otherwise.",
        "",
        *_machines(records),
        "",
        "| Case | HAL9, s a model s | M events/s | Of the limit | " + _titles() + " | Rate, Hz "
        "| Build, s | Peak, MB | Two threads against one |",
        "|---" * (8 + len(PEERS)) + "|",
        *(_row(case.name, records[case.name]) for case in CASES if _measured(case.name, records)),
        "",
        *_startup_lines(records.get(_STARTUP)),
        "",
        "## Targets",
        "",
        "| Case | Target | Measured | |",
        "|---|---|---|---|",
        *_target_rows(records),
        "",
        "## What holds it back, and what is to be known",
        "",
        *_remarks(records),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _stamped(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its date and machine; nothing that names the machine or its user."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    machine = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB"
    return dict(record) | {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine,
        "page_versions": versions(),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _measured(name: str, records: Mapping[str, Any]) -> bool:
    return name in records and "missing" not in records[name]


def _titles() -> str:
    return " | ".join(f"{peer.title}, s (times)" for peer in PEERS.values())


def _machines(records: Mapping[str, Any]) -> list[str]:
    """One line for each machine, date and set of versions that the records come from."""
    found: dict[str, list[str]] = {}
    for record in records.values():
        versions_of = dict(record["page_versions"])
        for peer in record.get("peers", {}).values():
            versions_of |= {k: v for k, v in peer["versions"].items() if k != "python"}
        shown = ", ".join(f"{key} {value}" for key, value in versions_of.items())
        found.setdefault(f"{record['machine']}; {record['date']}", []).append(shown)
    return [f"{where}: {max(shown, key=len)}." for where, shown in found.items()]


def _row(name: str, record: Mapping[str, Any]) -> str:
    walls = record["walls_per_model_s"]
    cells = [
        f"{name}, {record['threads']} thread{'s' if record['threads'] > 1 else ''}",
        f"{record['wall_per_model_s']:.3g} [{min(walls):.3g}, {max(walls):.3g}]",
        f"{record['synaptic_events_per_s'] / 1e6:,.0f}",
        f"{100 * record['share_of_limit']:.0f} % of {record['limit_events_per_s'] / 1e6:,.0f}",
    ]
    for peer in PEERS:
        answer = record.get("peers", {}).get(peer)
        cells.append(
            f"{answer['wall_per_model_s']:.3g} ({record[f'{peer}_ratio']:.3g})" if answer else "–"
        )
    cells += [
        f"{record['rate_hz']:.2f}",
        f"{record['build_s']:.2f}",
        f"{record['peak_rss_mb']:,.0f}",
        f"{record['two_against_one']:.2f}" if "two_against_one" in record else "–",
    ]
    return "| " + " | ".join(cells) + " |"


def _startup_lines(record: Mapping[str, Any] | None) -> list[str]:
    if record is None:
        return []
    shown = "; ".join(f"{record[target.figure]:.3g} {target.words}" for target in STARTUP)
    return [f"In a fresh process: {shown}."]


def _targets() -> Iterable[tuple[str, Target]]:
    for case in CASES:
        for target in case.targets:
            yield case.name, target
        if (
            case.aside
            and case.threads > 1
            and not any("one thread" in t.words for t in case.targets)
        ):
            yield case.name, NEVER_SLOWER
    for target in STARTUP:
        yield _STARTUP, target


def _target_rows(records: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, target in _targets():
        sign = "≥" if target.at_least else "≤"
        wanted = f"{sign} {target.bound:g} {target.words}"
        value = records.get(name, {}).get(target.figure)
        if value is None:
            why = records.get(name, {}).get("missing", "not measured")
            rows.append(f"| {name} | {wanted} | – | {why} |")
            continue
        missed = "" if target.met(value) else f"**missed by {target.missed_by(value):.2g} times**"
        rows.append(f"| {name} | {wanted} | {value:.3g} | {missed} |")
    return rows


def _remarks(records: Mapping[str, Any]) -> list[str]:
    lines = []
    for case in CASES:
        if not _measured(case.name, records):
            continue
        record = records[case.name]
        if case.aside:
            lines.append(f"- {case.name}: {_where_time_goes(record)}")
        for peer, agrees in record.get("rates_agree", {}).items():
            if not agrees:
                lines.append(
                    f"- {case.name}: {PEERS[peer].title} fires at "
                    f"{record['peers'][peer]['rate_hz']:.2f} Hz, HAL9 at {record['rate_hz']:.2f}: "
                    f"further apart than the {100 * record['rate_tolerance']:.0f} % allowed."
                )
        for peer, answer in record.get("peers", {}).items():
            lines += _remarks_on(PEERS[peer].title, answer, case.name)
    return lines


def _where_time_goes(record: Mapping[str, Any]) -> str:
    wall, alone = record["wall_per_model_s"], record["neurons_alone_wall_per_model_s"]
    free = min(record["free_cores"])
    busy = (
        "" if free > 0.9 * record["threads"] else f" The machine was busy: {free:.1f} cores free."
    )
    limit = record["limit_events_per_s"]
    floor = record["synaptic_events_per_s"] * wall / limit if limit else 0.0
    return (
        f"of {wall:.3g} s a model second, neurons and drives alone take {alone:.3g}; its events at "
        f"the limit would take {floor:.3g}; the other {max(0.0, wall - alone - floor):.3g} is "
        f"delivery below the limit, recording and the meetings of the threads.{busy}"
    )


def _remarks_on(title: str, answer: Mapping[str, Any], name: str) -> list[str]:
    lines = []
    tried = ", ".join(
        f"{one['wall_per_model_s']:.3g} on {one['threads']}"
        + (" with one weight a kind" if one["homogeneous"] else "")
        for one in answer["variants"]
    )
    stopped = "".join(
        f"; stopped after {one['after_s']:g} s on {one['threads']}"
        for one in answer.get("stopped", [])
    )
    lines.append(f"- {name}, {title}, s a model second by threads: {tried}{stopped}.")
    if "compile_s" in answer:
        lines.append(
            f"- {name}, {title}: its {answer['compile_s']:.0f} s of compiling come on top."
        )
    if "readings_s" in answer:
        lines.append(
            f"- {name}, {title}: reading the weights to be recorded takes "
            f"{answer['readings_s'][0]:.2g} s a window on top, and is left out of its time."
        )
    return lines


def _write_whole(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text)
    os.replace(beside, path)
