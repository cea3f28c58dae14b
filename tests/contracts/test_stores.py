"""What `hal9lib.stores.base` promises, on every backend."""

import re
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from hal9lib.errors import ParameterError, RunConflictError, RunNotFoundError, StoreError
from hal9lib.run import RECORD_FIELDS
from hal9lib.stores.base import FIND_COLUMNS
from hal9lib.stores.recordings import spikes_to_parquet
from support.runs import a_run

ALL = ["memory", "duckdb", "postgres", "remote"]
#: Memory keeps no files and dies with its process; the service's files are PostgreSQL's.
WITH_FILES = ["duckdb", "postgres", "remote"]

on_all = pytest.mark.parametrize("backend", ALL, indirect=True)
on_files = pytest.mark.parametrize("backend", WITH_FILES, indirect=True)

INJECTIONS = ["' OR '1'='1", "'; DROP TABLE runs; --", '" OR ""="', "$owner", "%(me)s", "\\", "%"]


def at(day: int, second: int = 0) -> str:
    return (datetime(2026, 1, day, tzinfo=UTC) + timedelta(seconds=second)).isoformat()


def parquet(run) -> bytes:
    return spikes_to_parquet(run.spike_steps, run.spike_neurons)


@on_all
def test_what_is_loaded_is_what_was_saved_bit_for_bit(backend, name):
    run = a_run(seed=2**64 - 1)
    store = backend.open(name)
    key = store.save(run, tags=("first", "größer ☃"), notes="a note\nof two lines")
    loaded = store.load(key)
    assert len(run.spike_steps) == 500
    for mine, theirs in (
        (run.spike_steps, loaded.spike_steps),
        (run.spike_neurons, loaded.spike_neurons),
    ):
        assert theirs.dtype == np.int32
        assert mine.tobytes() == theirs.tobytes()
    assert loaded.key == key == run.key
    assert loaded.record() == run.record()
    assert store.record(key) == run.record() | {
        "tags": ["first", "größer ☃"],
        "notes": "a note\nof two lines",
        "owner": name,
        "visibility": "private",
    }
    assert set(RECORD_FIELDS) < set(store.record(key))


@on_all
def test_a_run_without_spikes_is_kept_too(backend, name):
    store = backend.open(name)
    loaded = store.load(store.save(a_run(spikes=0)))
    assert loaded.spike_steps.shape == loaded.spike_neurons.shape == (0,)


@on_all
def test_saving_a_key_again_changes_nothing(backend, name):
    store = backend.open(name)
    first = store.save(a_run(), tags=("kept",), notes="first")
    before = store.record(first)
    assert store.save(a_run(created=at(1)), tags=("not kept",), notes="second") == first
    assert store.record(first) == before
    assert len(store.find(owner=name)) == 1


@on_all
def test_the_same_question_with_another_answer_is_refused(backend, name):
    store = backend.open(name)
    key = store.save(a_run())
    with pytest.raises(RunConflictError, match=f"run {key} is kept already with other spikes"):
        store.save(a_run(spike_seed=99))
    assert store.load(key).spike_hash == a_run().spike_hash


@on_all
def test_find_lists_the_newest_first_and_pages_do_not_overlap(backend, name):
    store = backend.open(name)
    # Two of each moment, so that ties are met; saved in an order that is neither time nor key.
    runs = [a_run(seed=seed, created=at(1 + seed % 4)) for seed in (5, 2, 7, 1, 6, 4, 3, 8)]
    for run in runs:
        store.save(run)
    wanted = sorted(runs, key=lambda run: run.key)
    wanted.sort(key=lambda run: run.created, reverse=True)
    table = store.find(owner=name)
    assert list(table.columns) == list(FIND_COLUMNS)
    assert list(table.key) == [run.key for run in wanted]
    pages = [store.find(owner=name, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert [key for page in pages for key in page.key] == [run.key for run in wanted]
    assert list(pages[3].columns) == list(FIND_COLUMNS)


@on_all
def test_find_shows_what_the_record_says(backend, name):
    store = backend.open(name)
    run = a_run(seed=2**64 - 1, created="2026-01-01T12:00:00.000001+02:00")
    store.save(run, tags=("a", "b"))
    line = store.page(owner=name)[0]
    record = run.record()
    same = set(FIND_COLUMNS) - {"owner", "created", "tags"}
    assert {column: line[column] for column in same} == {c: record[c] for c in same}
    assert line["owner"] == name
    assert line["tags"] == ["a", "b"]
    assert line["created"] == "2026-01-01T10:00:00.000001+00:00"


@on_all
def test_find_takes_only_what_matches(backend, name):
    store = backend.open(name)
    brunel = store.save(a_run(seed=1, model="brunel", created=at(1)), tags=("x", "y"))
    growth = store.save(a_run(seed=2, model="growth", created=at(2)), tags=("y",))

    def keys(**question):
        return set(store.find(owner=name, **question).key)

    assert keys() == {brunel, growth}
    assert keys(model="brunel") == {brunel}
    assert keys(model="brune") == set()
    assert keys(tag="y") == {brunel, growth}
    assert keys(tag="x") == {brunel}
    assert keys(tag="x", model="growth") == set()
    assert keys(since="2026-01-02") == {growth}
    assert keys(since=at(2, second=1)) == set()
    assert keys(since="2026-01-02T02:00:00+02:00") == {growth}
    assert set(store.find(owner="somebody-else").key) == set()


@on_all
def test_what_looks_like_sql_is_only_text(backend, name):
    store = backend.open(name)
    keys = {
        text: store.save(a_run(seed=seed, model=text), tags=(text,))
        for seed, text in enumerate(INJECTIONS)
    }
    for text, key in keys.items():
        for question in ({"model": text}, {"tag": text}):
            assert list(store.find(**question, owner=name).key) == [key]
        assert store.find(owner=text).empty
    assert set(store.find(owner=name).key) == set(keys.values())


@on_all
def test_find_says_what_it_does_not_take(backend, name):
    store = backend.open(name)
    for question, said in (
        ({"limit": 0}, "limit = 0 is not allowed; use a whole number from 1 to 1,000."),
        ({"limit": 1001}, "limit = 1001 is not allowed; use a whole number from 1 to 1,000."),
        ({"limit": "many"}, "limit = 'many' is not allowed; use a whole number from 1 to 1,000."),
        ({"offset": -1}, "offset = -1 is not allowed; use a whole number from 0 to"),
        ({"since": "yesterday"}, "since = 'yesterday' is not allowed; use a date or time such as"),
        ({"model": "a\x00b"}, "is not allowed; use 1 to 255 printable characters."),
        ({"tag": ""}, "tag = '' is not allowed; use 1 to 255 printable characters."),
    ):
        with pytest.raises(ParameterError, match=re.escape(said)):
            store.find(**question)


@on_all
def test_a_key_may_be_shortened_while_it_names_one_run(backend, name):
    store = backend.open(name)
    run = a_run()
    key = store.save(run)
    for length in (8, 20, 32):
        assert store.record(key[:length])["key"] == key
        assert store.load(key[:length]).spike_hash == run.spike_hash
    other = key[:-1] + ("0" if key[-1] != "0" else "1")
    backend.plant(name, run.record() | {"tags": [], "notes": "", "key": other}, parquet(run))
    assert store.record(key)["key"] == key
    assert store.record(other)["key"] == other
    for ask in (store.record, store.load, store.delete):
        with pytest.raises(ParameterError) as caught:
            ask(key[:8])
        assert str(caught.value) == (
            f"key = {key[:8]!r} begins the keys of several runs; use more digits."
        )
    assert {key, other} == set(store.find(owner=name).key)


@on_all
def test_what_is_no_key_is_refused(backend, name):
    store = backend.open(name)
    for key in ("", "abc", "0" * 33, "G" * 32, "../../etc/passwd", "%" * 8, 12345678):
        said = re.escape(f"key = {key!r} is not allowed; use 8 to 32 hexadecimal digits")
        for ask in (store.record, store.load, store.delete, store.spikes):
            with pytest.raises(ParameterError, match=said):
                ask(key)


@on_all
def test_others_runs_are_as_if_they_were_not_there(backend, name):
    ada, bob = backend.open(f"{name}-ada"), backend.open(f"{name}-bob")
    key = ada.save(a_run(model=name))
    assert bob.find(model=name).empty
    assert bob.find(owner=f"{name}-ada").empty
    assert key not in bob
    never = "0123456789abcdef" * 2
    for ask in (bob.record, bob.load, bob.delete, bob.spikes):
        for guess in (key, key[:8]):
            with pytest.raises(RunNotFoundError) as there:
                ask(guess)
            with pytest.raises(RunNotFoundError) as not_there:
                ask(never[: len(guess)])
            # Word for word the same answer, but for the key that was asked.
            assert str(there.value).replace(guess, "KEY") == str(not_there.value).replace(
                never[: len(guess)], "KEY"
            )
    assert ada.load(key).spike_hash == a_run(model=name).spike_hash


@on_all
def test_two_owners_may_hold_the_same_key(backend, name):
    ada, bob = backend.open(f"{name}-ada"), backend.open(f"{name}-bob")
    run, same_question = a_run(model=name), a_run(model=name, spike_seed=77)
    assert run.key == same_question.key
    assert run.spike_hash != same_question.spike_hash
    key = ada.save(run, notes="Ada's")
    assert bob.save(same_question, notes="Bob's") == key
    assert ada.record(key)["notes"] == "Ada's"
    assert bob.record(key)["notes"] == "Bob's"
    assert ada.load(key).spike_hash == run.spike_hash
    assert bob.load(key).spike_hash == same_question.spike_hash
    assert list(ada.find(model=name).owner) == [f"{name}-ada"]
    ada.delete(key)
    assert key not in ada
    assert bob.load(key).spike_hash == same_question.spike_hash


@on_all
def test_deleting_leaves_what_another_owner_saved_alike(backend, name):
    ada, bob = backend.open(f"{name}-ada"), backend.open(f"{name}-bob")
    run = a_run(model=name)
    key = ada.save(run)
    bob.save(run)
    ada.delete(key)
    assert bob.load(key).spike_hash == run.spike_hash
    bob.delete(key)
    assert key not in bob


@on_all
def test_a_public_run_is_seen_by_all_and_deleted_by_its_owner_only(backend, name):
    ada, bob = backend.open(f"{name}-ada"), backend.open(f"{name}-bob")
    run = a_run(model=name)
    key = ada.save(run, notes="Ada's")
    backend.publish(key)
    assert list(bob.find(model=name).key) == [key]
    assert bob.load(key[:8]).spike_hash == run.spike_hash
    assert bob.record(key)["owner"] == f"{name}-ada"
    with pytest.raises(RunNotFoundError, match=f"no run has the key '{key}'"):
        bob.delete(key)
    # One's own comes before another's of the same key.
    bob.save(run, notes="Bob's")
    assert bob.record(key)["notes"] == "Bob's"
    assert sorted(bob.find(model=name).owner) == [f"{name}-ada", f"{name}-bob"]
    bob.delete(key)
    assert bob.record(key)["notes"] == "Ada's"


@on_all
def test_delete_takes_all_of_a_run_away(backend, name):
    store = backend.open(name)
    kept, gone = store.save(a_run(seed=1)), store.save(a_run(seed=2))
    store.delete(gone[:12])
    assert list(store.find(owner=name).key) == [kept]
    assert gone not in store
    assert kept in store
    for ask in (store.load, store.delete):
        with pytest.raises(
            RunNotFoundError, match=f"no run has the key '{gone}'; find\\(\\) lists"
        ):
            ask(gone)
    assert store.save(a_run(seed=2)) == gone
    assert gone in store


@on_all
def test_tags_and_notes_have_bounds(backend, name):
    store = backend.open(name)
    for options, said in (
        ({"tags": "one"}, "tags = 'one' is not allowed; use a list of words: ['one']."),
        ({"tags": ("",)}, "tag = '' is not allowed; use 1 to 64 printable characters."),
        ({"tags": ("a\nb",)}, "use 1 to 64 printable characters."),
        ({"tags": ("x" * 65,)}, "use 1 to 64 printable characters."),
        ({"tags": [f"t{i}" for i in range(33)]}, "33 tags are too many; use at most 32."),
        ({"notes": "n" * 10_001}, "notes = 10,001 characters is not allowed"),
        ({"notes": None}, "notes = None is not allowed; use text of at most 10,000 characters."),
    ):
        with pytest.raises(ParameterError, match=re.escape(said)):
            store.save(a_run(), **options)
    assert store.find(owner=name).empty


@on_all
def test_a_record_that_is_no_json_is_refused_whole(backend, name):
    store = backend.open(name)
    run = a_run()
    for value in (float("nan"), float("inf"), -float("inf")):
        record = run.record() | {"tags": [], "notes": "", "wall_s": value}
        with pytest.raises(ParameterError, match=f"run {run.key} cannot be .*not JSON compliant"):
            store.save_record(record, parquet(run))
    assert store.find(owner=name).empty


@on_all
def test_threads_may_share_a_store(backend, name):
    store = backend.open(name)
    runs = [a_run(seed=seed) for seed in range(1, 7)]
    errors: list[BaseException] = []

    def save_all(order) -> None:
        try:
            for place in order:
                store.save(runs[place])
                assert store.load(runs[place].key).spike_hash == runs[place].spike_hash
        except BaseException as error:
            errors.append(error)

    orders = [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (2, 5, 0, 3, 1, 4)]
    threads = [threading.Thread(target=save_all, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(store.find(owner=name).key) == sorted(run.key for run in runs)


@on_files
@pytest.mark.parametrize("damage", ["cut", "zeros", "empty", "gone", "other"])
def test_a_damaged_recording_is_told(backend, name, damage):
    store = backend.open(name)
    run = a_run(spikes=900)
    key = store.save(run)
    (file,) = backend.folder.glob(f"{key}-{run.spike_hash}.parquet")
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {
                "cut": whole[: len(whole) // 2],
                "zeros": whole[:100] + bytes(200) + whole[300:],
                "empty": b"",
                "other": parquet(a_run(seed=3)),
            }[damage]
        )
    with pytest.raises(StoreError) as caught:
        store.load(key)
    assert not isinstance(caught.value, LookupError)
    if damage == "other":
        assert "the recording is damaged" in str(caught.value)
    assert store.record(key)["notes"] == ""
    store.delete(key)


@on_files
def test_a_store_leaves_exactly_its_recordings(backend, name):
    store = backend.open(name)
    keys = [store.save(a_run(seed=seed, model=name)) for seed in (1, 2, 3)]
    store.delete(keys[0])
    left = {file.name[:32] for file in backend.folder.iterdir() if file.name[:32] in keys}
    assert left == set(keys[1:])
    assert not [file for file in backend.folder.iterdir() if file.name.startswith(".")]


@on_all
def test_a_store_never_names_its_secrets(backend, name):
    store = backend.open(name)
    shown = f"{store.name} {store!r} {vars(store)!r}"
    assert not [secret for secret in backend.secrets() if secret in shown]
