"""What the reader had to guess is not sent, in any mode; JavaScript syntax with one meaning is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.cli import main
from kustomer_nb.errors import NameNotFoundError, RequestError
from tests.samples import an_action

SCHEMA = '"inputSchema": {"properties": {"id": {"type": "number"}}}'
TEMPLATE = '"inputTemplate": {"uri": "http://127.0.0.1:1/", "method": "post", "json": true, "data": %s}'
DATA = TEMPLATE % '{"x": 1}'


def app(*members: str, top: str = "", others: str = "", module: bool = False, end: str = "") -> str:
    """Return the text of an app with one action of these members."""
    action = ", ".join(['"name": "kustomer.app.shop.find"', '"type": "rest_api"', *members])
    written = f'{{"app": "shop", "version": "1.0.0", "actions": [{{{action}}}{others}]{top}}}{end}'
    return f"const env = process.env.MODE;\nexport default {written};\n" if module else written


def data(written: str, *, module: bool = False) -> str:
    return app(TEMPLATE % written, module=module)


class Service:
    """Counts what reaches it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.transport = httpx.MockTransport(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        return httpx.Response(200, json={})


@pytest.fixture
def service() -> Service:
    return Service()


GUESSES = {
    "a key without a value": (data('{"amount":, "x": 1}'), "KNB109", "/inputTemplate/data/amount"),
    "a key alone": (data('{"amount", "x": 1}'), "KNB109", "/inputTemplate/data/amount"),
    "a template literal": (data("{mode: `${env}`}", module=True), "KNB122", "/inputTemplate/data/mode"),
    "an identifier": (data("{mode: env}", module=True), "KNB122", "/inputTemplate/data/mode"),
    "a call": (data('{"at": now()}'), "KNB122", "/inputTemplate/data/at"),
    "strings put together": (data('{"at": "a" + b}'), "KNB122", "/inputTemplate/data/at"),
    "a spread": (data("{...common, x: 1}", module=True), "KNB122", "/inputTemplate/data"),
    "a word of Python": (data('{"mode": None}'), "KNB121", "/inputTemplate/data/mode"),
    "no number": (data('{"mode": NaN}'), "KNB120", "/inputTemplate/data/mode"),
    "digits that may be octal": (data('{"mode": 010}'), "KNB119", "/inputTemplate/data/mode"),
    "a backslash that escapes nothing": (
        data(r"{mode: 'it\'s C:\dir'}", module=True),
        "KNB116",
        "/inputTemplate/data/mode",
    ),
    "typographic quotes": (data('{"mode": “live”}'), "KNB115", "/inputTemplate/data/mode"),
    "a string without an end": (
        app('"inputTemplate": {"uri": "http://127.0.0.1:1/,\n"method": "post"}'),
        "KNB103",
        "/inputTemplate/uri",
    ),
    "a missing comma": (data('{"a": 1 "b": 2}'), "KNB106", "/inputTemplate/data/a"),
    "the template as a whole": (app('"inputTemplate": template'), "KNB122", "/inputTemplate"),
    "the schema": (
        app(DATA, '"inputSchema": {"properties": {"id": {"type": NUMBER}}}'),
        "KNB122",
        "/inputSchema/properties/id/type",
    ),
    "the key of a setting": (
        app(DATA, '"appSettings": {"token": {"key": KEY}}'),
        "KNB122",
        "/appSettings/token/key",
    ),
    "the output": (app(DATA, '"outputTemplate": {"status":, "b": 1}'), "KNB109", "/outputTemplate/status"),
    "the account": (app(DATA, '"appAccountName": account'), "KNB122", "/appAccountName"),
    "what is spread over the action afterwards": (app(SCHEMA, DATA, "...common"), "KNB122", ""),
    "what may bring a part that is not there": (app("...common", DATA), "KNB122", ""),
    "what is spread over the app afterwards": (app(DATA, top=", ...common"), "KNB122", ""),
    "an app that is not closed": (app(DATA)[:-1], "KNB111", ""),
    "a bracket of the wrong kind": (app(DATA).replace("}}]", "}}}"), "KNB112", ""),
    "a bracket too many": (app(DATA, end="}"), "KNB112", ""),
}


@pytest.mark.parametrize(("text", "code", "pointer"), GUESSES.values(), ids=GUESSES)
def test_a_guess_is_reported_and_not_sent(text: str, code: str, pointer: str, service: Service) -> None:
    with pytest.raises(RequestError) as caught:
        knb.loads(text).action().run(transport=service.transport, allow_missing=["env"])

    diagnostics = [diagnostic for diagnostic in caught.value.diagnostics if diagnostic.code == code]
    assert [diagnostic.pointer for diagnostic in diagnostics] == [pointer] * len(diagnostics) != []
    assert all(diagnostic.span is not None and diagnostic.fix for diagnostic in diagnostics)
    assert not service.bodies


def test_actions_computed_by_code_are_not_actions() -> None:
    text = app(DATA, module=True).replace("]};", "].map(withDefaults)};")

    with pytest.raises(NameNotFoundError):
        knb.loads(text).action()


HARMLESS = {
    "strict JSON": (data('{"x": 1}'), b'{"x":1}'),
    "comments": (data('{"x": 1 /* one */, // two\n"y": 2}'), b'{"x":1,"y":2}'),
    "trailing commas": (data('{"x": [1, 2,],}'), b'{"x":[1,2]}'),
    "single quotes": (data(r"{'x': 'it\'s'}"), b'{"x":"it\'s"}'),
    "keys without quotes": (data("{x: 1, $y: 2}"), b'{"x":1,"$y":2}'),
    "numbers of JavaScript": (data("{x: 0x1F, y: +.5, z: 1_000}"), b'{"x":31,"y":0.5,"z":1000}'),
    "a module": (data("{x: 'a', y: `b\nc`,}", module=True), b'{"x":"a","y":"b\\nc"}'),
    "a template literal without holes": (data("{x: `a`}"), b'{"x":"a"}'),
    "one with an escaped dollar": (data(r"{x: `a\$b \d`}", module=True), b'{"x":"a$b d"}'),
    "a key given twice": (data('{"x": 1, "x": 2}'), b'{"x":2}'),
    "a fence around the JSON": (f"```json\n{data('{}')}\n```", b"{}"),
    "a guess in another action": (app(DATA, others=', {"name": "b", "inputTemplate": f()}'), b'{"x":1}'),
    "a guess in the description": (app(DATA, '"description": t("find")'), b'{"x":1}'),
    "a guess in the sample": (app(DATA, '"sampleOutputContext": {"a":, }'), b'{"x":1}'),
    "a guess in the translations": (app(DATA, top=', "i18n": {"en_us": strings}'), b'{"x":1}'),
    "actions spread before this one": (
        app(DATA).replace('"actions": [', '"actions": [...more, '),
        b'{"x":1}',
    ),
    "what is spread under the action's own parts": (
        app('"appSettings": {}', '"appAccountName": ""', SCHEMA, DATA, '"outputTemplate": {}').replace(
            '"name"', '...common, "name"'
        ),
        b'{"x":1}',
    ),
    "what is spread under the app's own actions": (
        app(DATA).replace('"app"', '...common, "app"'),
        b'{"x":1}',
    ),
}


@pytest.mark.parametrize(("text", "body"), HARMLESS.values(), ids=HARMLESS)
def test_a_file_with_one_meaning_is_sent(text: str, body: bytes, service: Service) -> None:
    knb.loads(text).action("find").run(transport=service.transport)

    assert service.bodies == [body]


@pytest.mark.parametrize("mode", ["live", "record", "replay", "sample", "fault:429"])
def test_no_mode_runs_a_guess(mode: str, service: Service, tmp_path: Path) -> None:
    action = knb.loads(app(TEMPLATE % '{"amount":}', '"sampleOutputContext": {}')).action()

    with pytest.raises(RequestError) as caught:
        action.run(mode=mode, transport=service.transport, cassette=tmp_path / "shop.cassette.json")

    assert caught.value.diagnostics.codes == ["KNB109"]
    assert not service.bodies
    assert not list(tmp_path.iterdir())


def test_a_guess_is_refused_before_settings_are_asked_for(service: Service) -> None:
    text = app(
        TEMPLATE % '{"amount":, "token": "/#token"}',
        '"appSettings": {"token": {"key": "shop.default.token"}}',
        SCHEMA,
    )
    prompted_keys: list[str] = []
    action = knb.loads(text).action()

    prepared = action.prepare(
        {"id": "x"}, action.context(prompt=lambda key: prompted_keys.append(key) or "t")
    )
    with pytest.raises(RequestError) as caught:
        asyncio.run(action.arun({"id": "x"}, transport=service.transport))

    assert "KNB109" in caught.value.diagnostics.codes
    assert (prepared.read_errors.codes, prompted_keys) == (["KNB109"], [])


def test_the_preview_reports_why_it_cannot_be_sent() -> None:
    request = knb.loads(GUESSES["a template literal"][0]).action().render()

    (diagnostic,) = request.diagnostics
    assert request.body == '{"mode":"`${env}`"}'
    assert (diagnostic.code, diagnostic.pointer, diagnostic.span and diagnostic.span.line) == (
        "KNB122",
        "/inputTemplate/data/mode",
        2,
    )
    with pytest.raises(RequestError):
        request.check()


def test_a_guess_runs_after_fix(service: Service) -> None:
    loaded = knb.loads(data('{"a": 1 "b": “c”}'))
    action = loaded.action()
    with pytest.raises(RequestError, match=r"`app\.fix\(\)` does that"):
        action.run(transport=service.transport)

    loaded.fix()
    action.run(transport=service.transport)

    assert service.bodies == [b'{"a":1,"b":"c"}']


SETTINGS = ', "settings": {"default": {"token": {"type": %s, "defaultValue": %s}}}'
READS_TOKEN = (TEMPLATE % '{"t": "/#token"}', '"appSettings": {"token": {"key": "shop.default.token"}}')


@pytest.mark.parametrize(
    ("declared", "settings", "pointers"),
    [
        pytest.param(('"string"', "TOKEN"), {}, ["/settings/default/token/defaultValue"], id="sent as it is"),
        pytest.param(("TYPE", '"t"'), {}, ["/settings/default/token/type"], id="of a type nobody knows"),
        pytest.param(('"string"', "TOKEN"), {"token": "t"}, [], id="another value is sent"),
        pytest.param(('"string"', '"t"'), {}, [], id="a default that can be read"),
    ],
)
def test_a_default_that_is_a_guess_is_not_sent(
    declared: tuple[str, str], settings: dict[str, str], pointers: list[str]
) -> None:
    action = knb.loads(app(*READS_TOKEN, top=SETTINGS % declared)).action()

    diagnostics = action.render(settings=settings).diagnostics.errors

    assert [diagnostic.pointer for diagnostic in diagnostics] == pointers


def test_a_definition_from_a_value_has_no_guesses(service: Service) -> None:
    template = {
        "uri": "http://127.0.0.1:1/",
        "method": "post",
        "json": True,
        "data": {"a": None, "b": "${x}"},
    }

    knb.load(an_action(inputTemplate=template)).action().run(transport=service.transport)

    assert service.bodies == [b'{"a":null,"b":"${x}"}']


def test_the_command_line_and_the_workbench_refuse_it_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(data('{"amount":, "x": 1}'), encoding="utf-8")
    bench = knb.workbench(path)

    with pytest.raises(SystemExit) as ended:
        main(["run", str(path)])
    run: Any = bench.bar.run()

    assert ended.value.code == 1
    assert "KNB109" in capsys.readouterr().err
    assert run is None
    assert "KNB109" in bench.bar.head["words"]
    assert "The key `amount` has no value" in bench.preview.as_html()
