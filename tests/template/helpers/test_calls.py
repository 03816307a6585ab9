import logging
from datetime import UTC, datetime

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.helpers import Ambient
from kustomer_nb.template.helpers.calls import text


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def test_reports_what_is_not_known_with_a_way_out():
    found = []

    result = Ambient(report=found.append).not_known("soon", "nobody says")

    assert (result, found) == (
        UNDEFINED,
        [
            Diagnostic(
                "KNB308",
                Severity.WARNING,
                "",
                "what `soon` gives is not known here: nobody says.",
                "pass helpers= with one of your own.",
            )
        ],
    )


def test_tells_the_log_when_nobody_listens(caplog):
    with caplog.at_level(logging.WARNING, "kustomer_nb.template"):
        Ambient().not_known("soon", "nobody says")

    assert "KNB308 what `soon` gives" in caplog.text


def test_reads_the_clock_in_utc_when_no_time_is_handed_in():
    before = datetime.now(UTC)

    now = Ambient().now()

    assert (now.tzinfo, before <= now <= datetime.now(UTC)) == (UTC, True)


def test_counts_the_arguments_it_leaves_aside():
    found = []
    ambient = Ambient(report=found.append)

    ambient.only("one", (1,))
    ambient.only("two", (1, 2))

    assert [one.message.partition(": ")[2] for one in found] == [
        "one argument is more than is public, left aside here.",
        "2 arguments are more than is public, left aside here.",
    ]


def test_writes_nothing_for_a_value_nested_too_deep():
    deep = nested(100_000)

    written = text(deep)

    assert written == ""
