"""The numbers of /metrics that a person asks for, as a line of tiles."""

from typing import Any

from markupsafe import Markup
from prometheus_client.parser import text_string_to_metric_families

from dashboards.live_words import tile
from dashboards.words import size, span, whole

LATENCY = "hal9_http_request_duration_seconds"


def numbers(text: str, now_s: float) -> Markup:
    """Tiles from metrics in Prometheus' text format."""
    found = read(text)
    counts = found["buckets"]
    total = counts.get(float("inf"), 0.0)
    up = found["single"].get("process_start_time_seconds")
    memory = found["single"].get("process_resident_memory_bytes")
    cells = [
        tile("Requests answered", whole(total), "", "since the service began"),
        tile("95 % of them within", *quantile_words(counts, 0.95)),
        tile("Requests refused", whole(found["refused"]), "", "no login or no right"),
        tile("Runs saved", whole(found["single"].get("hal9_runs_saved_total", 0.0)), "",
             "since the service began"),
        tile("Service up for", *split(span(now_s - up) if up else "–"), "without a restart"),
        tile("Service's memory", *split(size(memory) if memory else "–"), "resident"),
    ]  # fmt: skip
    return Markup('<div class="tiles six">{}</div>').format(Markup("").join(cells))


def read(text: str) -> dict[str, Any]:
    """What the tiles need: cumulated buckets of all routes, refusals, and plain numbers."""
    buckets: dict[float, float] = {}
    refused, single = 0.0, {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == f"{LATENCY}_bucket":
                bound = float(sample.labels["le"])
                buckets[bound] = buckets.get(bound, 0.0) + sample.value
            elif sample.name == "hal9_requests_refused_total":
                refused += sample.value
            elif not sample.labels:
                single[sample.name] = sample.value
    return {"buckets": buckets, "refused": refused, "single": single}


def quantile_words(buckets: dict[float, float], share: float) -> tuple[str, str, str]:
    """The bound below which `share` of the requests lie: (number, unit, note).

    A histogram knows bounds, not values; so this is a bound, and said to be one.

    >>> quantile_words({0.01: 90.0, 0.05: 100.0, float("inf"): 100.0}, 0.95)
    ('50', 'ms', 'from the histogram')
    """
    total = buckets.get(float("inf"), 0.0)
    if not total:
        return "–", "", "no request yet"
    bound = min(b for b, count in buckets.items() if count >= share * total)
    if bound == float("inf"):
        return "over 10", "s", "beyond the histogram's last bound"
    number, unit = (bound * 1e3, "ms") if bound < 1 else (bound, "s")
    return f"{number:g}", unit, "from the histogram"


def split(text: str) -> tuple[str, str]:
    """A number and its unit apart.

    >>> split("20.5 kB"), split("–")
    (('20.5', 'kB'), ('–', ''))
    """
    number, _, unit = text.partition(" ")
    return number, unit
