"""A field that cannot be read: nothing is run, in no mode; the person is taken to the field."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from tests.samples import an_action

SCHEMA = {
    "properties": {
        "lines": {"type": "array"},
        "extra": {"type": "object"},
        "any": {},
        "amount": {"type": "number"},
        "note": {"type": "string"},
        "notify": {"type": "boolean"},
    }
}
NAMES = [*SCHEMA["properties"]]
TEMPLATE = {
    "uri": "http://127.0.0.1:1/",
    "method": "post",
    "json": True,
    "data": {name: f"/#{name}" for name in NAMES},
}
ACTION = an_action(inputSchema=SCHEMA, inputTemplate=TEMPLATE, sampleOutputContext={})
DEEP = "[" * 10_000 + "]" * 10_000


class Bench:
    """A workbench whose service counts what reaches it, and whose page keeps what it is told."""

    def __init__(self, **arguments: Any) -> None:
        self.bodies: list[Any] = []
        self.told: list[Any] = []
        self.all = knb.workbench(ACTION, transport=httpx.MockTransport(self._answer), **arguments)
        self.form, self.panel, self.preview = self.all.form, self.all.panel, self.all.preview
        self.form.send = lambda content, buffers=None: self.told.append(content)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content))
        return httpx.Response(200, json={})


UNREADABLE = {
    "a broken array": ("lines", "[1, 2"),
    "an array of NaN": ("lines", "[NaN]"),
    "an array of Infinity": ("lines", "[-Infinity]"),
    "an array of a number too large": ("lines", "[1e999]"),
    "an array nested too deep": ("lines", DEEP),
    "an array nested deeper than is sent": ("lines", "[" * 200 + "]" * 200),
    "an array of more digits than Python converts": ("lines", f"[{'1' * 5000}]"),
    "single quotes": ("extra", "{'a': 1}"),
    "a key without quotes": ("extra", "{a: 1}"),
    "an object of NaN": ("extra", '{"a": NaN}'),
    "words where JSON is wanted": ("any", "hello"),
    "an infinite number": ("amount", "Infinity"),
    "a number too large": ("amount", "1e999"),
    "half a character": ("note", "a\ud800"),
    "half a character in JSON": ("lines", '["\ud83d"]'),
    "other inputs that are no object": ("(other inputs)", "[1]"),
    "other inputs that are broken": ("(other inputs)", "{"),
}


@pytest.mark.parametrize(("name", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_field_that_cannot_be_read_stops_the_run_and_is_gone_to(name: str, text: str) -> None:
    bench = Bench()
    bench.form.enter("note", "late")

    bench.form.enter(name, text)
    run = bench.panel.press()

    assert (run, bench.bodies) == (None, [])
    assert bench.told == [{"kind": "focus", "name": name}]
    assert bench.form.notice == "1 field needs attention."
    assert "KNB716" in bench.panel.notice
    assert list(bench.form.unread) == list(bench.form.faults) == [name]
    with pytest.raises(knb.InputError) as caught:
        bench.form.check()
    assert [(one.code, one.pointer) for one in caught.value.diagnostics] == [("KNB716", f"/{name}")]


READABLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing is typed": ({}, {}),
    "JSON with white space": ({"lines": (" [1,\n 2] ",)}, {"lines": [1, 2]}),
    "an empty array": ({"lines": ("[]",)}, {"lines": []}),
    "a broken field that is not sent": ({"lines": ("[1,", False)}, {}),
    "optional fields typed in and emptied": (
        dict.fromkeys(("lines", "extra", "any", "amount", "notify"), ("",)),
        {},
    ),
    "an optional field of blanks": ({"lines": (" \n ",)}, {}),
    "an empty text, which is a text": ({"note": ("",)}, {"note": ""}),
    "a text that looks like broken JSON": ({"note": ("[1,",)}, {"note": "[1,"}),
    "a text of NaN": ({"note": ("NaN",)}, {"note": "NaN"}),
    "a character of two halves": ({"note": ("😀",)}, {"note": "😀"}),
    "a large number that JSON holds": ({"amount": ("1e300",)}, {"amount": 1e300}),
    "null": ({"any": ("null",)}, {"any": None}),
}


@pytest.mark.parametrize(("typed", "body"), READABLE.values(), ids=READABLE)
def test_what_can_be_read_is_sent(typed: dict[str, Any], body: dict[str, Any]) -> None:
    bench = Bench()

    for name, entry in typed.items():
        bench.form.enter(name, entry[0], send=entry[-1] is not False)
    run = bench.panel.press()

    assert run is not None
    assert bench.bodies == [body]
    assert (bench.form.notice, bench.told) == ("", [])


def test_how_many_fields_need_attention_is_told_and_the_first_is_gone_to() -> None:
    bench = Bench()

    for name, text in (("amount", "12x"), ("extra", "{"), ("lines", "[")):
        bench.form.enter(name, text)
    bench.panel.press()

    assert bench.form.notice == "3 fields need attention."
    assert bench.told == [{"kind": "focus", "name": "lines"}]
    assert [bench.panel.notice.count(code) for code in ("KNB716", "KNB702")] == [2, 1]
    assert bench.form.show_all


@pytest.mark.parametrize("mode", ["live", "sample", "fault:429"])
def test_no_mode_runs_without_the_field(mode: str) -> None:
    bench = Bench(mode=mode)
    bench.form.enter("lines", "[1,")

    assert bench.panel.press() is None
    assert bench.panel.press_fault("429") is None

    assert bench.all.result is None


def test_a_press_on_the_page_is_refused_too() -> None:
    async def pressed(bench: Bench) -> None:
        bench.panel._handle_custom_msg({"kind": "run", "confirm": ""}, [])
        assert bench.panel._task is not None
        await bench.panel._task

    bench = Bench()
    bench.form._handle_custom_msg({"kind": "entry", "name": "lines", "text": "[1,", "send": True}, [])

    asyncio.run(pressed(bench))

    assert (bench.bodies, bench.panel.busy) == ([], False)
    assert "KNB716" in bench.panel.notice
    assert bench.told == [{"kind": "focus", "name": "lines"}]


def test_the_preview_says_that_it_is_not_complete_and_then_no_more() -> None:
    bench = Bench()

    bench.form.enter("lines", "[1,")
    request = bench.preview.request
    incomplete = (repr(bench.preview), repr(bench.all), bench.preview.html)
    bench.form.enter("lines", "[1]")

    assert request is not None
    with pytest.raises(knb.RequestError) as caught:
        request.check()
    assert [(one.code, one.pointer) for one in caught.value.diagnostics] == [("KNB717", "/inputs/lines")]
    assert "the request is not complete" in incomplete[2]
    assert [text.endswith(", not complete>") for text in incomplete[:2]] == [True, True]
    assert "not complete" not in repr(bench.preview) + bench.preview.html


def test_corrected_fields_run_and_nothing_of_the_refusal_is_left() -> None:
    bench = Bench()
    bench.form.enter("lines", "[1,")
    bench.panel.press()

    bench.form.value = {"lines": [1]}
    bench.panel.press()

    assert bench.bodies == [{"lines": [1]}]
    assert (bench.form.notice, bench.panel.notice) == ("", "")


def within_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["lines"] = [value]
    return value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param({"lines": {1, 2}}, "KNB704", id="a set"),
        pytest.param({"extra": {"a": b"x"}}, "KNB704", id="bytes"),
        pytest.param(within_itself(), "KNB704", id="a value within itself"),
        pytest.param({"note": "\udfff"}, "KNB716", id="half a character"),
        pytest.param({"amount": float("inf")}, "KNB716", id="an infinite number"),
        pytest.param({"lines": [float("inf")]}, "KNB716", id="an infinite number in an array"),
        pytest.param({"extra": {"a": 10**400}}, "KNB716", id="an integer beyond any double"),
    ],
)
def test_a_value_that_no_field_can_hold_is_refused_and_changes_nothing(
    value: dict[str, Any], code: str
) -> None:
    form = knb.ActionForm(knb.load(ACTION).action(), {"note": "late"})

    with pytest.raises(knb.InputError) as caught:
        form.value = value

    assert caught.value.diagnostics.codes[0] == code
    assert form.value == {"note": "late"}
