"""The value of a setting is only in the request that is sent."""

from __future__ import annotations

import base64
import copy
import html
import json
import pickle
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner

from kustomer_nb import Action, Platform, Run, load, reporting
from kustomer_nb.cli import main
from kustomer_nb.demo import Store
from kustomer_nb.errors import KustomerNbError, TransportError
from kustomer_nb.template import Kind, Piece, Text
from tests.samples import an_action, an_app, unused_port

TOKEN = 's3cret/+"<tök&en>=='
FORMS = {
    "as it is": TOKEN,
    "URL-quoted": quote(TOKEN, safe=""),
    "escaped for HTML": html.escape(TOKEN),
    "escaped for JSON": json.dumps(TOKEN)[1:-1],
    "in base64": base64.b64encode(TOKEN.encode()).decode().rstrip("="),
    "its recognisable part": "s3cret",
}
VARIABLE = "SHOP_DEFAULT_TOKEN"


def definition(uri: str, **template: Any) -> dict[str, Any]:
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate={
            "uri": uri,
            "method": "post",
            "json": True,
            "headers": {"authorization": "Basic {{{ascii}}}", "x-key": "{{{ascii}}}"},
            "qs": {"token": "/#token", "both": "a{{token}}"},
            "data": {"token": "/#token", "text": "{{{token}}}", "id": "/#id"},
            **template,
        },
        inputSchema={"properties": {"id": {"type": "number"}}},
        outputTemplate={"response": "/#response", "body": "/#body"},
        sampleOutputContext={"body": {}},
    )
    action["appSettings"]["ascii"] = {"key": "shop.default.ascii"}
    secrets = {"token": {"type": "secret"}, "ascii": {"type": "secret"}}
    return an_app(action, settings={"default": secrets})


SETTINGS = {"token": TOKEN, "ascii": "s3cret-for-a-header"}


def mirror(request: httpx.Request) -> httpx.Response:
    """Respond with everything that was received, as a careless service does."""
    received = {
        "headers": {name.decode(): value.decode() for name, value in request.headers.raw},
        "target": request.extensions["target"].decode(),
        "body": request.content.decode(),
    }
    headers = {"x-echo": request.headers["x-key"], "x-base64": base64.b64encode(TOKEN.encode()).decode()}
    return httpx.Response(401, json=received, headers=headers)


@pytest.fixture
def run() -> Run:
    action = load(definition("http://127.0.0.1/")).action()
    return action.run({"id": 7}, settings=SETTINGS, transport=httpx.MockTransport(mirror))


def everything(run: Run) -> Iterator[tuple[str, str]]:
    for name, value in {"run": run, "request": run.request, "response": run.response}.items():
        yield f"repr of the {name}", repr(value)
        yield f"str of the {name}", str(value)
        yield f"text of the {name}", reporting.text(value)
        yield f"HTML of the {name}", reporting.html(value)
        yield f"JSON of the {name}", json.dumps(reporting.envelope(value), ensure_ascii=False)
        yield f"fields of the {name}", repr(vars(value))
    yield "output", repr(run.output)
    yield "wire", repr(run.request.wire())


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_view_of_a_run_contains_a_secret(form: str, run: Run) -> None:
    holding = [place for place, text in everything(run) if form in text]

    assert holding == []


def test_an_echoed_value_that_a_helper_derived_is_hidden() -> None:
    helpers = {"reverse": lambda options, text: text[::-1]}
    action = load(definition("http://127.0.0.1/", headers={"x-key": "{{reverse ascii}}"})).action()

    run = action.run({"id": 7}, settings=SETTINGS, helpers=helpers, transport=httpx.MockTransport(mirror))

    assert run.response is not None
    assert run.response.headers["x-echo"] == "$shop.default.ascii (derived 1)"
    assert [place for place, text in everything(run) if SETTINGS["ascii"][::-1] in text] == []


def test_the_service_receives_the_secret(run: Run) -> None:
    sent = json.loads(run.request.wire().body)

    assert sent == {"token": TOKEN, "text": TOKEN, "id": 7}


def failing(action: Action, **arguments: Any) -> str:
    with pytest.raises(KustomerNbError) as caught:
        action.run({"id": 7}, settings=SETTINGS, **arguments)
    error = caught.value
    return "".join(
        [
            repr(error),
            str(error),
            repr(error.diagnostics),
            reporting.text(error.diagnostics),
            reporting.html(error.diagnostics),
            json.dumps(reporting.as_json(error.diagnostics)),
            *traceback.format_exception(error),
        ]
    )


@pytest.mark.parametrize(
    ("uri", "template", "arguments"),
    [
        pytest.param("https://api.shop.com/{{{token}}}", {}, {}, id="refused by the guard"),
        pytest.param("http://127.0.0.1:{port}/{{{ascii}}}", {}, {}, id="a refused connection"),
        pytest.param("{silent}/{{{ascii}}}", {}, {"platform": Platform(timeout=0.1)}, id="a timeout"),
        pytest.param("{{{token}}}/orders", {}, {}, id="no URL"),
        pytest.param("http://{{{token}}}/", {}, {}, id="no host"),
        pytest.param("http://127.0.0.1/", {"method": "{{{token}}}"}, {}, id="no method"),
        pytest.param("http://127.0.0.1/", {"headers": {"{{{token}}}": "1"}}, {}, id="a header name"),
        pytest.param("http://127.0.0.1/", {"headers": {"a": "{{{token}}}\n"}}, {}, id="a header value"),
        pytest.param("http://127.0.0.1/", {"headers": {"content-length": "{{{token}}}"}}, {}, id="a length"),
    ],
)
def test_no_error_contains_a_secret(uri: str, template: dict[str, Any], arguments: dict[str, Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = uri.replace("{silent}", f"http://127.0.0.1:{silent.getsockname()[1]}")
        action = load(definition(uri.replace("{port}", str(unused_port())), **template)).action()

        message = failing(action, **arguments)

    assert [name for name, form in FORMS.items() if form in message] == []


def test_a_setting_of_the_wrong_type_is_not_quoted() -> None:
    app = definition("http://127.0.0.1/")
    app["settings"]["default"]["token"]["type"] = "number"

    message = failing(load(app).action())

    assert "s3cret" not in message


@pytest.mark.parametrize("verb", ["render", "run", "lint"])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["as text", "as JSON"])
def test_the_command_line_prints_no_secret(
    verb: str, options: list[str], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition(f"{store.url}/echo")), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, TOKEN)
    monkeypatch.setenv("SHOP_DEFAULT_ASCII", SETTINGS["ascii"])
    inputs = [] if verb == "lint" else ["-i", "id=7"]

    result = CliRunner().invoke(main, [verb, str(path), *inputs, *options])

    assert result.exit_code in {0, 1}
    assert [name for name, form in FORMS.items() if form in result.output] == []


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy, copy.deepcopy], ids=lambda keep: keep.__name__)
def test_a_holder_of_secrets_cannot_be_copied_or_pickled(keep: Any, run: Run) -> None:
    secret = run.request.secrets["$shop.default.token"]

    for holder in (secret, run.request.wire()):
        with pytest.raises(TypeError, match="never pickled or copied"):
            keep(holder)


def test_a_setting_in_the_host_is_not_in_a_network_error() -> None:
    action = load(
        {
            "type": "rest_api",
            "appSettings": {"t": {"key": "shop.default.t"}},
            "inputTemplate": {"uri": "https://{{{t}}}.invalid/", "method": "get"},
        }
    ).action()

    with pytest.raises(TransportError) as caught:
        action.run(settings={"t": "-".join(["canary", "host"])})

    assert "$shop.default.t.invalid" in str(caught.value)
    assert "canary-host" not in "".join(traceback.format_exception(caught.value))


def test_a_formatted_text_shows_the_label() -> None:
    text = Text((Piece("s3cret", Kind.SETTING, label="$shop.default.t"),))

    assert f"{text}" == "$shop.default.t"
