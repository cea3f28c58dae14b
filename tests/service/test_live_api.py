"""Watching and steering the live simulation over HTTP."""

import pytest

from hal9lib.stores.postgres_live import LiveBoard


@pytest.fixture
def board(api):
    with LiveBoard(api.store_url) as board:
        yield board


def test_what_one_steers_all_see(writer, reader, board):
    before = reader.get("/live").json()["desired"]
    steered = writer.post("/live/commands", json={"action": "pause", "drive": 1.5})
    assert steered.status_code == 200
    after = reader.get("/live").json()["desired"]
    assert after == steered.json()["desired"] == board.desired()
    assert (after["status"], after["drive"]) == ("paused", 1.5)
    assert after["revision"] == before["revision"] + 1
    assert after["generation"] == before["generation"]
    again = writer.post("/live/commands", json={"action": "reset"}).json()["desired"]
    assert again["generation"] == before["generation"] + 1


def test_it_is_kept_and_logged_who_steered(api, writer, reader):
    user = writer.get("/me").json()["owner"]
    writer.post("/live/commands", json={"inhibition": 2})
    newest = reader.get("/live/commands", params={"limit": 1}).json()["commands"]
    assert [(one["user"], one["command"]) for one in newest] == [(user, {"inhibition": 2.0})]
    logged = [line for line in api.lines() if line["event"] == "live_command"]
    assert [line["command"] for line in logged if line["user"] == user] == [{"inhibition": 2.0}]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"action": "explode"}', "action = 'explode' is not allowed: input should be 'start',"),
        (
            b'{"drive": 3.01}',
            "drive = 3.01 is not allowed: input should be less than or equal to 3",
        ),
        (b'{"drive": -1}', "drive = -1 is not allowed: input should be greater than or equal to 0"),
        (b'{"drive": NaN}', "drive = nan is not allowed: input should be a finite number."),
        (b'{"drive": 1e999}', "drive = inf is not allowed: input should be a finite number."),
        (b'{"drive": "1"}', "drive = '1' is not allowed: input should be a valid number."),
        (b'{"drive": true}', "drive = True is not allowed: input should be a valid number."),
        (b'{"speed": 1}', "speed = 1 is not allowed: extra inputs are not permitted."),
        (b"{}", "a command is empty; use action, drive or inhibition."),
        (b"[]", "is not allowed: input should be a valid dictionary"),
        (b"{", "the body is no JSON"),
        (b"", "the body is missing."),
    ],
)
def test_what_is_no_command_changes_nothing(writer, board, body, said):
    before = board.desired()
    headers = {"Content-Type": "application/json"}
    answer = writer.post("/live/commands", content=body, headers=headers)
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert board.desired() == before


def test_a_frame_is_given_once_and_as_the_worker_wrote_it(reader, board):
    number = board.last_number() + 1
    frame = {"number": number, "rates": {"E": [0.1, 1e-7, 2.0]}, "raster": {"counts": "AAEC"}}
    board.publish(frame, pid=7, host="here")
    seen = reader.get("/live").json()
    assert seen["frame"] == frame
    assert seen["worker"]["alive"]
    assert (seen["worker"]["pid"], seen["worker"]["host"]) == (7, "here")
    assert reader.get("/live", params={"after": number - 1}).json()["frame"] == frame
    assert reader.get("/live", params={"after": number}).json()["frame"] is None
    assert reader.get("/live", params={"after": "x"}).status_code == 422


def test_whoever_looks_keeps_it_going(reader, board):
    reader.get("/live")
    assert board.watched_s() < 60
