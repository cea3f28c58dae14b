"""Serve the dashboards: ``python -m dashboards``, started by ``./hal9 up``."""

import logging
import signal
import sys
from types import FrameType

from tornado.websocket import WebSocketClosedError

from dashboards.required import check
from hal9lib.errors import SettingsError
from hal9lib.logs import log_to_stderr
from hal9lib.settings import read_settings


def main() -> int:
    """Serve until told to stop; returns the exit status."""
    log_to_stderr("dashboards", logging.WARNING)
    logging.getLogger("hal9.dashboards").setLevel(logging.INFO)
    logging.getLogger("asyncio").addFilter(tells_news)
    try:
        settings = read_settings()
        check(settings)
        # Loaded only now: Panel takes seconds, and what is missing should be said at once. Since
        # a handler is in place, Bokeh adds none of its own.
        from dashboards.serve import make_server

        server = make_server(settings)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.io_loop.add_callback_from_signal(server.io_loop.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.start()
    server.io_loop.start()
    server.stop(wait=False)
    return 0


def tells_news(record: logging.LogRecord) -> bool:
    """Whether a line says more than that a browser closed a page that was being sent something."""
    return not (record.exc_info and isinstance(record.exc_info[1], WebSocketClosedError))


if __name__ == "__main__":
    sys.exit(main())
