import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import KustomerNbError, TemplateError

ERROR = Diagnostic("KNB201", Severity.ERROR, "/name", "The name is missing.", "write one.")
WARNING = Diagnostic("KNB404", Severity.WARNING, "", "qs is a string.", span=Span.from_offsets("a\nbc", 3))
HINT = Diagnostic("KNB303", Severity.HINT, "", "Odd.")
DIAGNOSTICS = Diagnostics([ERROR, WARNING, HINT, ERROR], text="a\nbc")


@pytest.mark.parametrize(
    ("diagnostic", "text"),
    [
        pytest.param(ERROR, "/name: KNB201 The name is missing. Fix: write one.", id="by pointer"),
        pytest.param(WARNING, "line 2, column 2: KNB404 qs is a string.", id="by line and column"),
        pytest.param(HINT, "KNB303 Odd.", id="of the whole"),
        pytest.param(
            Diagnostic("KNB101", Severity.ERROR, "/a", "Bad.", span=Span(0, 1, 1, 1)),
            "line 1, column 1 /a: KNB101 Bad.",
            id="by both",
        ),
    ],
)
def test_a_diagnostic_says_where_what_and_the_fix(diagnostic, text):
    message = str(diagnostic)

    assert message == text


@settings(deadline=None)
@given(st.text("a\n\r", max_size=20), st.integers(0, 20))
def test_a_span_counts_lines_as_an_editor_does(text, start):
    span = Span.from_offsets(text, min(start, len(text)))

    before = text[: span.start].split("\n")
    assert (span.line, span.column) == (len(before), len(before[-1]) + 1)
    assert span.end == span.start + 1


def test_a_span_may_have_an_end():
    span = Span.from_offsets("abc", 1, 3)

    assert span == Span(start=1, end=3, line=1, column=2)


def test_diagnostics_are_a_sequence():
    assert (len(DIAGNOSTICS), DIAGNOSTICS[0], list(DIAGNOSTICS)[-1]) == (4, ERROR, ERROR)
    assert isinstance(DIAGNOSTICS[1:3], Diagnostics)
    assert (DIAGNOSTICS[1:3].codes, DIAGNOSTICS[1:3].text) == (["KNB404", "KNB303"], "a\nbc")


def test_diagnostics_are_selected_by_severity():
    assert (DIAGNOSTICS.errors.codes, DIAGNOSTICS.warnings.codes) == (["KNB201", "KNB201"], ["KNB404"])
    assert DIAGNOSTICS.with_severity(Severity.HINT).codes == ["KNB303"]
    assert DIAGNOSTICS.errors.text == "a\nbc"


def test_diagnostics_show_their_counts():
    assert repr(DIAGNOSTICS) == "<Diagnostics: 2 errors, 1 warning, 1 hint>"
    assert (Diagnostics().summary, bool(Diagnostics())) == ("no problems", False)


def test_diagnostics_are_equal_by_value():
    same = Diagnostics(list(DIAGNOSTICS))

    assert same == DIAGNOSTICS
    assert hash(same) == hash(DIAGNOSTICS)
    assert same != Diagnostics([ERROR])
    assert same != list(DIAGNOSTICS)


def test_an_error_carries_every_diagnostic():
    error = KustomerNbError([ERROR, HINT])

    assert str(error) == f"{ERROR}\n{HINT}"
    assert error.diagnostics == Diagnostics([ERROR, HINT])
    assert KustomerNbError(DIAGNOSTICS).diagnostics is DIAGNOSTICS


@pytest.mark.parametrize(
    ("diagnostic", "position"),
    [pytest.param(WARNING, (2, 2), id="with a span"), pytest.param(HINT, (1, 1), id="without one")],
)
def test_a_template_error_has_a_line_and_a_column(diagnostic, position):
    error = TemplateError([diagnostic])

    assert (error.line, error.column) == position
