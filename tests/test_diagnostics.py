import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import KustomerNbError, TemplateError

ERROR = Diagnostic("KNB201", Severity.ERROR, "/name", "The name is missing.", "write one.")
WARNING = Diagnostic("KNB404", Severity.WARNING, "", "qs is a string.", span=Span.of("a\nbc", 3))
HINT = Diagnostic("KNB303", Severity.HINT, "", "Odd.")
FOUND = Diagnostics([ERROR, WARNING, HINT, ERROR], text="a\nbc")


@pytest.mark.parametrize(
    ("found", "text"),
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
def test_a_diagnostic_says_where_what_and_the_way_out(found, text):
    said = str(found)

    assert said == text


@settings(deadline=None)
@given(st.text("a\n\r", max_size=20), st.integers(0, 20))
def test_a_span_counts_lines_as_an_editor_does(text, start):
    span = Span.of(text, min(start, len(text)))

    before = text[: span.start].split("\n")
    assert (span.line, span.column) == (len(before), len(before[-1]) + 1)
    assert span.end == span.start + 1


def test_a_span_may_have_an_end():
    span = Span.of("abc", 1, 3)

    assert span == Span(start=1, end=3, line=1, column=2)


def test_diagnostics_are_a_sequence():
    assert (len(FOUND), FOUND[0], list(FOUND)[-1]) == (4, ERROR, ERROR)
    assert isinstance(FOUND[1:3], Diagnostics)
    assert (FOUND[1:3].codes, FOUND[1:3].text) == (["KNB404", "KNB303"], "a\nbc")


def test_diagnostics_are_told_by_severity():
    assert (FOUND.errors.codes, FOUND.warnings.codes) == (["KNB201", "KNB201"], ["KNB404"])
    assert FOUND.of(Severity.HINT).codes == ["KNB303"]
    assert FOUND.errors.text == "a\nbc"


def test_diagnostics_tell_their_counts():
    assert repr(FOUND) == "<Diagnostics: 2 errors, 1 warning, 1 hint>"
    assert (Diagnostics().summary, bool(Diagnostics())) == ("nothing found", False)


def test_diagnostics_are_equal_by_what_was_found():
    same = Diagnostics(list(FOUND))

    assert same == FOUND
    assert hash(same) == hash(FOUND)
    assert same != Diagnostics([ERROR])
    assert same != list(FOUND)


def test_an_error_carries_every_diagnostic():
    error = KustomerNbError([ERROR, HINT])

    assert str(error) == f"{ERROR}\n{HINT}"
    assert error.diagnostics == Diagnostics([ERROR, HINT])
    assert KustomerNbError(FOUND).diagnostics is FOUND


@pytest.mark.parametrize(
    ("found", "place"),
    [pytest.param(WARNING, (2, 2), id="with a span"), pytest.param(HINT, (1, 1), id="without one")],
)
def test_a_template_error_has_a_line_and_a_column(found, place):
    error = TemplateError([found])

    assert (error.line, error.column) == place
