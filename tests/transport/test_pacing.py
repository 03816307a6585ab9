"""Requests are spaced so that a sliding window never counts too many, and do what the service asks."""

from __future__ import annotations

from bisect import bisect_right
from random import Random

import pytest

from kustomer_nb.transport.pacing import CUT, Pacer
from kustomer_nb.transport.rates import Rate, parse_rate, parse_rates


def turns(pacer: Pacer, until: float, *, late: float = 0.0, seed: int = 1) -> list[float]:
    """Return when a pacer lets requests go, asked by a timer that may be late."""
    random, now, times = Random(seed), 0.0, []
    while now < until:
        seconds = pacer.take(now)
        if seconds:
            now += seconds + random.random() * late
        else:
            times.append(now)
    return times


def busiest(times: list[float], seconds: float) -> int:
    """Return the most that any window has."""
    ordered = sorted(times)
    return max(at + 1 - bisect_right(ordered, time - seconds) for at, time in enumerate(ordered))


@pytest.mark.parametrize("text", ["1/s", "2/s", "5/s", "50/s", "400/s", "1000/min", "60/min", "3/h"])
@pytest.mark.parametrize("late", [0.0, 0.002, 0.02, 0.2])
def test_no_window_at_the_service_counts_more_than_the_rate(text: str, late: float) -> None:
    rate = parse_rate(text)
    times = turns(Pacer([rate]), rate.seconds * 3, late=late)
    random = Random(7)

    # Up to 30 ms between permission and arrival.
    arrivals = [time + random.random() * 0.03 for time in times]

    assert busiest(arrivals, rate.seconds) <= rate.limit


@pytest.mark.parametrize("text", ["50/s", "1000/min", "100/s"])
def test_a_timer_that_is_late_costs_less_than_a_twentieth_of_the_rate(text: str) -> None:
    rate = parse_rate(text)

    sent = len(turns(Pacer([rate]), 240.0, late=0.01))

    assert sent / 240.0 >= 0.95 * rate.limit / rate.seconds


def test_what_is_caught_up_with_after_a_stall_stays_within_the_rate() -> None:
    pacer, now, times = Pacer([Rate(50, 1.0)]), 0.0, []
    while now < 6.0:
        seconds = pacer.take(now)
        if seconds:
            # A busy machine wakes up late, now and then.
            now += seconds + (0.09 if len(times) in (60, 110, 160) else 0.0)
        else:
            times.append(now)

    assert busiest(times, 1.03) <= 50
    assert len(times) >= 0.9 * 50 * 6


def test_nothing_is_sent_in_a_burst_after_a_pause() -> None:
    pacer = Pacer([Rate(10, 1.0)])
    assert pacer.take(0.0) == 0.0

    granted = [now for now in (100.0, 100.0, 100.01, 100.1) if pacer.take(now) == 0.0]

    assert granted == [100.0]


def test_the_slowest_of_several_rates_counts() -> None:
    times = turns(Pacer(parse_rates("50/s, 1000/min")), 120.0)

    assert busiest(times, 60.0) <= 1000
    assert busiest(times, 1.0) <= 18
    assert len(times) >= 2 * 0.98 * 1000


def test_without_a_rate_nothing_waits() -> None:
    pacer = Pacer()

    assert [pacer.take(1.0) for _ in range(1000)] == [0.0] * 1000


def test_retry_after_holds_everything_until_its_end() -> None:
    pacer = Pacer([Rate(10, 1.0)])
    pacer.take(0.0)

    pacer.refuse(0.0, 0.05, {"retry-after": "7"})

    assert pacer.take(1.0) == pytest.approx(6.05)
    assert pacer.take(7.05) == 0.0
    assert pacer.take(7.05) == pytest.approx(0.125 / CUT)


def test_the_rate_is_cut_once_for_all_that_was_on_its_way() -> None:
    pacer = Pacer([Rate(100, 1.0)])

    for sent in (0.0, 0.01, 0.02, 0.03):
        pacer.refuse(sent, 0.1, {"retry-after": "1"})

    assert pacer.factor(1.1) == CUT
    assert pacer.refusals == 1


def test_a_429_after_the_hold_cuts_the_rate_again() -> None:
    pacer = Pacer([Rate(100, 1.0)])
    pacer.refuse(0.0, 0.1, {"retry-after": "1"})

    pacer.refuse(1.2, 1.3, {"retry-after": "1"})

    assert pacer.factor(2.3) == pytest.approx(CUT * CUT, rel=0.01)
    assert pacer.refusals == 2


def test_a_cut_rate_comes_back_within_half_a_minute_and_never_beyond_what_was_told() -> None:
    pacer = Pacer([Rate(100, 1.0)])
    pacer.refuse(0.0, 0.0, {"retry-after": "0"})

    factors = [pacer.factor(float(second)) for second in range(0, 31, 3)]

    assert factors == sorted(factors)
    assert factors[0] == CUT
    assert factors[-1] == 1.0


def test_without_retry_after_the_pauses_grow() -> None:
    pacer, now, waits = Pacer([Rate(100, 1.0)]), 0.0, []
    for _ in range(4):
        pacer.refuse(now, now + 0.01)
        waits.append(pacer.take(now + 0.01))
        now += 0.01 + waits[-1]

    assert waits == pytest.approx([0.5, 1.0, 2.0, 4.0])


def test_who_told_no_rate_is_slowed_below_what_was_refused() -> None:
    pacer = Pacer()
    times = [at / 200 for at in range(200)]
    for time in times:
        pacer.take(time)

    pacer.refuse(times[-1], 1.0, {"retry-after": "1"})

    assert pacer.spacing(2.0) == pytest.approx(1 / 200 / CUT, rel=0.01)


def test_other_answers_end_a_row_of_refusals() -> None:
    pacer = Pacer([Rate(100, 1.0)])
    pacer.refuse(0.0, 0.1)

    pacer.learn(1.0, {})

    assert pacer.refusals == 0


@pytest.mark.parametrize("prefix", ["x-ratelimit-", "ratelimit-", "X-RateLimit-".lower(), "x-rate-limit-"])
def test_what_is_left_of_a_window_is_spread_over_it(prefix: str) -> None:
    pacer = Pacer([Rate(100, 1.0)])

    pacer.learn(0.0, {f"{prefix}remaining": "22", f"{prefix}reset": "10"})

    assert pacer.spacing(0.0) == 0.5
    assert pacer.spacing(10.0) == pytest.approx(1 / 97)


def test_a_window_without_any_left_is_waited_for() -> None:
    pacer = Pacer([Rate(100, 1.0)])
    date = "Thu, 01 Jan 2026 00:00:00 GMT"

    pacer.learn(5.0, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225612", "date": date})

    assert pacer.take(5.0) == pytest.approx(12.0)


def test_a_quota_of_a_day_does_not_slow_a_batch_that_it_has_room_for() -> None:
    pacer = Pacer([Rate(100, 1.0)])

    pacer.learn(0.0, {"x-ratelimit-remaining": "5000", "x-ratelimit-reset": "80000"})

    assert pacer.spacing(0.0) == pytest.approx(1 / 97)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "3"},
        {"x-ratelimit-remaining": "3"},
        {"x-ratelimit-remaining": "3", "x-ratelimit-reset": "soon"},
        {"x-ratelimit-remaining": "²", "x-ratelimit-reset": "3"},
        {"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "-5"},
    ],
    ids=str,
)
def test_headers_that_say_nothing_change_nothing(headers: dict[str, str]) -> None:
    pacer = Pacer([Rate(100, 1.0)])

    pacer.learn(0.0, headers)

    assert pacer.take(0.0) == 0.0
    assert pacer.spacing(0.0) == pytest.approx(1 / 97)


@pytest.mark.parametrize("text", ["", "50", "0/s", "50/day", "fifty/s", "5.5/s", "-5/s", "50/s/s"])
def test_what_is_not_a_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


@pytest.mark.parametrize("rates", [50, [50], object()])
def test_a_number_is_not_a_rate(rates: object) -> None:
    with pytest.raises(TypeError):
        parse_rates(rates)  # type: ignore[arg-type]
