"""What the health page says, from what /health, /health/history and /metrics say; nothing else."""

import time
from typing import Any

from markupsafe import Markup

from dashboards.health_charts import sparkline, strip
from dashboards.polling import News
from dashboards.words import State, ago, clock, milliseconds, whole

#: The API's states in words; the sign of each has a shape of its own.
STATES = {
    "ok": State("good", "Well"),
    "degraded": State("warn", "Degraded"),
    "failed": State("bad", "Failed"),
}
#: What a component is called here, and what its latency is the time of.
PARTS = {
    "service": ("API service", "late with its own tasks by"),
    "postgres": ("PostgreSQL", "answered in"),
    "hub": ("Hub", "answered in"),
    "worker": ("Simulation worker", "last sign of life"),
    "disk": ("Disk", ""),
    "memory": ("Memory", ""),
}


def overall(news: News[dict[str, Any]], offset_min: float) -> State:
    """How the platform is as a whole."""
    if news.problem is not None:
        since = clock(news.since or time.time(), offset_min)
        return State("bad", "Not known", f"{news.problem} Since {since}; trying again.")
    if news.value is None:
        return State("busy", "Looking", "Asking the API.")
    state = STATES.get(news.value["state"], State("warn", news.value["state"]))
    ill = [part_name(p["name"]) for p in news.value["components"] if p["state"] != "ok"]
    if not ill:
        return State("good", "All is well", f"All {len(news.value['components'])} parts work.")
    return State(state.tone, state.word, f"Not well: {', '.join(ill)}.")


def banner(news: News[dict[str, Any]], samples: list[dict[str, Any]], offset_min: float) -> Markup:
    """The overall state, when it was looked at, and how the last hour was."""
    state = overall(news, offset_min)
    looked = Markup("&nbsp;")
    if news.value is not None:
        at_s = news.value["time"]
        looked = Markup("Looked at {} ({}).").format(
            clock(at_s, offset_min), ago(time.time() - at_s)
        )
    return Markup(
        '<div class="banner card">{}<div class="said">'
        '<p>{}</p><p class="soft">{} {}</p></div></div>'
    ).format(state.pill(), state.sentence, looked, hour_of(samples))


def hour_of(samples: list[dict[str, Any]]) -> str:
    """The last hour in a sentence: never a percentage without its window.

    >>> hour_of([{"time": 0.0, "state": "ok"}, {"time": 60.0, "state": "failed"}])
    'Over the last 1 min: all well in 50.0 % of 2 looks.'
    """
    if not samples:
        return ""
    well = sum(sample["state"] == "ok" for sample in samples)
    minutes = max(1, round((samples[-1]["time"] - samples[0]["time"]) / 60))
    window = "hour" if minutes >= 59 else f"{minutes} min"
    share = f"{100 * well / len(samples):.1f}".replace("100.0", "100")
    return f"Over the last {window}: all well in {share} % of {whole(len(samples))} looks."


def cards(news: News[dict[str, Any]], samples: list[dict[str, Any]], now_s: float) -> Markup:
    """One card for each component."""
    value = news.value
    if value is None:
        return Markup("")
    made = [card(part, samples, now_s, news.problem is not None) for part in value["components"]]
    return Markup('<div class="parts">{}</div>').format(Markup("").join(made))


def card(part: dict[str, Any], samples: list[dict[str, Any]], now_s: float, old: bool) -> Markup:
    """A component: its state and latency now, and both over the last hour."""
    state = State("busy", "Not known") if old else STATES.get(part["state"], State("warn", "?"))
    said = PARTS.get(part["name"], ("", "latency"))[1]
    detail, number = part["detail"], part["latency_ms"]
    if number is None:
        # Disk and memory: what there is left is the number that counts.
        main = Markup('<p class="latency"><b>{}</b></p>').format(detail)
    else:
        main = Markup('<p class="soft detail">{}</p><p class="latency">{} <b>{}</b></p>').format(
            detail, said, milliseconds(number)
        )
    past = [
        (sample["time"], one["state"], one["latency_ms"])
        for sample in samples
        for one in sample["components"]
        if one["name"] == part["name"]
    ]
    chart = sparkline(past, now_s) if number is not None else Markup("")
    return Markup(
        '<section class="part card"><div class="top"><h2>{}</h2>{}</div>'
        '{}<div class="past">{}{}'
        '<p class="ends"><span>1 h ago</span><span>now</span></p></div></section>'
    ).format(part_name(part["name"]), state.pill(), main, chart, strip(past, now_s))


def part_name(name: str) -> str:
    """A component's name for people."""
    return PARTS.get(name, (name.capitalize(), ""))[0]
