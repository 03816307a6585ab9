"""What Python can hold and JSON cannot, at every door: our own error says so, at once, or it is read."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.cli import main
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext import bounds
from kustomer_nb.schema import coerce, from_python, infer, project
from tests.work import SLOW

HALF = "\ud800"
PACKAGE = str(Path(knb.__file__).parent)


class Raising(Mapping[str, Any]):
    """A mapping that raises whatever it is asked."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError


class Late(Mapping[str, Any]):
    """A mapping that names what it does not have."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


class Endless(Mapping[str, Any]):
    """A mapping without an end."""

    def __getitem__(self, key: str) -> Any:
        return 1

    def __iter__(self) -> Iterator[str]:
        at = 0
        while True:
            yield str(at)
            at += 1

    def __len__(self) -> int:
        return 1


class Unspeakable:
    """Anything whose text and comparison raise."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


def deep(levels: int, *, key: str | None = None) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value] if key is None else {key: value}
    return value


def ring(times: int) -> list[Any]:
    """Return a list that holds itself; twice, it has two to the hundredth places a hundred levels down."""
    value: list[Any] = []
    value += [value] * times
    return value


def object_ring() -> dict[str, Any]:
    value: dict[str, Any] = {}
    return value | {"a": value} if value.update(a=value, b=value) else value


def doubled(levels: int, *, as_objects: bool = False) -> Any:
    """Return a value that holds another one twice, that one a third one twice, and so on."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value, "b": value} if as_objects else [value, value]
    return value


VALUES: dict[str, Callable[[], Any]] = {
    "arrays 10,000 levels deep": lambda: deep(10_000),
    "objects 10,000 levels deep": lambda: deep(10_000, key="a"),
    "101 levels": lambda: deep(101),
    "350 levels": lambda: deep(350),
    "900 levels": lambda: deep(900, key="a"),
    "a list within itself": lambda: ring(1),
    "a list twice within itself": lambda: ring(2),
    "an object within itself": object_ring,
    "arrays doubled sixty times": lambda: doubled(60),
    "objects doubled sixty times": lambda: doubled(60, as_objects=True),
    "half a character": lambda: f"a{HALF}",
    "half a character as a key": lambda: {HALF: 1},
    "not a number": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "an array of no number": lambda: [float("nan"), float("-inf")],
    "bytes": lambda: b"\xff",
    "a set": lambda: {1, 2},
    "an integer of 5,001 digits": lambda: 10**5000,
    "a negative one": lambda: [-(10**5000)],
    "one as a key": lambda: {10**5000: 1},
    "a key that is a pair": lambda: {(1, 2): 3},
    "a key that is null": lambda: {None: 1},
    "a mapping that raises": Raising,
    "a mapping that raises later": Late,
    "a mapping without an end": Endless,
    "what raises when it is shown": Unspeakable,
    "a key that raises when it is shown": lambda: {Unspeakable(): 1},
    "an object of no meaning": object,
    "a type": lambda: int,
    "a generator": lambda: (one for one in range(3)),
    "a complex number": lambda: 1j,
    "a null character": lambda: "a\0b",
}
TEXTS = ("half a character", "a null character")

TEMPLATE = {
    "uri": "http://127.0.0.1:1/{{x}}#{{{y}}}",
    "method": "post",
    "json": True,
    "headers": {"x-key": "{{{token}}}", "y": "/#y"},
    "qs": {"q": "/#x"},
    "data": {"x": "/#x", "y": "{{x}}", "org": "/#_env.orgId"},
}
ACTION = {
    "name": "kustomer.app.shop.find",
    "type": "rest_api",
    "appSettings": {"token": {"key": "shop.default.token"}},
    "inputTemplate": TEMPLATE,
    "sampleOutputContext": {},
}
SCHEMA = {
    "properties": {
        "x": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
        "y": {"type": "array", "items": {"type": "number"}},
        "z": {"type": "string"},
    },
    "additionalProperties": False,
}
ONE = knb.load(ACTION).action()
DECLARED = knb.load({**ACTION, "inputSchema": SCHEMA}).action()
ACCOUNT = knb.load({**ACTION, "appAccountName": "default"}).action()
PLAIN = {"x": 1, "y": 1}


def answered() -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(200, json={}))


def run(action: knb.Action = ONE, inputs: Any = PLAIN, **arguments: Any) -> Any:
    usual = {"settings": {"token": "t"}, "env": {"orgId": "o"}, "transport": answered()}
    return shown(action.run(inputs, **{**usual, **arguments}))


def shown(value: Any) -> Any:
    """Return a value after every way to show it."""
    _ = repr(value), reporting.text(value), reporting.html(value)
    return value


def defined(**properties: Any) -> Any:
    app = knb.load({**ACTION, **properties})
    shown(app.lint())
    return run(app.action())


def of_template(**properties: Any) -> Any:
    return defined(inputTemplate={**TEMPLATE, **properties})


DOORS: dict[str, Callable[[Any], Any]] = {
    "load": lambda value: shown(knb.load(value)),
    "load, in a template": lambda value: of_template(data=value),
    "load, as a header": lambda value: of_template(headers={"a": value}),
    "load, as qs": lambda value: of_template(qs=value),
    "load, as the uri": lambda value: of_template(uri=value),
    "load, as the key of a setting": lambda value: defined(appSettings={"token": {"key": value}}),
    "load, as a schema": lambda value: defined(inputSchema=value, outputSchema=value),
    "load, in a schema": lambda value: defined(inputSchema={"properties": {"x": value}, "required": value}),
    "load, in an output": lambda value: defined(outputTemplate={"a": value}),
    "load, as a sample": lambda value: defined(sampleOutputContext=value, description=value),
    "load, as a default": lambda value: shown(
        knb.load({"app": "shop", "settings": {"default": {"token": {"defaultValue": value}}}}).lint()
    ),
    "loads": lambda value: knb.loads(value),
    "edit": lambda value: knb.load(ACTION).edit("/description", value),
    "the name of an action": lambda value: knb.load(ACTION).action(value),
    "inputs": lambda value: run(inputs=value),
    "an input": lambda value: run(inputs={"x": value, "y": 1}),
    "an input of a header": lambda value: run(inputs={"x": 1, "y": value}),
    "an input within others": lambda value: run(inputs={**PLAIN, "z": [value, {"k": value}]}),
    "a declared input": lambda value: run(DECLARED, {"x": value, "y": value, "z": value}),
    "render": lambda value: shown(ONE.render({"x": value})),
    "arun": lambda value: asyncio.run(ONE.arun({"x": value}, settings={"token": "t"}, transport=answered())),
    "settings": lambda value: run(settings=value),
    "a setting": lambda value: run(settings={"token": value}),
    "accounts": lambda value: run(ACCOUNT, accounts=value),
    "an account": lambda value: run(ACCOUNT, accounts={"default": value}),
    "hosts": lambda value: run(hosts=value),
    "a host": lambda value: run(hosts={"http://127.0.0.1:1": value}),
    "env": lambda value: run(env=value),
    "a value of env": lambda value: run(env={"orgId": value}),
    "steps": lambda value: run(inputs={"x": "/#steps.a.b", "y": "/#steps.a"}, steps=value),
    "a step": lambda value: run(inputs={"x": "/#steps.a", "y": "{{steps.a}}"}, steps={"a": value}),
    "a part of a step": lambda value: run(
        inputs={"x": "/#steps.a.b", "y": "{{#each steps.a.b}}{{this}}{{/each}}"}, steps={"a": {"b": value}}
    ),
    "allow_missing": lambda value: run(allow_missing=value),
    "helpers": lambda value: run(helpers=value),
    "mode": lambda value: run(mode=value),
    "profile": lambda value: run(profile=value),
    "confirm": lambda value: run(confirm=value),
    "now": lambda value: run(now=value),
    "seed": lambda value: run(seed=value),
    "retry": lambda value: run(retry=value),
    "coerce": lambda value: coerce(value, {"properties": {"a": {"type": "string"}}}),
    "coerce, an input": lambda value: coerce({"x": value, "y": [value], "z": value}, SCHEMA),
    "coerce, the schema": lambda value: coerce({"a": 1, "x": {"a": {}}}, value),
    "coerce, in the schema": lambda value: coerce({"x": 1}, {"properties": {"x": value}, "required": value}),
    "project": lambda value: project(value, SCHEMA),
    "project, a part": lambda value: project({"x": value, "y": [value], "z": value, "more": value}, SCHEMA),
    "project, the schema": lambda value: project({"a": 1, "x": {"a": {}}}, value),
    "diff": lambda value: shown(knb.diff(value, {"a": 1})),
    "diff, with another": lambda value: shown(knb.diff({"a": 1, "b": [1]}, {"a": value, "b": [value]})),
    "diff, by type": lambda value: shown(knb.diff({"a": value}, {"a": 1}, mode="type")),
    "compare": lambda value: shown(knb.compare(value, ACTION)),
    "compare, with another": lambda value: shown(knb.compare(ACTION, value)),
    "compare, a schema": lambda value: shown(
        knb.compare(ACTION, {**ACTION, "inputSchema": value, "outputSchema": {"properties": {"a": value}}})
    ),
    "compare, a template": lambda value: shown(
        knb.compare({**ACTION, "outputTemplate": value, "inputTemplate": {"uri": value}}, ACTION)
    ),
    "infer": lambda value: shown(infer(value)),
    "infer, of several": lambda value: shown(infer([value, {"a": value}])),
    "a form": lambda value: knb.ActionForm(ONE, value),
    "a field": lambda value: knb.ActionForm(DECLARED, {"x": value}),
    "a field of text": lambda value: knb.ActionForm(DECLARED, {"z": value}),
    "a workbench": lambda value: knb.workbench(ONE, inputs={"x": value}),
    "a workbench, settings": lambda value: knb.workbench(ONE, settings=value),
    "a workbench, a setting": lambda value: knb.workbench(ONE, settings={"token": value}),
    "a workbench, env": lambda value: knb.workbench(ONE, env=value),
    "a workbench, a value of env": lambda value: knb.workbench(ONE, env={"orgId": value}),
    "typed, a setting": lambda value: knb.SettingsForm(ONE).type_in("shop.default.token", value),
    "typed, env": lambda value: knb.SettingsForm(ONE).type_env("orgId", value),
}
NAMED_DOORS: dict[str, Callable[[Any], Any]] = {
    "the name of an input": lambda value: run(inputs={**PLAIN, value: 1}),
    "the key of a setting": lambda value: run(settings={"token": "t", value: "t"}),
    "the key of a declared setting": lambda value: shown(
        knb.load({**ACTION, "appSettings": {"token": {"key": f"shop.default.{value}"}}})
        .action()
        .run(PLAIN, mode="sample")
    ),
    "the name of an account": lambda value: run(ACCOUNT, accounts={"default": "t", value: "t"}),
    "an origin": lambda value: run(hosts={value: "http://127.0.0.1:1"}),
    "a name of env": lambda value: run(env={"orgId": "o", value: "o"}),
    "the name of a step": lambda value: run(steps={value: 1}),
    "the name of a header": lambda value: of_template(headers={value: "a"}),
    "the name of a helper": lambda value: run(helpers={value: len}),
    "a typed key": lambda value: knb.SettingsForm(ONE).type_in(value, "x"),
}


def trouble(door: Callable[[Any], Any], value: Any) -> str:
    """Return what is wrong with how a door takes a value, empty where nothing is."""
    try:
        door(value)
    except KustomerNbError:
        pass
    except (TypeError, ValueError) as error:
        # Of ours it tells the argument, and not what some function within could not do.
        raised = traceback.extract_tb(error.__traceback__)[-1].filename
        if isinstance(error, UnicodeError) or not raised.startswith(PACKAGE):
            return f"{type(error).__name__} in {raised}"
    except Exception as error:
        return type(error).__name__
    return ""


@pytest.mark.uncounted
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_every_door_takes_or_refuses_every_value(
    door: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What has no end is refused at so many values; at each door a million would take seconds.
    if not SLOW:
        monkeypatch.setattr(from_python, "MOST", 20_000)
        monkeypatch.setattr(bounds, "MAX_ENTRIES", 20_000)

    found = {name: trouble(door, make()) for name, make in VALUES.items()}

    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("door", NAMED_DOORS.values(), ids=NAMED_DOORS)
def test_every_door_takes_or_refuses_every_name(door: Callable[[Any], Any]) -> None:
    names = {**{name: VALUES[name]() for name in TEXTS}, "a number": 7, "null": None, "a pair": (1, 2)}

    found = {name: trouble(door, value) for name, value in names.items()}

    assert {name: said for name, said in found.items() if said} == {}


HARMLESS = {
    "an array of 90 levels": deep(90),
    "the same list in two places": [[1, 2]] * 2,
    "a list of 100,000 numbers": list(range(100_000)),
    "a character of two halves": "\U0001f600",
    "an integer that is a double": 2**53,
    "a tuple": (1, 2),
}


@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS)
def test_what_json_can_hold_is_taken(value: Any) -> None:
    plain = list(value) if isinstance(value, tuple) else value

    assert coerce({"a": value}, None).value == {"a": plain}
    assert project({"a": value}, None).value == {"a": value}
    assert not knb.diff({"a": value}, {"a": value})
    assert infer({"a": value}).schema["required"] == ["a"]
    assert run(inputs={**PLAIN, "a": value}).output["body"] == {}
    assert run(inputs={**PLAIN, "a": "/#steps.a"}, steps={"a": value}).output["body"] == {}
    assert knb.load({**ACTION, "description": value}).action().value["description"] == plain


DEEP = "[" * 20_000 + "]" * 20_000
WRITTEN = {
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "too deep": DEEP,
    "more digits than are read": "9" * 5000,
    "nothing": "",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("option", ["-i", "--set", "--env"])
def test_the_command_line_refuses_what_is_no_json(option: str, text: str, tmp_path: Path) -> None:
    path = knb.load({"app": "shop", "actions": [ACTION]}).save(tmp_path / "shop.json")

    done = CliRunner().invoke(main, ["run", str(path), "--mode", "sample", option, f"x:={text}"])

    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert "is not valid JSON" in done.stderr


@pytest.mark.parametrize("text", ['{"x": NaN}', f'{{"x": {DEEP}}}', f'{{"x": {"9" * 5000}}}', "[1]"])
@pytest.mark.parametrize("option", ["--inputs", "--steps"])
def test_the_command_line_refuses_files_that_are_no_json_object(
    option: str, text: str, tmp_path: Path
) -> None:
    path = knb.load({"app": "shop", "actions": [ACTION]}).save(tmp_path / "shop.json")
    (tmp_path / "inputs.json").write_text(text, encoding="utf-8")

    done = CliRunner().invoke(
        main, ["run", str(path), "--mode", "sample", option, str(tmp_path / "inputs.json")]
    )

    assert (done.exit_code, type(done.exception)) == (2, SystemExit)


def test_half_a_character_is_saved_as_an_escape(tmp_path: Path) -> None:
    path = knb.load({"app": "shop", "title": HALF}).save(tmp_path / "shop.json")

    assert knb.load(path).model.title == HALF
    with pytest.raises(knb.SaveError):
        knb.loads(f'{{"app": "{HALF}"}}').save(tmp_path / "other.json")
    with pytest.raises(knb.SaveError):
        knb.load({"app": "shop"}).save(tmp_path / f"{HALF}.json")


def test_two_deep_values_are_compared_and_shown() -> None:
    one, other = deep(5000, key="a"), deep(5000, key="a") | {"b": 1}

    found = shown(knb.diff(one, other))

    assert [row.pointer for row in found] == ["/b"]
