"""What the live page says: the state of the simulation in one word, and its numbers."""

import time

from markupsafe import Markup

from dashboards.polling import News
from dashboards.sources import LiveView
from dashboards.words import State, ago, clock, short, whole
from hal9lib.palette import colours_of

#: A frame older than this, while it should run, is called late.
LATE_S = 3.0


def state_of(news: News[LiveView], offset_min: float, now_s: float | None = None) -> State:
    """How the live simulation is, as one word and one sentence."""
    now_s = time.time() if now_s is None else now_s
    view = news.value
    if news.problem is not None:
        since = clock(news.since or now_s, offset_min)
        return State(
            "bad", "No connection", f"{news.problem} Since {since}; trying again every moment."
        )
    if view is None:
        return State("busy", "Connecting", "Asking the API for the live simulation.")
    if not view.worker.get("alive"):
        return _gone(view)
    return _alive(view, now_s)


def _gone(view: LiveView) -> State:
    age_s = view.worker.get("heartbeat_age_s")
    heard = "It has not been heard of yet." if age_s is None else f"Last heard of {ago(age_s)}."
    return State(
        "bad",
        "Worker gone",
        f"The simulation's process does not answer. {heard} It is started again.",
    )


def _alive(view: LiveView, now_s: float) -> State:
    desired, frame = view.desired, view.frame
    if frame is None or frame["pid"] != view.worker["pid"]:
        return State("busy", "Starting", "A new worker is building the network.")
    if frame["generation"] != desired["generation"]:
        return State("busy", "Starting anew", "Going back to time 0 with the same seed.")
    if frame["status"] == "resting":
        return State("busy", "Waking up", "It rested because nobody was watching.")
    if desired["status"] == "paused":
        if frame["status"] == "paused":
            return State("idle", "Paused", "Time stands still until someone presses Start.")
        return State("busy", "Pausing", "The current moment is being finished.")
    if frame["status"] != "running":
        return State("busy", "Starting", "Time is about to move on.")
    age_s = now_s - frame["wall_time"]
    if age_s > LATE_S:
        return State("warn", "Late", f"The newest picture was made {ago(age_s)}.")
    return State("good", "Running", "")


def headline(view: LiveView | None, state: State) -> Markup:
    """The network's name and size beside the state."""
    what = Markup("&nbsp;")
    if view is not None and view.frame is not None:
        frame = view.frame
        what = Markup("{} network · {} neurons · {} synapses · seed {}").format(
            str(frame.get("model", "custom")).capitalize(),
            whole(frame["neurons"]),
            whole(frame["synapses"]),
            frame.get("seed", "–"),
        )
    sentence = Markup('<span class="sentence">{}</span>').format(state.sentence or what)
    return Markup('<div class="headline">{}{}</div>').format(state.pill(), sentence)


def tiles(view: LiveView | None) -> Markup:
    """Model time, speed and rates."""
    frame = view.frame if view else None
    if frame is None:
        cells = [tile("Model time", "–"), tile("Pace", "–"), tile("Rate", "–"), tile("Rate", "–")]
        return Markup('<div class="tiles">{}</div>').format(Markup("").join(cells))
    cells = [
        tile("Model time", f"{frame['time_ms'] / 1e3:,.2f}", "s"),
        tile(
            "Pace",
            f"{frame['speed']:.2f}",
            "× real time",
            pace_note(frame["speed"], frame["capability"]),
        ),
    ]
    colours = colours_of([p["name"] for p in frame["populations"]])
    cells += [
        tile(
            f"Rate of {p['name']}",
            short(p["rate_hz"]),
            "Hz",
            "mean of the last second",
            colours[p["name"]],
        )
        for p in frame["populations"]
    ]
    return Markup('<div class="tiles">{}</div>').format(Markup("").join(cells))


def pace_note(speed: float, capability: float) -> str:
    """Why the pace is what it is: the worker goes at real time at most, on one core at most.

    Parameters
    ----------
    speed : achieved. capability : what one core that does nothing else could do.

    >>> pace_note(1.0, 1.62)
    'held to real time; could do 1.62'
    >>> pace_note(0.3, 0.7)
    'machine busy; alone it could do 0.700'
    >>> pace_note(0.69, 0.7)
    'as fast as one core can'
    """
    if capability <= 0 or speed <= 0:
        return "\N{NO-BREAK SPACE}"
    if speed >= 0.95 and capability > 1.05:
        return f"held to real time; could do {short(capability)}"
    if speed < 0.8 * min(1.0, capability):
        return f"machine busy; alone it could do {short(capability)}"
    return "as fast as one core can"


def tile(label: str, value: str, unit: str = "", note: str = "", colour: str = "") -> Markup:
    """One number with its label, unit and, for a population, the mark it has in the plots."""
    mark = Markup('<i class="mark" style="background:{}"></i>').format(colour) if colour else ""
    return Markup(
        '<div class="tile"><span class="label">{}{}</span>'
        '<span class="value">{}<span class="unit">{}</span></span>'
        '<span class="note">{}</span></div>'
    ).format(mark, label, value, unit, note)
