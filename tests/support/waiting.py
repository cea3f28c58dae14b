"""Wait for something true, with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], what: str, limit_s: float = 60.0) -> Found:
    """The first true answer of `look`; AssertionError naming `what` when there is none in time."""
    give_up = time.monotonic() + limit_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < give_up, f"waited {limit_s:.0f} s in vain for {what}"
        time.sleep(0.05)
