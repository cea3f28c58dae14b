"""How far a simulation came, and the time left: a line in a terminal, a widget in a notebook."""

import importlib.util
import shutil
import sys
import time
from types import TracebackType
from typing import Any

from hal9lib.engine.interrupts import interrupts_later

#: A bar that nobody asked for is shown from this time on.
_DELAY_S = 1.0
_WIDGET = "application/vnd.jupyter.widget-view+json"


class Progress:
    """A bar that is gone when the block is left, however it is left.

    Parameters
    ----------
    total_ms : model time to simulate. done_ms : model time that was simulated before.
    shown : whether to show it; None shows it in a terminal or notebook after a second.
    """

    def __init__(self, total_ms: float, done_ms: float = 0.0, shown: bool | None = None) -> None:
        self._total_ms, self._done_ms = total_ms, done_ms
        notebook = _in_notebook()
        self._wanted = (sys.stderr.isatty() or notebook) if shown is None else shown
        self._widget = notebook and importlib.util.find_spec("ipywidgets") is not None
        self._from = time.monotonic() + (0.0 if shown else _DELAY_S)
        self._started = time.time()
        self._bar: Any = None

    def update(self, done_ms: float) -> None:
        """Show that `done_ms` of model time are done."""
        if not self._wanted:
            return
        with interrupts_later():  # within an update the bar does not know that it was shown
            if self._bar is None and time.monotonic() >= self._from:
                self._bar = self._shown_bar()
            if self._bar is not None:
                self._bar.update(done_ms - self._bar.n)

    def __enter__(self) -> "Progress":
        self.update(self._done_ms)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is None:
            return
        self._bar.total = None  # a widget that did not come to its total would stay, in red
        self._bar.close()

    def _shown_bar(self) -> Any:
        form = "{desc} {percentage:3.0f}% |{bar}| {n:.0f}/{total:.0f} ms, {remaining} left"
        options: dict[str, Any] = {
            "total": round(self._total_ms, 6),
            "initial": round(self._done_ms, 6),
            "desc": "simulating",
            "leave": False,
            "delay": 1e-6,  # nothing is shown before it says something
            "bar_format": form,
        }
        if self._widget:
            from tqdm.notebook import tqdm as notebook_bar

            bar: Any = notebook_bar(**options)
            bar.displayed = True
            # Without the text that a widget has beside it: how far the bar was at first differs
            # from run to run, and a notebook's output should not.
            view = {"model_id": bar.container.model_id, "version_major": 2, "version_minor": 0}
            sys.modules["IPython.display"].display({_WIDGET: view}, raw=True)
        else:
            from tqdm import tqdm as terminal_bar

            bar = terminal_bar(**options, ncols=shutil.get_terminal_size().columns - 1)
        # The time left is reckoned from the beginning, not from when the bar came.
        bar.start_t = bar.last_print_t = self._started
        return bar


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and running.__class__.__name__ == "ZMQInteractiveShell"
