"""The contract every store keeps.

A store holds **saved runs**. A saved run is two things under one key:

* its *record*: a JSON-able dict (what was simulated, with which parameters, versions and seed,
  what came out in numbers); the fields a record has are `hal9lib.run.RECORD_FIELDS`;
* its *spikes*: one Parquet file with the columns ``step`` (int32) and ``neuron`` (int32), in time
  order.

What every backend promises:

* `save` is all or nothing: after an error, a kill or a full disk there is either a whole run or
  none. Saving a key that is there already changes nothing and returns the key (the same question
  has the same answer).
* `load` gives back bit for bit what was saved.
* `find` never shows, and `load` never loads, what its user may not see; a key that exists but is
  not theirs is answered exactly like one that does not exist.
* A run belongs to who saved it and only they see it, unless it is public. Two owners may each hold
  a run of the same key; neither learns of the other's.
* A backend may be used by several threads at once; one that several processes may share says so
  in its docstring.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hal9lib import checks
from hal9lib.errors import ParameterError, RunConflictError, StoreError

if TYPE_CHECKING:
    import pandas

    from hal9lib.run import Run

#: The columns of the table `Store.find` returns, in this order.
FIND_COLUMNS = (
    "key",
    "model",
    "neurons",
    "synapses",
    "seed",
    "duration_ms",
    "rate_hz",
    "spikes",
    "wall_s",
    "owner",
    "created",
    "tags",
    "spike_hash",
)

MAX_PAGE = 1000
MAX_TAGS = 32
MAX_NOTES = 10_000


class Store(ABC):
    """A place where runs are kept. Subclasses fill in the methods with a leading underscore."""

    #: A short name for messages, such as ``duckdb file data/local/hal9.duckdb``; never a secret.
    name: str = "store"

    def save(self, run: "Run", *, tags: tuple[str, ...] = (), notes: str = "") -> str:
        """Keep a run; returns its key.

        Parameters
        ----------
        tags : up to 32 words to find it by. notes : up to 10,000 characters.

        Raises StoreError when the run cannot be kept whole, and keeps nothing of it then.
        """
        from hal9lib.stores.recordings import spikes_to_parquet

        record = run.record() | {"tags": check_tags(tags), "notes": check_notes(notes)}
        try:
            spikes = spikes_to_parquet(run.spike_steps, run.spike_neurons)
        except StoreError:
            raise
        except RuntimeError as problem:
            _raise_interrupt(problem)
            raise
        except OSError as problem:
            raise self._not_kept(record, problem) from problem
        self.save_record(record, spikes)
        return str(record["key"])

    def save_record(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        """Keep a run that is given as its record and Parquet bytes; False if it was there already.

        Raises RunConflictError when it is there with other spikes. Record and bytes are taken as
        they are: whoever calls has checked that they belong together.
        """
        try:
            new = self._insert(record, spikes)
        except StoreError:
            raise
        except RuntimeError as problem:
            _raise_interrupt(problem)
            raise
        except OSError as problem:
            raise self._not_kept(record, problem) from problem
        kept = record["spike_hash"] if new else self._record(record["key"])["spike_hash"]
        if kept != record["spike_hash"]:
            raise RunConflictError(
                f"run {record['key']} is kept already with other spikes ({kept}, this one has "
                f"{record['spike_hash']}): the same question gave another answer. Compare the "
                "versions of both; ./hal9 replay does."
            )
        return new

    def load(self, key: str) -> "Run":
        """The run of this key, bit for bit.

        Raises RunNotFoundError, and StoreError when what was kept is damaged.
        """
        from hal9lib.run import Run
        from hal9lib.stores.recordings import spikes_from_parquet

        record = self.record(key)
        try:
            steps, neurons = spikes_from_parquet(self._spikes(record))
            return Run.from_record(record, steps, neurons)
        except (ParameterError, StoreError) as problem:
            if isinstance(problem, LookupError | ConnectionError | PermissionError):
                raise
            raise StoreError(
                f"run {record['key']} cannot be loaded from {self.name}: {problem}"
            ) from problem

    def spikes(self, key: str) -> bytes:
        """A run's spikes as the bytes of one Parquet file; raises RunNotFoundError."""
        return self._spikes(self.record(key))

    def record(self, key: str) -> dict[str, Any]:
        """A run's record without its recordings; raises RunNotFoundError.

        `key` may be shortened to its first 8 or more characters where that names one run.
        """
        return self._record(check_key(key))

    def find(
        self,
        *,
        model: str | None = None,
        owner: str | None = None,
        tag: str | None = None,
        since: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> "pandas.DataFrame":
        """The runs that match, newest first: a table with the columns `FIND_COLUMNS`.

        Parameters
        ----------
        model, owner, tag : exact matches, or None for any.
        since : an ISO 8601 date or time; runs created at or after it.
        limit : rows in this page, 1 to 1000. offset : rows to pass over.
        """
        import pandas

        rows = self.page(model=model, owner=owner, tag=tag, since=since, limit=limit, offset=offset)
        return pandas.DataFrame(rows, columns=list(FIND_COLUMNS))

    def page(
        self,
        *,
        model: str | None = None,
        owner: str | None = None,
        tag: str | None = None,
        since: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """What `find` gives, as a list of dicts with the keys `FIND_COLUMNS`."""
        question = {
            "model": check_text("model", model),
            "owner": check_text("owner", owner),
            "tag": check_text("tag", tag),
            "since": check_since(since),
            "limit": checks.whole("limit", limit, low=1, high=MAX_PAGE),
            "offset": checks.whole("offset", offset, low=0, high=10**9),
        }
        return self._find(question)

    def delete(self, key: str) -> None:
        """Remove a run of one's own; raises RunNotFoundError."""
        self._delete(check_key(key))

    def close(self) -> None:  # noqa: B027 - most stores hold nothing open
        """Give back connections and files; using the store afterwards is an error."""

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __contains__(self, key: str) -> bool:
        from hal9lib.errors import RunNotFoundError

        try:
            self.record(key)
        except RunNotFoundError:
            return False
        return True

    def _not_kept(self, record: Mapping[str, Any], problem: OSError) -> StoreError:
        return StoreError(
            f"{self.name} cannot keep run {record['key']}: {problem.strerror or problem}. "
            "Nothing of it was kept; make room there, or name another store."
        )

    @abstractmethod
    def _insert(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        """Keep both or neither; False when this owner has the key already."""

    @abstractmethod
    def _record(self, key: str) -> dict[str, Any]:
        """The record of a key or the beginning of one, with `owner` and `visibility`."""

    @abstractmethod
    def _spikes(self, record: Mapping[str, Any]) -> bytes:
        """The Parquet bytes that belong to what `_record` returned."""

    @abstractmethod
    def _find(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of one page, newest first, ties in the order of key and owner."""

    @abstractmethod
    def _delete(self, key: str) -> None:
        """Remove one's own run of a key or the beginning of one."""


def _raise_interrupt(problem: RuntimeError) -> None:
    """Raise KeyboardInterrupt where DuckDB made an error of its own of it."""
    if "interrupted" in str(problem).lower():
        raise KeyboardInterrupt from problem


def check_key(key: str) -> str:
    """`key` if it has a key's form: 8 to 32 lower-case hexadecimal digits."""
    if not isinstance(key, str) or not 8 <= len(key) <= 32 or set(key) - set("0123456789abcdef"):
        raise ParameterError(
            f"key = {key!r} is not allowed; use 8 to 32 hexadecimal digits, as find() lists them."
        )
    return key


def check_text(name: str, text: str | None) -> str | None:
    """`text` if it is something a record could hold in that place, or None."""
    if text is None:
        return None
    if not isinstance(text, str) or not text.isprintable() or not 1 <= len(text) <= 255:
        raise ParameterError(
            f"{name} = {text!r} is not allowed; use 1 to 255 printable characters."
        )
    return text


def check_since(since: str | None) -> str | None:
    """`since` as an ISO 8601 time in UTC."""
    from datetime import UTC, datetime

    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since)
    except (TypeError, ValueError):
        raise ParameterError(
            f"since = {since!r} is not allowed; use a date or time such as '2026-01-31'."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def check_tags(tags: Iterable[str]) -> list[str]:
    """`tags` as a list of labels without repeats."""
    if isinstance(tags, str):
        raise ParameterError(f"tags = {tags!r} is not allowed; use a list of words: [{tags!r}].")
    found = list(dict.fromkeys(checks.label("tag", tag) for tag in tags))
    if len(found) > MAX_TAGS:
        raise ParameterError(f"{len(found)} tags are too many; use at most {MAX_TAGS}.")
    return found


def check_notes(notes: str) -> str:
    """`notes` if it is text of a length that may be kept."""
    if not isinstance(notes, str) or len(notes) > MAX_NOTES:
        shown = f"{len(notes):,} characters" if isinstance(notes, str) else repr(notes)
        raise ParameterError(
            f"notes = {shown} is not allowed; use text of at most {MAX_NOTES:,} characters."
        )
    return notes
