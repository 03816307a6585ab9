"""How the tests of the rules make a document and return what lint reports for it."""

from kustomer_nb.definition import document_from_value
from kustomer_nb.linting import Selection
from kustomer_nb.linting.examples import LEFT_OUT, a_request, an_action, an_app, closed_schema
from kustomer_nb.rules import lint_document

__all__ = [
    "LEFT_OUT",
    "a_request",
    "an_action",
    "an_app",
    "closed_schema",
    "look",
    "places",
    "quoted",
    "sending",
]


# The smallest files declare inputs that they never read; test_knb5_schemas looks for those itself.
SELECTION = Selection(ignore=("KNB513",))


def look(value):
    return lint_document(document_from_value(value), SELECTION)


def places(value, code):
    """Return the severity and pointer of each finding of one code."""
    return [
        f"{diagnostic.severity.value} {diagnostic.pointer}"
        for diagnostic in look(value)
        if diagnostic.code == code
    ]


def quoted(value, code):
    """Return the part of the text that each finding of one code points at."""
    # Not of the findings, in whose text tokens are masked.
    text = document_from_value(value).text
    return [
        text[diagnostic.span.start : diagnostic.span.end]
        for diagnostic in look(value)
        if diagnostic.code == code
    ]


def sending(schema=LEFT_OUT, settings=LEFT_OUT, output=LEFT_OUT, **template):
    """Return an action that sends a body of JSON."""
    return an_action(
        inputSchema=schema,
        appSettings=settings,
        outputTemplate=output,
        inputTemplate=a_request(method="post", json=True, **template),
    )
