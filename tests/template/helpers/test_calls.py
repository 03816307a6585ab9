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


def test_reports_an_unknown_result_with_a_fix():
    diagnostics = []

    result = Ambient(report=diagnostics.append).report_unknown("soon", "it is not documented")

    assert (result, diagnostics) == (
        UNDEFINED,
        [
            Diagnostic(
                "KNB308",
                Severity.WARNING,
                "",
                "the result of `soon` is unknown: it is not documented.",
                'pass helpers={"soon": …}.',
            )
        ],
    )


def test_logs_a_diagnostic_by_default(caplog):
    with caplog.at_level(logging.WARNING, "kustomer_nb.template"):
        Ambient().report_unknown("soon", "it is not documented")

    assert "KNB308 the result of `soon`" in caplog.text


def test_reads_the_clock_in_utc_by_default():
    before = datetime.now(UTC)

    now = Ambient().now()

    assert (now.tzinfo, before <= now <= datetime.now(UTC)) == (UTC, True)


def test_counts_the_arguments_it_ignores():
    diagnostics = []
    ambient = Ambient(report=diagnostics.append)

    ambient.report_extra("one", (1,))
    ambient.report_extra("two", (1, 2))

    assert [diagnostic.message.partition(": ")[2] for diagnostic in diagnostics] == [
        "1 argument is not documented, and ignored here.",
        "2 arguments are not documented, and ignored here.",
    ]


def test_writes_nothing_for_a_value_nested_too_deep():
    deep = nested(100_000)

    written = text(deep)

    assert written == ""
