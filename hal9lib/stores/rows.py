"""A run's record as one row of a table, and back: what the backends with rows share."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hal9lib.errors import ParameterError, RunNotFoundError
from hal9lib.stores.base import FIND_COLUMNS

#: The columns of the table `runs`, in this order; `record` is the record's JSON, kept verbatim.
COLUMNS = (
    "owner",
    "key",
    "spike_hash",
    "model",
    "seed",
    "neurons",
    "synapses",
    "duration_ms",
    "rate_hz",
    "spikes",
    "wall_s",
    "created",
    "tags",
    "record",
)


def to_row(record: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """The row of a record; `created` becomes a datetime in UTC.

    Raises ParameterError for what JSON cannot hold, such as NaN.
    """
    kept = {name: value for name, value in record.items() if name not in ("owner", "visibility")}
    try:
        text = json.dumps(kept, allow_nan=False)
    except (TypeError, ValueError) as problem:
        raise ParameterError(
            f"run {record['key']} cannot be kept; its record holds what JSON cannot: {problem}."
        ) from problem
    row = {name: record[name] for name in COLUMNS if name in record}
    return row | {"owner": owner, "created": to_utc(record["created"]), "record": text}


def to_record(text: str, owner: str, visibility: str) -> dict[str, Any]:
    """The record a row holds, with the owner and the visibility the row says."""
    return json.loads(text) | {"owner": owner, "visibility": visibility}


def to_line(values: Sequence[Any]) -> dict[str, Any]:
    """One line of `Store.find` from the values of `FIND_COLUMNS`."""
    line = dict(zip(FIND_COLUMNS, values, strict=True))
    line["created"] = from_utc(line["created"])
    line["seed"] = int(line["seed"])
    line["tags"] = list(line["tags"])
    return line


def only(rows: Sequence[Any], key: str) -> Any:
    """The one row there is; raises RunNotFoundError for none and ParameterError for several."""
    if not rows:
        raise RunNotFoundError(f"no run has the key {key!r}; find() lists those there are.")
    if len(rows) > 1:
        raise ParameterError(f"key = {key!r} begins the keys of several runs; use more digits.")
    return rows[0]


def key_range(key: str) -> tuple[str, str]:
    """(first, last) such that first <= k < last holds for exactly the keys that begin with `key`.

    >>> key_range("0123abcd")
    ('0123abcd', '0123abcdg')
    """
    return key, key + "g"


def to_utc(text: str) -> datetime:
    """An ISO 8601 time as a datetime in UTC without its zone, as a TIMESTAMP column keeps it.

    >>> to_utc("2026-01-31T12:00:00+02:00")
    datetime.datetime(2026, 1, 31, 10, 0)
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"created = {text!r} is not allowed; use an ISO 8601 time.") from None


def from_utc(moment: datetime) -> str:
    """The ISO 8601 text of a datetime that `to_utc` made."""
    return moment.replace(tzinfo=UTC).isoformat()
