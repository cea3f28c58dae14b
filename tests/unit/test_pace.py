"""The pace: never ahead of real time, no catching up after a delay, and honest numbers."""

import pytest

from hal9lib.jobs.pace import MAX_DEBT_S, MEAN_OVER_S, Pace


def worked(pace: Pace, now_s: float, model_s: float, busy_s: float, times: int) -> float:
    """Work that takes `busy_s` and waits until the next piece is due, `times` times."""
    for _ in range(times):
        now_s += busy_s
        pace.moved(now_s, model_s, busy_s)
        now_s += pace.due_s(now_s)
    return now_s


def test_a_fast_simulation_is_held_to_real_time():
    pace = Pace()
    pace.start(0.0)
    end_s = worked(pace, 0.0, model_s=0.02, busy_s=0.005, times=200)
    assert end_s == pytest.approx(200 * 0.02)
    assert pace.speed == pytest.approx(1.0, rel=0.02)
    assert pace.capability == pytest.approx(4.0)


def test_a_slow_one_is_never_made_to_wait():
    pace = Pace()
    pace.start(0.0)
    end_s = worked(pace, 0.0, model_s=0.02, busy_s=0.05, times=100)
    assert end_s == pytest.approx(100 * 0.05)
    assert pace.speed == pytest.approx(0.4, rel=0.02)
    assert pace.capability == pytest.approx(0.4)


def test_on_a_busy_machine_speed_and_capability_differ():
    pace = Pace()
    pace.start(0.0)
    now_s = 0.0
    for _ in range(100):
        now_s += 0.1  # 0.02 s of it were spent computing, the rest was taken by others
        pace.moved(now_s, 0.02, 0.02)
    assert pace.speed == pytest.approx(0.2, rel=0.02)
    assert pace.capability == pytest.approx(1.0)


def test_after_a_delay_it_does_not_catch_up():
    pace = Pace()
    pace.start(0.0)
    now_s = worked(pace, 0.0, 0.02, 0.005, times=50)
    pace.moved(now_s + 30.0, 0.02, 0.005)  # the process was stopped for half a minute
    assert pace.due_s(now_s + 30.0) == 0.0
    waits = 0.0
    now_s += 30.0
    for _ in range(100):
        now_s += 0.001
        pace.moved(now_s, 0.02, 0.001)
        wait_s = pace.due_s(now_s)
        waits += wait_s
        now_s += wait_s
    assert waits >= 100 * 0.019 - MAX_DEBT_S - 0.02


def test_the_mean_forgets_what_is_long_past():
    pace = Pace()
    pace.start(0.0)
    now_s = worked(pace, 0.0, 0.02, 0.2, times=50)
    slow = pace.speed
    worked(pace, now_s, 0.02, 0.005, times=int(1.5 * MEAN_OVER_S / 0.02))
    assert slow == pytest.approx(0.1, rel=0.1)
    assert pace.speed == pytest.approx(1.0, rel=0.1)


def test_the_first_piece_of_work_does_not_look_faster_than_time():
    pace = Pace()
    pace.start(0.0)
    pace.moved(0.001, 0.02, 0.001)
    assert pace.speed == pytest.approx(1.0)
    assert pace.capability == pytest.approx(20.0)


def test_before_any_work_there_is_no_speed():
    pace = Pace()
    assert (pace.speed, pace.capability) == (0.0, 0.0)
    pace.start(5.0)
    assert (pace.speed, pace.capability) == (0.0, 0.0)
