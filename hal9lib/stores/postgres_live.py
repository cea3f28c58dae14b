"""Where the live simulation and those who watch and steer it meet: two rows in PostgreSQL."""

import json
import time
from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.stores.postgres_pool import PostgresPool

ACTIONS = ("start", "pause", "reset")
#: Drive and inhibition are factors on what the description says; 1 is as described.
MAX_FACTOR = 3.0
#: A worker that has not been heard of for this long counts as gone.
ALIVE_S = 3.0
KEPT_COMMANDS = 100
MAX_FRAME_BYTES = 4_000_000
#: A process notes at most so often that somebody watches.
NOTE_EVERY_S = 5.0

_DESIRED = ("status", "generation", "drive", "inhibition", "revision")


class LiveBoard:
    """The desired state, which the service writes, and the newest frame, which the worker writes.

    The desired state is a level, not a list of orders: whoever reads it late misses nothing.

    Parameters
    ----------
    database : a ``postgresql://`` address, or a pool to share. With an address the board has a
        pool of its own, and `close` gives it back.
    """

    def __init__(self, database: str | PostgresPool) -> None:
        self._own = isinstance(database, str)
        self.pool = (
            PostgresPool(database, max_connections=2) if isinstance(database, str) else database
        )
        self._noted_s = -NOTE_EVERY_S

    def desired(self) -> dict[str, Any]:
        """What the simulation shall do: status, generation, drive, inhibition, revision.

        A worker starts anew when `generation` differs from the one it runs.
        """
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT status, generation, drive, inhibition, revision FROM live WHERE id = 'main'"
            ).fetchone()
        return _named(row)

    def command(self, command: Mapping[str, Any], user: str) -> dict[str, Any]:
        """Steer it; returns the desired state after that.

        Parameters
        ----------
        command : any of ``action`` ("start", "pause" or "reset"), ``drive`` and ``inhibition``
            (0 to 3; 1 is as described).
        user : who asks; kept with the command.

        Raises ParameterError for anything else.
        """
        wanted = check_command(command)
        values = {
            "status": {"start": "running", "pause": "paused"}.get(wanted.get("action", "")),
            "reset": int(wanted.get("action") == "reset"),
            "drive": wanted.get("drive"),
            "inhibition": wanted.get("inhibition"),
        }
        with self.pool.connection() as connection, connection.transaction():
            row = connection.execute(
                """
                UPDATE live SET
                    status = coalesce(%(status)s::text, status),
                    generation = generation + %(reset)s,
                    drive = coalesce(%(drive)s::float8, drive),
                    inhibition = coalesce(%(inhibition)s::float8, inhibition),
                    revision = revision + 1
                WHERE id = 'main'
                RETURNING status, generation, drive, inhibition, revision""",
                values,
            ).fetchone()
            state = _named(row)
            connection.execute(
                "INSERT INTO live_commands (user_name, command, revision) VALUES (%s, %s, %s)",
                [user, json.dumps(wanted), state["revision"]],
            )
            connection.execute(
                "DELETE FROM live_commands WHERE revision <= %s",
                [state["revision"] - KEPT_COMMANDS],
            )
        return state

    def commands(self, limit: int = KEPT_COMMANDS) -> list[dict[str, Any]]:
        """Who steered it last, newest first: ``time`` (s since 1970), user, command, revision."""
        limit = checks.whole("limit", limit, low=1, high=KEPT_COMMANDS)
        with self.pool.connection() as connection:
            found = connection.execute(
                "SELECT extract(epoch FROM given)::float8, user_name, command, revision "
                "FROM live_commands ORDER BY revision DESC LIMIT %s",
                [limit],
            ).fetchall()
        return [
            dict(zip(("time", "user", "command", "revision"), row, strict=True)) for row in found
        ]

    def publish(self, frame: Mapping[str, Any], pid: int, host: str) -> None:
        """Show a frame, which is also a sign of life.

        Parameters
        ----------
        frame : JSON-able, with a ``number`` that grows from frame to frame.
        pid, host : which process made it, on which machine.
        """
        number = checks.whole("frame.number", frame.get("number"), low=1, high=2**62)
        try:
            text = json.dumps(frame, allow_nan=False)
        except (TypeError, ValueError) as problem:
            raise ParameterError(f"frame {number} cannot be shown: {problem}.") from problem
        if len(text) > MAX_FRAME_BYTES:
            raise ParameterError(
                f"frame {number} has {len(text):,} bytes; use at most {MAX_FRAME_BYTES:,}."
            )
        with self.pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO live_frame (id, number, frame, heartbeat, pid, host)
                VALUES ('main', %(number)s, %(frame)s, now(), %(pid)s, %(host)s)
                ON CONFLICT (id) DO UPDATE SET number = excluded.number, frame = excluded.frame,
                    heartbeat = excluded.heartbeat, pid = excluded.pid, host = excluded.host""",
                {"number": number, "frame": text, "pid": pid, "host": host},
            )

    def heartbeat(self, pid: int, host: str) -> None:
        """A sign of life without a frame; call it about once a second while paused."""
        with self.pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO live_frame (id, heartbeat, pid, host)
                VALUES ('main', now(), %(pid)s, %(host)s)
                ON CONFLICT (id) DO UPDATE SET
                    heartbeat = excluded.heartbeat, pid = excluded.pid, host = excluded.host""",
                {"pid": pid, "host": host},
            )

    def note_watched(self) -> None:
        """Somebody watches: the worker goes on. Written once in NOTE_EVERY_S at most."""
        now_s = time.monotonic()
        if now_s - self._noted_s < NOTE_EVERY_S:
            return
        with self.pool.connection() as connection:
            connection.execute(
                "INSERT INTO live_watched (id, watched) VALUES ('main', now()) "
                "ON CONFLICT (id) DO UPDATE SET watched = excluded.watched"
            )
        self._noted_s = now_s

    def watched_s(self) -> float | None:
        """Seconds since somebody last watched, None if nobody has yet."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM now() - watched)::float8 FROM live_watched"
            ).fetchone()
        return max(0.0, float(row[0])) if row else None

    def last_number(self) -> int:
        """The newest frame's number, 0 without one: a worker that starts goes on from here."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT number FROM live_frame WHERE id = 'main'").fetchone()
        return int(row[0]) if row else 0

    def newest(self, after: int | None = None) -> dict[str, Any]:
        """What there is to see: ``desired``, ``worker`` and ``frame``.

        Parameters
        ----------
        after : the number of the frame the caller has; ``frame`` is None while that is the
            newest. A number beyond the newest means that numbering began anew: the frame is given.
        """
        return json.loads(self.newest_json(after))

    def newest_json(self, after: int | None = None) -> str:
        """`newest` as JSON text; the frame passes through as the worker wrote it."""
        known = -1 if after is None else checks.whole("after", after, low=-1, high=2**62)
        with self.pool.connection() as connection:
            row = connection.execute(
                """
                SELECT status, generation, drive, inhibition, revision,
                    extract(epoch FROM now() - heartbeat)::float8, pid, host,
                    CASE WHEN number <> %s THEN frame END
                FROM live LEFT JOIN live_frame USING (id) WHERE id = 'main'""",
                [known],
            ).fetchone()
        assert row is not None, "the migration 0002_live puts the row there"  # noqa: S101
        age_s, pid, host, frame = row[5:]
        worker = {
            "alive": age_s is not None and age_s <= ALIVE_S,
            "heartbeat_age_s": None if age_s is None else round(max(0.0, age_s), 3),
            "pid": pid,
            "host": host,
        }
        head = json.dumps({"desired": _named(row[:5]), "worker": worker})
        return f'{head[:-1]}, "frame": {frame or "null"}}}'

    def close(self) -> None:
        """Give back the pool, if it is the board's own."""
        if self._own:
            self.pool.close()

    def __enter__(self) -> "LiveBoard":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def check_command(command: Mapping[str, Any]) -> dict[str, Any]:
    """`command` with its values checked; raises ParameterError.

    >>> check_command({"drive": 4})
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: drive = 4 is not allowed; use a finite number from 0 to 3.
    """
    if not isinstance(command, Mapping) or not command:
        raise ParameterError("a command is empty; use action, drive or inhibition.")
    unknown = sorted(set(command) - {"action", "drive", "inhibition"})
    if unknown:
        raise ParameterError(
            f"{unknown[0]} is not part of a command; use action, drive or inhibition."
        )
    checked: dict[str, Any] = {}
    if "action" in command:
        if command["action"] not in ACTIONS:
            raise ParameterError(
                f"action = {command['action']!r} is not allowed; use {', '.join(ACTIONS)}."
            )
        checked["action"] = command["action"]
    for name in ("drive", "inhibition"):
        if name in command:
            checked[name] = checks.number(name, command[name], low=0.0, high=MAX_FACTOR)
    return checked


def _named(row: Any) -> dict[str, Any]:
    return dict(zip(_DESIRED, row, strict=True))
