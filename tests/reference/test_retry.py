"""Whether and when to retry a request, by the status and headers of the provider."""

import time

import pytest

from llm_reference.models.openai.retry import is_transient, seconds

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
THEN = 784111777.0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "60"}, 60),
        ({"retry-after": "61"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": DATE}, 10),
    ],
)
def test_the_headers_of_the_provider_decide(headers: dict[str, str], wait: float | None) -> None:
    assert seconds(3, headers, now=THEN - 10) == wait


@pytest.mark.parametrize("date", [DATE, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_each_date_format_of_http_is_in_utc_in_any_time_zone(
    date: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert seconds(0, {"retry-after": date}, now=THEN - 10) == 10
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_in_the_past_means_now() -> None:
    assert seconds(0, {"retry-after": DATE}, now=THEN + 5) == 0


@pytest.mark.parametrize("value", ["", "soon", "nan", "-1", "1e3", "1_0", "inf", "Sun, 99 Nov 1994 08:49:37 GMT", "²"])
def test_a_value_that_is_not_a_time_is_ignored(value: str) -> None:
    assert seconds(0, {"retry-after": value, "retry-after-ms": value}, now=THEN) == 0.5


def test_each_wait_is_twice_the_last_one_up_to_a_limit() -> None:
    assert [seconds(attempt, {}, now=THEN) for attempt in range(6)] == [0.5, 1, 2, 4, 8, 8]


def test_many_attempts_do_not_wait_longer() -> None:
    assert seconds(10_000, {}, now=THEN) == 8


@pytest.mark.parametrize(
    ("status", "may_pass"),
    [(400, False), (401, False), (404, False), (408, True), (409, True), (429, True), (500, True)],
)
def test_only_some_statuses_are_transient(status: int, may_pass: bool) -> None:  # noqa: FBT001  # an expectation
    assert is_transient(status) is may_pass
