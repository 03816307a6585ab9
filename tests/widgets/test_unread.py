"""A field that cannot be read: nothing is run, in no mode; the person is taken to the field."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.widgets.running import Runner, State
from kustomer_nb.widgets.session import Session
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
    """A form, the runner of its session, a service that counts what reaches it, and what a page is told."""

    def __init__(self, **options: Any) -> None:
        self.bodies: list[Any] = []
        self.told: list[Any] = []
        self.session = Session(
            knb.load(ACTION).action(), {"transport": httpx.MockTransport(self._answer), **options}
        )
        self.form = knb.ActionForm(self.session)
        self.runner = Runner(self.session, before=self.form.require)
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
    "half a character as an escape in JSON": ("lines", '["\\ud83d"]'),
    "other inputs that are no object": ("/~", "[1]"),
    "other inputs that are broken": ("/~", "{"),
}


@pytest.mark.parametrize(("name", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_field_that_cannot_be_read_stops_the_run_and_is_gone_to(name: str, text: str) -> None:
    bench = Bench()
    bench.form.enter("note", "late")
    pointer = name if name.startswith("/") else f"/{name}"

    bench.form.enter(name, text)
    run = bench.runner.start()

    assert (run, bench.bodies) == (None, [])
    assert bench.told == [{"kind": "focus", "pointer": pointer}]
    assert bench.form.summary == "1 field needs attention."
    assert bench.runner.outcome.state is State.REFUSED
    assert "KNB716" in bench.runner.outcome.words
    assert list(bench.form.unread) == list(bench.form.faults) == [pointer]
    with pytest.raises(knb.InputError) as caught:
        bench.form.check()
    assert [(item.code, item.pointer) for item in caught.value.diagnostics] == [("KNB716", pointer)]


READABLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing is typed": ({}, {}),
    "JSON with white space": ({"lines": (" [1,\n 2] ",)}, {"lines": [1, 2]}),
    "an empty array": ({"lines": ("[]",)}, {"lines": []}),
    "a broken field that is then not set": ({"lines": ("[1,", "")}, {}),
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

    for name, texts in typed.items():
        for text in texts:
            bench.form.enter(name, text)
    run = bench.runner.start()

    assert run is not None
    assert bench.bodies == [body]
    assert (bench.form.notice, bench.told) == ("", [])


def test_how_many_fields_need_attention_is_told_and_the_first_is_gone_to() -> None:
    bench = Bench()

    for name, text in (("amount", "12x"), ("extra", "{"), ("lines", "[")):
        bench.form.enter(name, text)
    bench.runner.start()

    assert bench.form.summary == "3 fields need attention."
    assert bench.told == [{"kind": "focus", "pointer": "/lines"}]
    assert [bench.runner.outcome.words.count(code) for code in ("KNB716", "KNB702")] == [2, 1]
    assert bench.form.show_all


@pytest.mark.parametrize("mode", ["live", "sample", "fault:429"])
def test_no_mode_runs_without_the_field(mode: str) -> None:
    bench = Bench(mode=mode)
    bench.form.enter("lines", "[1,")

    assert bench.runner.start() is None
    assert bench.runner.simulate("429") is None

    assert bench.session.state.result is None


def test_corrected_fields_run_and_nothing_of_the_refusal_is_left() -> None:
    bench = Bench()
    bench.form.enter("lines", "[1,")
    bench.runner.start()

    bench.form.value = {"lines": [1]}
    bench.runner.start()

    assert bench.bodies == [{"lines": [1]}]
    assert bench.form.summary == ""
    assert bench.runner.outcome.state is State.DONE


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
        pytest.param({"note": "\udfff"}, "KNB704", id="half a character"),
        pytest.param({"\udfff": 1}, "KNB704", id="half a character in a name"),
        pytest.param({"amount": float("inf")}, "KNB704", id="an infinite number"),
        pytest.param({"lines": [float("inf")]}, "KNB704", id="an infinite number in an array"),
        pytest.param({"extra": {"a": 10**400}}, "KNB704", id="an integer beyond any double"),
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


def test_any_value_that_is_assigned_replaces_a_text_that_cannot_be_read() -> None:
    for assigned in ({}, {"note": "late"}):
        bench = Bench()
        bench.form.value = assigned
        bench.form.enter("lines", "[1,")
        assert bench.form.value == assigned

        # The value was that already, which is no change of it.
        bench.form.value = assigned

        assert (bench.form.unread, bench.form.faults, bench.session.faults) == ({}, {}, [])
        assert "lines" not in bench.form.entries.get("fields", {})


def test_a_value_that_is_assigned_to_itself_replaces_a_text_that_cannot_be_read() -> None:
    bench = Bench()
    bench.form.enter("note", "late")
    bench.form.enter("lines", "[1,")

    bench.form.value = bench.form.value

    assert (bench.form.value, bench.form.unread) == ({"note": "late"}, {})


@pytest.mark.parametrize(
    "replace",
    [
        lambda bench: bench.form.reset(),
        lambda bench: bench.form._receive(None, {"kind": "inputs", "text": "{}"}, []),
        lambda bench: bench.form._receive(None, {"kind": "preset", "name": "reset"}, []),
        lambda bench: bench.session.set_inputs({}),
    ],
    ids=["reset", "pasted", "the preset", "another leaf"],
)
def test_whatever_replaces_the_inputs_replaces_a_text_that_cannot_be_read(replace: Any) -> None:
    bench = Bench()
    bench.form.enter("any", "{")

    replace(bench)

    assert (bench.form.value, bench.form.unread, bench.session.state.unread) == ({}, {}, {})


def test_all_inputs_that_are_no_json_are_replaced() -> None:
    bench = Bench()
    bench.form.as_json()
    bench.form._receive(None, {"kind": "entry", "pointer": "", "state": "json", "text": "{"}, [])
    assert bench.form.unread

    bench.form.value = {}

    assert (bench.form.unread, bench.form.entries["state"]) == ({}, "value")
