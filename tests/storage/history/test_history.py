from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import reporting
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.storage import history
from kustomer_nb.storage.history import Entry, History, read_history

AT = datetime(2034, 1, 2, 9, tzinfo=UTC)


def entry(number: int, **fields: Any) -> Entry:
    members = {
        "action": "kustomer.app.shop.find",
        "request": {"method": "GET", "url": f"https://api.shop.com/orders/{number}"},
        "response": {"statusCode": 200, "headers": {}, "body": {}},
        "inputs": {"id": number},
        "output": {"id": number},
        **fields,
    }
    return Entry(at=AT + timedelta(minutes=number), **members)


ENTRIES = (
    entry(4, response=None, output=None, outcome="unknown", error="KNB804 no answer", action="a.refund"),
    entry(3, response={"statusCode": 404}, output={"id": "none"}),
    entry(2, mode="replay", profile="live", inputs={"id": 2, "note": 'They say "hi"\n'}),
    entry(1, inputs={"id": 1, "note": "<b>late</b>"}),
)


def runs(*, rerun: Any = lambda entry, arguments: (entry, arguments)) -> History:
    return History(ENTRIES, rerun=rerun)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        pytest.param({}, [4, 3, 2, 1], id="everything"),
        pytest.param({"text": "LATE"}, [1], id="a text of the inputs, in any case"),
        pytest.param({"text": "/orders/3"}, [3], id="a text of the address"),
        pytest.param({"text": "KNB804"}, [4], id="a text of the error"),
        pytest.param({"text": 'say "hi"\n'}, [2], id="a text that JSON escapes"),
        pytest.param({"text": "statusCode"}, [3, 2, 1], id="a key"),
        pytest.param({"text": "outcome"}, [], id="no name of what every run has"),
        pytest.param({"action": "find"}, [3, 2, 1], id="the tail of an action"),
        pytest.param({"action": "ind"}, [], id="no part of a name"),
        pytest.param({"status": 404}, [3], id="a status"),
        pytest.param({"status": "2xx"}, [2, 1], id="a class"),
        pytest.param({"outcome": "unknown"}, [4], id="an outcome"),
        pytest.param({"mode": "replay"}, [2], id="a mode"),
        pytest.param({"since": AT + timedelta(minutes=3)}, [4, 3], id="a time"),
        pytest.param({"since": datetime(2034, 1, 2, 9, 3)}, [4, 3], id="a time without a zone"),
        pytest.param({"status": 200, "mode": "live"}, [1], id="two things at once"),
    ],
)
def test_finds_runs_that_match_every_argument(arguments: Any, ids: list[int]) -> None:
    assert [entry_.inputs["id"] for entry_ in runs().find(**arguments)] == ids


def test_slices_are_histories() -> None:
    assert repr(runs()[:2]) == "<History: 2 runs, 1 without a response>"


def test_compares_the_outputs_of_two_runs() -> None:
    assert runs().diff(3, 2).summary == "1 changed"


def test_runs_an_entry_again_with_arguments() -> None:
    assert runs().run(3, mode="live") == (ENTRIES[3], {"mode": "live"})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"is_redacted": True}, "hold a label in place of a value", id="hidden"),
        pytest.param({"truncated": ("output", "inputs")}, "were too large to store", id="too large"),
    ],
)
def test_an_incomplete_entry_is_not_run_again(fields: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        History([entry(1, **fields)], rerun=pytest.fail).run(0)


def test_an_output_that_was_not_stored_is_not_compared() -> None:
    history_ = History([entry(1), entry(2, output=None, truncated=("output",))], rerun=print)

    with pytest.raises(InputError, match="KNB823 the output of run 1 was too large to store"):
        history_.diff(0, 1)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"at": "no time"}, id="a time that is none"),
        pytest.param({"at": 5}, id="a number for a time"),
        pytest.param({"at": "0001-01-01T00:00:00+09:00"}, id="a time before all"),
        pytest.param({"action": 7}, id="a number for a name"),
        pytest.param({"mode": None}, id="no mode"),
        pytest.param({"request": 5}, id="a number for a request"),
        pytest.param({"response": "late"}, id="a text for a response"),
        pytest.param({"response": {"statusCode": "200"}}, id="a text for a status"),
        pytest.param({"outcome": ["failed"]}, id="a list for an outcome"),
        pytest.param({"truncated": [5]}, id="a number for a truncated part"),
        pytest.param({"seed": "5"}, id="a string for a seed"),
        pytest.param({"elapsed": True}, id="true for a number"),
        pytest.param({"is_redacted": "yes"}, id="a string for true"),
        # The keys of an earlier format: read without is_hidden, a run with labels would be run again.
        pytest.param({"is_hidden": True}, id="is_hidden of an earlier format"),
        pytest.param({"said": "KNB804"}, id="said of an earlier format"),
        pytest.param({"cut": ["inputs"]}, id="cut of an earlier format"),
    ],
)
def test_a_damaged_line_is_skipped_and_counted(broken: Any, tmp_path: Path) -> None:
    history.append(tmp_path, {"version": 1, "at": AT.isoformat(), **broken})

    history_ = read_history(tmp_path, rerun=print)

    assert (len(history_), history_.skipped) == (0, 1)


@pytest.mark.parametrize("at", ["2034-01-02T09:00:00", "2034-01-02T11:00:00+02:00"])
def test_times_are_utc_whatever_zone_a_line_names(at: str, tmp_path: Path) -> None:
    history.append(tmp_path, {"version": 1, "at": at})

    assert f"{read_history(tmp_path, rerun=print)[0].at}" == "2034-01-02 09:00:00+00:00"


def test_the_number_of_unreadable_lines_is_shown() -> None:
    history_ = History(ENTRIES, rerun=print, skipped=2).find(status=404)

    assert reporting.text(history_).splitlines()[-1] == "2 lines of the file cannot be read"
    assert "2 lines of the file cannot be read" in reporting.html(history_)


def test_entries_are_read_newest_first_and_damaged_lines_counted(tmp_path: Path) -> None:
    for number in (1, 2):
        history.append(tmp_path, {"version": 1, "at": AT.isoformat(), "action": f"a{number}"})
    history.append(tmp_path, {"version": 2, "at": AT.isoformat()})
    history.append(tmp_path, {"version": 1, "at": "no time"})
    with (tmp_path / ".kustomer-nb" / "history.jsonl").open("ab") as file:
        file.write(b'{"version":1,"at"')

    history_ = read_history(tmp_path, rerun=print)

    assert [entry_.action for entry_ in history_] == ["a2", "a1"]
    assert history_.skipped == 3


def test_no_file_is_no_history(tmp_path: Path) -> None:
    assert repr(read_history(tmp_path, rerun=print)) == "<History: 0 runs>"


def test_one_run_is_singular() -> None:
    assert repr(runs()[1:2]) == "<History: 1 run>"


def test_the_text_fits_eighty_columns() -> None:
    lines = reporting.text(runs(), width=80).splitlines()

    assert lines[:3] == [
        "History: 4 runs, 1 without a response",
        "   0  2034-01-02 09:04:00  unknown                           refund",
        "      GET https://api.shop.com/orders/4",
    ]
    long = History([entry(1, request={"method": "GET", "url": "https://" + "x" * 99})], rerun=print)

    assert max(map(len, lines)) <= 80
    assert reporting.text(long, width=80).splitlines()[2].endswith("x…")
    assert len(reporting.text(long, width=80).splitlines()[2]) == 80


def test_the_text_of_a_run_shows_inputs_and_output_or_error() -> None:
    assert '"note": "<b>late</b>"' in reporting.text(ENTRIES[3])
    assert "KNB804 no answer" in reporting.text(ENTRIES[0])
    assert "Profile live" in reporting.text(ENTRIES[2])


def test_the_html_is_a_table_that_escapes() -> None:
    html = reporting.html(History([entry(1, action="x.<i>")], rerun=print))

    assert '<th scope="row">0</th>' in html
    assert "&lt;i&gt;" in html
    assert "<i>" not in html


def test_the_json_has_every_field() -> None:
    first = reporting.as_json(runs())[1]

    assert (first["at"], first["response"], first["truncated"]) == (
        "2034-01-02T09:03:00+00:00",
        {"statusCode": 404},
        [],
    )


def test_search_results_keep_their_numbers() -> None:
    matches = runs().find(mode="replay")

    assert matches.numbers == (2,)
    assert matches.run(2) == (matches[0], {})
    assert runs()[1:].numbers == (1, 2, 3)


def test_a_missing_number_lists_the_existing_ones() -> None:
    with pytest.raises(
        NameNotFoundError, match=r"KNB829 there is no run 0 here. Fix: use one of 2; 0 is the"
    ):
        runs().find(mode="replay").run(0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        pytest.param(
            {"outcome": "unkown"}, ValueError, "use completed, sample, failed, cancelled or", id="outcome"
        ),
        pytest.param(
            {"status": "banana"}, ValueError, "status: 'banana' is not valid; use 404 or 4xx", id="status"
        ),
        pytest.param({"since": "yesterday"}, TypeError, "since: 'yesterday' is not a datetime", id="since"),
    ],
)
def test_an_invalid_filter_is_rejected(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        runs().find(**arguments)


def test_the_redirected_host_is_shown_next_to_the_url() -> None:
    sent = entry(1, sent_to="http://127.0.0.1:8000", profile="sandbox", mode="record")

    assert "orders/1 (redirected to http://127.0.0.1:8000)" in reporting.text(sent)
    assert "sandbox, record" in reporting.text(History([sent], rerun=print))
