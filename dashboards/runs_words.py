"""What the runs page says. Names, tags and notes come from users and are escaped."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from dashboards.page import line
from dashboards.words import ago, day, short, whole
from hal9lib import words

LIMIT = 100


def table(runs: Sequence[Mapping[str, Any]], chosen: str, offset_min: float) -> Markup:
    """The runs, newest first; the first cell of a row is a button that chooses it."""
    if not runs:
        return Markup(
            '<div class="empty"><p><b>No run has been kept yet.</b></p><p>In a notebook:</p>'
            "<pre>store = hal9.open_store()\nkey = store.save(run)</pre></div>"
        )
    rows = Markup("").join(_row(run, run["key"] == chosen, offset_min) for run in runs)
    more = ""
    if len(runs) >= LIMIT:
        more = line(f"The newest {LIMIT}. Older ones: hal9.open_store().find(offset={LIMIT}).")
    return Markup(
        '<table class="list"><thead><tr><th>Model</th><th class="n">Neurons</th>'
        '<th class="n">Rate, Hz</th><th class="n wide">Length</th><th>Created</th>'
        '<th class="wide">Key</th></tr></thead><tbody>{}</tbody></table>{}'
    ).format(rows, more)


def _row(run: Mapping[str, Any], chosen: bool, offset_min: float) -> Markup:
    created_s = seconds(run["created"])
    return Markup(
        '<tr class="{}"><td><button data-choose="{key}" data-address="?run={key}" '
        'aria-pressed="{}">{}</button></td><td class="n">{}</td><td class="n">{}</td>'
        '<td class="n wide">{}</td><td title="{}">{}</td><td class="wide key">{}</td></tr>'
    ).format(
        "chosen" if chosen else "",
        "true" if chosen else "false",
        run["model"],
        whole(run["neurons"]),
        short(run["rate_hz"]),
        length(run["duration_ms"]),
        day(created_s, offset_min),
        ago(time.time() - created_s),
        run["key"][:8],
        key=run["key"],
    )


def newest_line(runs: Sequence[Mapping[str, Any]]) -> Markup:
    """The newest run in a line, for the home page."""
    if not runs:
        return line("None yet.")
    run = runs[0]
    when = ago(time.time() - seconds(run["created"]))
    return line(f"Newest: {run['model']}, {whole(run['neurons'])} neurons, {when}.")


def loading_line(key: str) -> Markup:
    """How to load a run, with a button that copies it."""
    text = f'hal9.open_store().load("{key}")'
    return Markup(
        '<div class="code"><code>{text}</code>'
        '<button class="copy" data-copy="{text}">Copy</button></div>'
    ).format(text=text)


def title(record: Mapping[str, Any], offset_min: float) -> Markup:
    """A run's headline."""
    created_s = seconds(record["created"])
    return Markup('<h2 class="run">{}</h2><p class="soft">{} neurons · {} · {}</p>').format(
        record["model"],
        whole(record["neurons"]),
        length(record["duration_ms"]),
        f"{day(created_s, offset_min)}, {ago(time.time() - created_s)}",
    )


def details(record: Mapping[str, Any]) -> Markup:
    """What was asked and what came out."""
    versions = record.get("versions") or {}
    pairs = [
        ("Key", record["key"]),
        ("Spike hash", record["spike_hash"]),
        ("Seed", str(record["seed"])),
        ("Synapses", whole(record["synapses"])),
        ("Spikes", whole(record["spikes"])),
        ("Mean rate", "; ".join(f"{n} {short(hz)} Hz" for n, hz in record["rates_hz"].items())),
        ("Step", f"{record['dt_ms']:g} ms, {record['precision']}"),
        ("Took", f"{short(record['wall_s'])} s on {_threads(record['threads'])}"),
        ("Owner", str(record.get("owner") or "–")),
        ("Tags", ", ".join(record.get("tags") or []) or "–"),
        ("Versions", ", ".join(f"{name} {number}" for name, number in versions.items())),
    ]
    if record.get("notes"):
        pairs.append(("Notes", record["notes"]))
    items = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*pair) for pair in pairs)
    return Markup('<dl class="facts">{}</dl>{}').format(items, description(record["description"]))


def description(network: Mapping[str, Any]) -> Markup:
    """The network's parameters: populations, projections, drives."""
    rows = []
    for p in network["populations"]:
        rows.append((p["name"], f"{whole(p['size'])} × {words.called(p['neuron'])}"))
    for p in network["projections"]:
        usual = f"{p['source']} → {p['target']}"
        named = f"{p['name']}: {usual}" if "name" in p else usual
        rows.append((named, words.projection(p)))
    for d in network["drives"]:
        rows.append((f"drive → {d['target']}", words.drive(d)))
    items = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    return Markup('<h3>Network</h3><dl class="facts">{}</dl>').format(items)


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"


def length(duration_ms: float) -> str:
    """Model time.

    >>> length(1_000.0), length(250.0), length(90_000.0)
    ('1 s', '250 ms', '90 s')
    """
    return f"{duration_ms:g} ms" if duration_ms < 1_000 else f"{duration_ms / 1e3:g} s"


def seconds(iso: str) -> float:
    """Seconds since 1970 of an ISO 8601 time."""
    return datetime.fromisoformat(iso).timestamp()
