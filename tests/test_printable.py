from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import ActionForm, RequestPreview, RunBar, SettingsForm, diff, load, reporting, workbench
from kustomer_nb.config import Profile
from kustomer_nb.definition import Changes
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.printable import as_json_escapes, one_line, visible
from kustomer_nb.reporting.pretty import excerpt
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.template import Text
from tests.samples import an_action, an_app

NAME = "a\u202egnp\x1b[2J\x9b\nb\u2028\u200b\u00ad\ufeff\U000e0041"
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize(
    ("text", "printable"),
    [
        pytest.param("\x1b[31m", r"\x1b[31m", id="ESC"),
        pytest.param("\x9b2J\x85", r"\x9b2J\x85", id="C1"),
        pytest.param("\x00\x07\x7f\r", r"\x00\x07\x7f\r", id="C0 and DEL"),
        pytest.param("\u202ea\u202c\u2066\u2069", r"\u202ea\u202c\u2066\u2069", id="bidi"),
        pytest.param("\u200e\u200f\u061c", r"\u200e\u200f\u061c", id="marks"),
        pytest.param("\u2028\u2029", r"\u2028\u2029", id="line separators"),
        pytest.param("\ud800", r"\ud800", id="a lone surrogate"),
        pytest.param("a\u200b\u2060b\ufeff", r"a\u200b\u2060b\ufeff", id="zero width"),
        pytest.param("pass\u00adword", r"pass\xadword", id="a soft hyphen"),
        pytest.param("\ufff9a\ufffab\ufffb", r"\ufff9a\ufffab\ufffb", id="annotations"),
        pytest.param("\u2063\u180e\u3164", r"\u2063\u180e\u3164", id="separators and fillers"),
        pytest.param("\U000e0001\U000e0061\U000e007f", r"\U000e0001\U000e0061\U000e007f", id="tags"),
    ],
)
def test_a_control_is_written_out(text: str, printable: str) -> None:
    assert (visible(text), one_line(text)) == (printable, printable)
    assert json.loads(as_json_escapes(json.dumps(text, ensure_ascii=False))) == text
    assert UNSEEN.findall(as_json_escapes(json.dumps(text, ensure_ascii=False))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ümläut",
        "日本語",
        "👩\u200d👩\u200d👧",
        "שלום مرحبا",
        "e\u0301",
        "100% \\x1b",
        "❤\ufe0f",
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "🧑🏽\u200d🚒",
        "葛\U000e0100",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_letters_emojis_and_what_looks_like_an_escape_stay(text: str) -> None:
    assert (visible(text), one_line(text), as_json_escapes(text)) == (text, text, text)


def test_tabs_and_ends_of_lines_stay_in_a_text_and_not_in_a_line() -> None:
    assert visible("a\tb\nc") == "a\tb\nc"
    assert one_line("a\tb\nc") == r"a\tb\nc"


def app() -> Any:
    key = f"shop.{NAME}.token"
    template = {"uri": f"http://a.b/{NAME}", "method": "get", "headers": {"x-a": "{{{token}}}"}}
    action = an_action(name=f"k.app.{NAME}", appSettings={"token": {"key": key}}, inputTemplate=template)
    action |= {"sampleOutputContext": {NAME: 1}, "description": NAME}
    return load(an_app(action, app=NAME, version=NAME))


def a_finding() -> Diagnostic:
    return Diagnostic("KNB999", Severity.ERROR, f"/{NAME}", f"{NAME} is odd.", f"write {NAME}.")


SHOWN: dict[str, Callable[[], Any]] = {
    "App": app,
    "Action": lambda: app().action(),
    "Request": lambda: app().action().render(),
    "Run": lambda: app().action().run(mode="sample"),
    "Why": lambda: app().action().run(mode="sample").why(NAME),
    "Changes": lambda: Changes("a", "b", NAME),
    "Cassette": lambda: Cassette(Path(NAME)),
    "Profile": lambda: Profile(name=NAME, label=NAME),
    "Text": lambda: Text.of(NAME),
    "Diff": lambda: diff({NAME: 1}, {NAME: 2}),
    "Diagnostic": a_finding,
    "Diagnostics": lambda: Diagnostics([a_finding()]),
    "Workbench": lambda: workbench(app().action()),
    "ActionForm": lambda: ActionForm(app().action(), {"kept": NAME}),
    "SettingsForm": lambda: SettingsForm(app().action()),
    "RequestPreview": lambda: RequestPreview(app().action()),
    "RunBar": lambda: RunBar(app().action(), mode="sample"),
}


@pytest.mark.parametrize("made", SHOWN.values(), ids=SHOWN)
def test_a_value_shows_controls_in_a_notebook_and_obeys_none(made: Callable[[], Any]) -> None:
    value = made()
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    data = bundle[0] if isinstance(bundle, tuple) else bundle

    line, html = repr(value), data.get("text/html") or reporting.html(value)

    assert UNSEEN.findall(line + html + data.get("text/plain", "")) == []
    assert "\n" not in line


def test_an_error_is_one_line_for_each_finding() -> None:
    message = str(KustomerNbError([a_finding(), a_finding()]))

    assert UNSEEN.findall(message) == []
    assert len(message.split("\n")) == 2


def test_a_name_begins_no_line_of_a_text() -> None:
    action = app().action()
    run = action.run(mode="sample")

    for value in (
        action.read,
        action.app.document,
        action.render(),
        run,
        run.why(NAME),
        Diagnostics([a_finding()]),
    ):
        assert not [line for line in reporting.text(value).split("\n") if line.startswith("b")]


def test_a_caret_stands_under_what_is_written_out() -> None:
    text = '{"a\x1b": \u202e1}'
    span = Span.from_offsets(text, text.index("\u202e"))

    line, carets = excerpt(text, Diagnostic("KNB999", Severity.ERROR, "", "odd.", span=span)).split("\n")

    assert line == r'{"a\x1b": \u202e1}'
    assert line[carets.index("^") : carets.rindex("^") + 1] == r"\u202e"


def test_a_difference_ends_lines_only_where_the_text_does() -> None:
    changes = Changes('{"a": "x\u2028y"}\r\n{}\r\n', '{"a": "x\u2028z"}\r\n{}\r\n', "shop.json")

    assert changes.diff.split("\n")[2:] == [
        "@@ -1,2 +1,2 @@",
        r'-{"a": "x\u2028y"}',
        r'+{"a": "x\u2028z"}',
        " {}",
    ]
