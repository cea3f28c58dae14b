"""The live view in a notebook: a picture, and what plays, pauses, resets and steers it."""

import weakref
from html import escape
from typing import Any

from hal9lib.errors import Hal9Error, ParameterError
from hal9lib.network import Network
from hal9lib.widgets.picture import WIDTH, picture_of
from hal9lib.widgets.session import MAX_FACTOR, LiveSession

try:
    import ipywidgets
except ImportError as problem:  # the library alone comes without views
    raise Hal9Error(
        "live views need ipywidgets; type: pip install 'hal9lib[notebook]'"
    ) from problem


def live(network: Network, *, dt_ms: float = 0.1, max_speed: float = 1.0) -> "LiveView":
    """A network that can be watched, played, paused, reset and steered in a notebook.

    It simulates in the background, so the notebook stays usable, and stops at pause, at
    ``close()`` and with the kernel. Another view of the same network stops the one before; views
    of other networks go on, and the new one says so.

    Parameters
    ----------
    network : what to simulate; it is not changed, and nothing is built before it first plays.
    dt_ms : the time step. max_speed : model time over wall time stays at or below it.

    Returns
    -------
    LiveView, shown when it is the last line of a cell.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> view = live(hal9.models.brunel(neurons=1_000, indegree=100))
    >>> view
    LiveView('brunel', 1,000 neurons)
    >>> view.run_for(200.0)["time_ms"]
    200.0
    >>> view.close()
    """
    if not isinstance(network, Network) or not network.populations:
        raise ParameterError(
            f"network = {network!r} is not allowed; "
            "use a hal9.Network with at least one population."
        )
    view = LiveView(network, dt_ms=dt_ms, max_speed=max_speed)
    others = [other for other in _open_views if other is not view]
    for other in others:
        if other.network.description() == network.description():
            other.give_way()
    playing = [repr(other) for other in others if other.running]
    if playing:
        view.say(f"Also playing: {', '.join(playing)}; hal9.widgets.pause_all() pauses all.")
    return view


def pause_all() -> int:
    """Pause every live view of this notebook; how many were playing.

    >>> pause_all()
    0
    """
    playing = [view for view in _open_views if view.running]
    for view in playing:
        view.pause()
    return len(playing)


class LiveView(ipywidgets.VBox):
    """What `live` returns: buttons, two sliders, a picture.

    ``drive_slider.value`` and ``inhibition_slider.value`` steer it like a hand on them would.
    """

    def __init__(self, network: Network, *, dt_ms: float = 0.1, max_speed: float = 1.0) -> None:
        self.network = network
        self.frame: dict[str, Any] = {}
        self._session = LiveSession(
            network, self._show, self._fail, dt_ms=dt_ms, max_speed=max_speed
        )
        self.play_button = _button("Play", "play", self.play)
        self.pause_button = _button("Pause", "pause", self.pause)
        self.reset_button = _button("Reset", "undo", self.reset)
        self.drive_slider = _slider("drive", lambda value: self._session.steer(drive=value))
        self.inhibition_slider = _slider(
            "inhibition", lambda value: self._session.steer(inhibition=value)
        )
        self.image = ipywidgets.Image(
            format="svg+xml", layout={"max_width": f"{WIDTH}px", "margin": "0"}
        )
        self.status = ipywidgets.HTML()
        self.note = ipywidgets.HTML()
        buttons = ipywidgets.HBox([self.play_button, self.pause_button, self.reset_button])
        sliders = ipywidgets.HBox([self.drive_slider, self.inhibition_slider])
        super().__init__([buttons, sliders, self.image, self.status, self.note])
        self._show(self._session.empty_frame())
        _open_views.add(self)

    @property
    def running(self) -> bool:
        """Whether it plays."""
        return self._session.running

    @property
    def frames(self) -> int:
        """How many frames have been shown."""
        return self._session.frames

    def play(self) -> None:
        """Go on in the background."""
        self.say("")
        self._session.play()
        self._set_buttons()

    def pause(self) -> None:
        """Stop; play goes on from there."""
        self._session.pause()
        self._set_buttons()

    def reset(self) -> None:
        """Back to time 0, with the drive and inhibition that are set."""
        self._session.reset()

    def run_for(self, duration_ms: float) -> dict[str, Any]:
        """Pause, simulate exactly this much more before returning, and show it; its frame."""
        frame = self._session.run_for(duration_ms)
        self._set_buttons()
        return frame

    def wait_for_frame(self, number: int, timeout_s: float = 60.0) -> int:
        """Wait for `number` frames, or until the time is up; how many there have been."""
        return self._session.wait_for_frame(number, timeout_s)

    def wait_until_idle(self, timeout_s: float = 60.0) -> bool:
        """Wait until no thread works; False when the time is up before."""
        return self._session.wait_until_idle(timeout_s)

    def give_way(self) -> None:
        """Stop and give back memory, because the same network is opened in another view."""
        self._session.release()
        self._set_buttons()
        self.say("Stopped: this network was opened in another view. Play starts it anew here.")

    def say(self, sentence: str) -> None:
        """Show a sentence below the picture."""
        self.note.value = escape(sentence)

    def close(self) -> None:
        """Stop, give back memory, and take the view off the page."""
        session = getattr(self, "_session", None)
        if session is None or self.comm is None:
            return  # never finished, or closed before
        _open_views.discard(self)
        session.close()
        # Closing a box closes none of what it holds, and a registry keeps all that is not closed.
        for part in _parts(self):
            if part is not self:
                part.close()
        super().close()

    def __repr__(self) -> str:
        return f"LiveView({self.network.model!r}, {self.network.neurons:,} neurons)"

    def _show(self, frame: dict[str, Any]) -> None:
        """Show a frame; called from the thread that made it."""
        self.frame = frame
        self.image.value = picture_of(frame)
        self.status.value = _status(frame)
        self._set_buttons()

    def _fail(self, problem: BaseException) -> None:
        """Say what ended the thread."""
        self._set_buttons()
        name = "" if isinstance(problem, Hal9Error) else f"{type(problem).__name__}: "
        self.say(f"Stopped. {name}{problem}")

    def _set_buttons(self) -> None:
        self.play_button.disabled = self.running
        self.pause_button.disabled = not self.running


def _parts(widget: Any) -> list[Any]:
    """A widget and all that came into being with it: children, layouts, styles."""
    held = [*getattr(widget, "children", ()), getattr(widget, "style", None)]
    held.append(getattr(widget, "layout", None))
    return [widget, *(part for one in held if one is not None for part in _parts(one))]


def _status(frame: dict[str, Any]) -> str:
    text = (
        f"{frame['neurons']:,} neurons, {frame['synapses']:,} synapses &nbsp;·&nbsp; "
        f"{frame['time_ms'] / 1e3:.2f} s"
    )
    if frame["status"] == "running" and frame["speed"]:
        text += f" &nbsp;·&nbsp; {frame['speed']:.2g} × real time"
    return f"{text} &nbsp;·&nbsp; {frame['status']}"


def _button(text: str, icon: str, act: Any) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, icon=icon, layout={"width": "6.5em"})
    button.on_click(lambda _: act())
    return button


def _slider(name: str, act: Any) -> ipywidgets.FloatSlider:
    slider = ipywidgets.FloatSlider(
        value=1.0,
        min=0.0,
        max=MAX_FACTOR,
        step=0.05,
        description=name,
        readout_format=".2f",
        tooltip=f"{name}, as a multiple of what the network describes",
    )
    slider.observe(lambda change: act(change["new"]), "value")
    return slider


_open_views: "weakref.WeakSet[LiveView]" = weakref.WeakSet()
