"""The live simulation's worker as a process: ``python -m hal9lib.jobs``.

Started by ``./hal9 up``. HAL9_STORE_URL names the PostgreSQL database it meets the API in.
"""

import logging
import os
import signal
import sys
from types import FrameType

from hal9lib.errors import Hal9Error, SettingsError
from hal9lib.logs import log_to_stderr
from hal9lib.settings import read_settings

NEURONS, INDEGREE, SEED = 10_000, 1_000, 9
#: Researchers' own work on the same machine goes first.
NICE = 10

log = logging.getLogger("hal9.worker")


def main() -> int:
    """Work until SIGTERM or Ctrl-C; returns the exit status."""
    log_to_stderr("worker")
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        _work()
    except SettingsError as problem:
        log.error("not started", extra={"problem": str(problem)})
        return 2
    except Hal9Error as problem:
        log.error("failed", extra={"problem": str(problem)})
        return 1
    return 0


def _work() -> None:
    url = read_settings().store_url or ""
    if not url.startswith("postgresql://"):
        raise SettingsError(
            "HAL9_STORE_URL does not name a PostgreSQL database; the live simulation and the API "
            "meet there. Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        )
    from hal9lib import models
    from hal9lib.jobs.worker import Worker
    from hal9lib.stores.postgres_live import LiveBoard

    os.nice(NICE)
    with LiveBoard(url) as board:
        Worker(board, models.brunel(neurons=NEURONS, indegree=INDEGREE, seed=SEED)).run(
            stopped=lambda: False
        )


def _leave(number: int, _frame: FrameType | None) -> None:
    """End now: there is nothing that has to be finished first."""
    log.info("stopped", extra={"signal": signal.Signals(number).name})
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
