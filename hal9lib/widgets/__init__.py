"""Views in a notebook: a running network that can be played, paused and steered."""

from typing import Any

__all__ = ["live", "pause_all"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from hal9lib.widgets import view

        return getattr(view, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has live, pause_all")


def __dir__() -> list[str]:
    return list(__all__)
