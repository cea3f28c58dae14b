"""Logs as JSON lines, one event a line; what addresses carry of logins is left out."""

import json
import logging
import re
import sys
from typing import Any

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

#: Libraries log the addresses they were asked for, with what stands behind the question mark.
_SECRET = re.compile(r"([?&](?:code|state|token|bokeh-token|bokeh-session-id)=)[^&\s'\"\\]+")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, program, event, and the record's extras."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "program": self._program,
            "event": record.getMessage(),
        }
        fields.update({k: v for k, v in vars(record).items() if k not in _PLAIN})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return _SECRET.sub(r"\1[secret]", json.dumps(fields, default=str))


def log_to_stderr(program: str, level: int = logging.INFO) -> None:
    """Send every logger's lines from `level` on to stderr, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(program))
    logging.basicConfig(level=level, handlers=[handler], force=True)
