"""The board where the live simulation is steered and shown."""

import math

import psycopg
import pytest

from hal9lib.errors import ParameterError, StoreUnavailableError
from hal9lib.stores.postgres_live import KEPT_COMMANDS, LiveBoard

AS_DESCRIBED = {
    "status": "running",
    "generation": 1,
    "drive": 1.0,
    "inhibition": 1.0,
    "revision": 0,
}


@pytest.fixture
def board(postgres_url):
    with LiveBoard(postgres_url) as board:
        yield board


def test_before_anybody_did_anything(board):
    assert board.desired() == AS_DESCRIBED
    nobody = {"alive": False, "heartbeat_age_s": None, "pid": None, "host": None}
    assert board.newest() == {"desired": AS_DESCRIBED, "worker": nobody, "frame": None}
    assert board.last_number() == 0
    assert board.commands() == []


def test_commands_change_what_they_name_and_nothing_else(board):
    steps = [
        ({"action": "pause"}, {"status": "paused"}),
        ({"drive": 2.5}, {"drive": 2.5}),
        ({"inhibition": 0}, {"inhibition": 0.0}),
        ({"action": "start"}, {"status": "running"}),
        ({"action": "reset"}, {"generation": 2}),
        ({"action": "reset", "drive": 1, "inhibition": 3}, {"generation": 3, "drive": 1.0}),
    ]
    wanted = dict(AS_DESCRIBED)
    for number, (command, change) in enumerate(steps, start=1):
        wanted |= change | {"revision": number}
        wanted["inhibition"] = float(command.get("inhibition", wanted["inhibition"]))
        assert board.command(command, "ada") == wanted
        assert board.desired() == wanted


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({}, "a command is empty; use action, drive or inhibition."),
        ({"action": "explode"}, "action = 'explode' is not allowed; use start, pause, reset."),
        ({"action": None}, "action = None is not allowed; use start, pause, reset."),
        ({"speed": 2}, "speed is not part of a command; use action, drive or inhibition."),
        ({"drive": 3.1}, "drive = 3.1 is not allowed; use a finite number from 0 to 3."),
        ({"drive": -0.1}, "drive = -0.1 is not allowed; use a finite number from 0 to 3."),
        ({"drive": math.nan}, "drive = nan is not allowed; use a finite number from 0 to 3."),
        ({"drive": "2"}, "drive = '2' is not allowed; use a finite number from 0 to 3."),
        (
            {"inhibition": True},
            "inhibition = True is not allowed; use a finite number from 0 to 3.",
        ),
        ({"action": "start", "drive": math.inf}, "drive = inf is not allowed"),
    ],
)
def test_what_is_no_command_changes_nothing(board, command, said):
    with pytest.raises(ParameterError) as caught:
        board.command(command, "ada")
    assert said in str(caught.value)
    assert board.desired() == AS_DESCRIBED
    assert board.commands() == []


def test_who_did_what_is_kept_the_last_hundred(board):
    for number in range(KEPT_COMMANDS + 5):
        board.command({"drive": number % 3}, f"user-{number}")
    kept = board.commands()
    assert len(kept) == KEPT_COMMANDS
    assert kept[0]["user"] == f"user-{KEPT_COMMANDS + 4}"
    assert kept[-1]["user"] == "user-5"
    assert kept[0]["command"] == {"drive": float((KEPT_COMMANDS + 4) % 3)}
    assert [one["revision"] for one in board.commands(limit=2)] == [105, 104]
    with psycopg.connect(board.pool._url) as connection:
        stored = connection.execute("SELECT count(*) FROM live_commands").fetchone()
    assert stored == (KEPT_COMMANDS,)


def test_a_frame_is_shown_once_to_who_asks_for_newer(board):
    frame = {"number": 7, "raster": {"counts": "AAAA"}, "rates": {"E": [1.5, 1e-7, 2.0]}}
    board.publish(frame, pid=41, host="here")
    assert board.newest()["frame"] == frame
    assert board.newest(after=6)["frame"] == frame
    seen = board.newest(after=7)
    assert seen["frame"] is None
    assert seen["worker"]["alive"]
    assert (seen["worker"]["pid"], seen["worker"]["host"]) == (41, "here")
    assert seen["worker"]["heartbeat_age_s"] < 3
    assert board.last_number() == 7
    # A number beyond the newest means that numbering began anew.
    assert board.newest(after=1000)["frame"] == frame
    board.heartbeat(pid=42, host="there")
    assert board.newest()["worker"]["pid"] == 42
    assert board.newest()["frame"] == frame


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({}, "frame.number = None is not allowed; use a whole number from 1 to"),
        ({"number": 0}, "frame.number = 0 is not allowed; use a whole number from 1 to"),
        ({"number": 1, "rates": [math.nan]}, "frame 1 cannot be shown: Out of range float values"),
        ({"number": 1, "raster": "x" * 4_000_001}, "use at most 4,000,000."),
    ],
)
def test_a_frame_that_nobody_could_read_is_refused(board, frame, said):
    with pytest.raises(ParameterError) as caught:
        board.publish(frame, 1, "here")
    assert said in str(caught.value)
    assert board.newest()["frame"] is None


def test_a_worker_that_is_silent_is_not_alive(board):
    board.publish({"number": 1}, 1, "here")
    with psycopg.connect(board.pool._url) as connection:
        connection.execute("UPDATE live_frame SET heartbeat = now() - interval '4 seconds'")
    worker = board.newest()["worker"]
    assert not worker["alive"]
    assert 4 <= worker["heartbeat_age_s"] < 60


def test_somebody_watching_is_noted(board):
    assert board.watched_s() is None
    board.note_watched()
    assert 0 <= board.watched_s() < 60


def test_everything_goes_on_when_the_server_was_away():
    from support.postgres_server import postgres_server

    with (
        postgres_server() as server,
        LiveBoard(server.database("live", "template_hal9")) as board,
    ):
        board.command({"drive": 2}, "ada")
        board.publish({"number": 3}, 1, "here")
        server.stop()
        with pytest.raises(StoreUnavailableError, match="does not answer; is the server running"):
            board.desired()
        server.start()
        assert board.desired()["drive"] == 2.0
        board.publish({"number": 4}, 1, "here")
        assert board.newest()["frame"] == {"number": 4}
        # Down and up between two questions: the connection that broke is not handed out.
        server.stop()
        server.start()
        assert board.desired()["drive"] == 2.0
