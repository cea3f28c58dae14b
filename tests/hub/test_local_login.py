"""Passwords and the pace of guessing, without a hub."""

import pytest

from hub_config.local_login import FREE_FAILURES, LONGEST_WAIT_S, Failures, password_fits

HERE = ("researcher", "127.0.0.1")


@pytest.mark.parametrize(
    ("expected", "given", "fits"),
    [
        (None, "", False),
        (None, "x", False),
        ("", "", False),
        ("abc", "", False),
        ("abc", "ab", False),
        ("abc", "abcd", False),
        ("abc", "ABC", False),
        ("abc", "abc\x00", False),
        ("abc", "äbc", False),
        ("abc", "abc", True),
    ],
)
def test_only_the_password_fits(expected: str | None, given: str, fits: bool) -> None:
    assert password_fits(expected, given) is fits


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_waits_double_up_to_a_minute(clock: Clock) -> None:
    failures = Failures(clock)
    waits = []
    for _ in range(FREE_FAILURES + 9):
        failures.add(HERE)
        waits.append(failures.wait_s(HERE))
    assert waits[: FREE_FAILURES - 1] == [0.0] * (FREE_FAILURES - 1)
    assert waits[FREE_FAILURES - 1 :][:4] == [1.0, 2.0, 4.0, 8.0]
    assert waits[-1] == LONGEST_WAIT_S


def test_the_turn_comes_with_time_and_a_success_forgets(clock: Clock) -> None:
    failures = Failures(clock)
    for _ in range(FREE_FAILURES + 1):
        failures.add(HERE)
    assert failures.wait_s(HERE) == 2.0
    clock.now = 2.0
    assert failures.wait_s(HERE) == 0.0
    failures.forget(HERE)
    failures.add(HERE)
    assert failures.wait_s(HERE) == 0.0


@pytest.mark.parametrize("other", [("viewer", "127.0.0.1"), ("researcher", "10.0.0.9")])
def test_one_users_failures_hold_up_nobody_else(clock: Clock, other: tuple[str, str]) -> None:
    failures = Failures(clock)
    for _ in range(FREE_FAILURES + 3):
        failures.add(HERE)
    assert failures.wait_s(HERE) > 0
    assert failures.wait_s(other) == 0.0


def test_the_memory_for_names_has_an_end(clock: Clock) -> None:
    failures = Failures(clock)
    for number in range(10_050):
        failures.add((f"name {number}", "127.0.0.1"))
    assert len(failures._seen) == 10_000
