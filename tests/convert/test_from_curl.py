"""What an import makes of the parts of a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb import ConversionError, from_curl
from tests.request.copies.replays import Recorder
from tests.work import count_calls

from .sending import assert_same, difference, send_by_action, send_by_shell

JSON = {"json": True}


def template(text: str, **options: Any) -> dict[str, Any]:
    read = from_curl(text, **options).action.read
    return read.value["inputTemplate"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--digest -u a:b", "KNB905 --digest"),
        ("--ntlm -u a:b", "KNB905 --ntlm"),
        ("-F file=@a.png", "KNB905 --form"),
        ("--cert client.pem", "KNB905 --cert"),
        ("-T a.txt", "KNB905 --upload-file"),
        ("--unix-socket /run/docker.sock", "KNB905 --unix-socket"),
        ("--aws-sigv4 aws:amz", "KNB905 --aws-sigv4"),
        ("-I", "KNB905 rest_api has no method HEAD"),
        ("-X PURGE", "KNB905 rest_api has no method PURGE"),
        ("-H $'X-A: b\\nX-B: c'", "KNB905 the header X-A contains a control character"),
        ("-K curl.conf", "KNB905 --config"),
        ("--request=POST", "KNB903 curl does not accept --request=…"),
        ("--hedaer x", "did you mean --header?"),
        ("--he x", "KNB903 --he is ambiguous"),
        ("-y", "needs a value"),
        ("-@", "KNB903 -@ is not an option of curl."),
        ("-d @order.json", 'KNB908 --data reads the file "order.json"'),
        ("-b cookies.txt", "KNB908 -b reads cookies from a file."),
        ("-H @headers", "KNB908 -H reads headers"),
        ("-d @-", "KNB908 --data @- reads stdin"),
    ],
)
def test_what_cannot_be_imported_is_said_with_what_to_do(options: str, said: str) -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl(f"curl https://a.b/x {options}")

    assert said in str(caught.value)
    assert all(diagnostic.fix for diagnostic in caught.value.diagnostics)


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl("curl --digest -F a=b --cert c -d @x")

    assert caught.value.diagnostics.codes == ["KNB905", "KNB905", "KNB905", "KNB908", "KNB904"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.b/x", "the scheme ftp"),
        ("'https://a.b/x y'", "a space"),
        ("https://a.b/{x", "not closed"),
        ("https://a.b/x]", "closes nothing"),
        ("'https://a.b/[x'", "begins no range"),
        ("https://a.b:x/", "a port that is not a number"),
        ("/x", "no host"),
        ("\\'https://a.b/x\\'", "check the quotes"),
        ("ftp.a.b/x", "guesses one"),
    ],
)
def test_a_url_that_curl_refuses_is_refused(url: str, said: str) -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl(f"curl {url}")

    assert caught.value.diagnostics.codes == ["KNB904"]
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-x http://proxy:8080", "--proxy was left out"),
        ("-k", "--insecure was left out"),
        ("--resolve a.b:443:127.0.0.1", "--resolve was left out"),
        ("--http2", "--http2 was left out"),
        ("-L -d a=b", "-L was left out"),
        ("-X post", "is sent as POST"),
    ],
)
def test_what_has_no_effect_is_said(options: str, said: str) -> None:
    imported = from_curl(f"curl https://a.b/x {options}")

    assert said in str(imported.diagnostics[0])
    assert imported.diagnostics[0].fix


@pytest.mark.parametrize(
    "options",
    ["", "-s -S -f -o out.json -v -i", "-sSfL", "--compressed", "-m 10 --retry 3", "-w '%{http_code}'", "-4"],
)
def test_what_changes_nothing_is_not_an_alarm(options: str) -> None:
    imported = from_curl(f"curl {options} https://a.b/x")

    assert not imported.diagnostics.warnings
    assert imported.action.render({}).url == "https://a.b/x"


def test_types_are_kept() -> None:
    data = {"amount": 5.5, "count": 3, "paid": True, "note": None, "tags": ["a"], "text": "5"}

    imported = from_curl(f"curl https://a.b/x --json '{json.dumps(data)}'")

    body = json.loads(str(imported.action.render(imported.examples).body))
    assert body == data
    schema = imported.action.definition.input_schema
    assert schema["properties"]["amount"] == {"type": "number"}
    assert schema["properties"]["text"] == {"type": "string"}


def test_inputs_are_chosen_by_their_place() -> None:
    command = """curl 'https://a.b/shops/7/orders/42?notify=true' -H 'X-Trace: t1'
      --json '{"amount": 5, "lines": [{"sku": "A1"}], "to": {"name": "x"}}'"""
    places = {
        "shop": "path[1]", "order": "path[3]", "notify": "query.notify", "trace": "header.x-trace",
        "sku": "body.lines[0].sku", "to": "body.to",
    }  # fmt: skip

    imported = from_curl(command.replace("\n", " "), inputs=places)

    assert imported.inputs == {**places, "trace": "header.X-Trace"}
    assert imported.action.definition.input_schema["properties"]["to"] == {"type": "object"}
    assert imported.action.read.value["inputTemplate"]["data"] == {
        "amount": 5, "lines": [{"sku": "/#sku"}], "to": "/#to",
    }  # fmt: skip
    assert from_curl(command.replace("\n", " "), inputs={}).inputs == {}


@pytest.mark.parametrize(
    "inputs",
    [
        {"x": "body.amuont"}, {"x": "path[9]"}, {"x": "somewhere"}, {"1x": "path[0]"},
        {"x": "header.authorization"},
    ],
)  # fmt: skip
def test_a_place_that_is_not_in_the_command_is_refused(inputs: dict[str, str]) -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl(
            "curl https://a.b/x -H 'Authorization: Bearer abc123' --json '{\"amount\": 1}'", inputs=inputs
        )

    assert caught.value.diagnostics.codes == ["KNB910"]


def test_variables_become_settings_or_inputs() -> None:
    imported = from_curl(
        'curl "https://$SUBDOMAIN.a.b/orders/$ORDER_ID" -H "X-Api-Key: $API_KEY" '
        '--json "{\\"note\\": \\"$NOTE\\", \\"n\\": $N}"'
    )

    value = imported.action.read.value
    assert value["inputTemplate"]["uri"] == "https://{{{subdomain}}}.a.b/orders/{{{orderId}}}"
    assert value["inputTemplate"]["headers"] == {"X-Api-Key": "{{{apiKey}}}"}
    assert value["inputTemplate"]["data"] == {"note": "/#note", "n": "/#n"}
    assert list(value["appSettings"]) == ["apiKey", "subdomain"]
    assert value["inputSchema"]["properties"]["n"] == {}
    assert imported.app.model.settings["default"]["subdomain"].type == "string"
    assert len(imported.secrets) == 0


def test_an_action_is_added_to_an_app_and_can_be_undone() -> None:
    app = knb.loads('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}  // note')
    before = app.text

    first = from_curl("curl https://a.b/orders/42 -H 'X-Api-Key: 0123456789abcdef'", app=app)
    second = from_curl("curl https://a.b/orders/42 -H 'X-Api-Key: 0123456789abcdef'", app=app)

    assert [action.name for action in app.actions] == [
        "kustomer.app.shop.getOrder",
        "kustomer.app.shop.getOrder2",
    ]
    assert list(app.model.settings["default"]) == ["apiKey"]
    assert first.action is app.actions[0]
    assert second.app is app
    assert "// note" in app.text
    app.undo()
    app.undo()
    assert app.text == before


@pytest.mark.parametrize("app", ["My Shop", "", knb.load({"inputTemplate": {}}), 5])
def test_an_app_without_an_id_is_refused(app: Any) -> None:
    if app == "":
        # As None: the host names it.
        assert from_curl("curl https://api.shop.com/x", app=app or None).app.model.app == "shop"
        return
    with pytest.raises((ConversionError, TypeError)) as caught:
        from_curl("curl https://a.b/x", app=app)

    assert isinstance(caught.value, TypeError) or caught.value.diagnostics.codes == ["KNB911"]


def test_a_file_is_read_only_from_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "order.json").write_bytes(b'{"a":\r\n 1}')
    (tmp_path / "outside.json").write_text("{}")

    data = template("curl https://a.b/x -H 'content-type: application/json' -d @order.json", folder=folder)[
        "data"
    ]

    assert data == {"a": "/#a"}
    for name in ("../outside.json", str(tmp_path / "outside.json"), "missing.json"):
        with pytest.raises(ConversionError, match="KNB908"):
            from_curl(f"curl https://a.b/x -d @{name}", folder=folder)


@pytest.mark.parametrize(
    "template_value",
    [
        {"uri": "/orders/{{{id}}}?a=1", "method": "GET", "json": True},
        {"uri": "/o/{{{id}}}", "method": "POST", **JSON, "data": {"a": "/#id", "b": ["x", None], "c": "'"}},
        {"uri": "/o", "method": "PUT", "headers": {"X-A": "b", "X-Empty": ""}, "data": "a=1&b=2"},
        {"uri": "/o/../x/[1]/{y}", "method": "DELETE"},
        {"uri": "/o", "method": "PATCH", "headers": {"x-api-key": "{{{token}}}"}, **JSON, "data": {}},
        {"uri": "/o?key={{{token}}}", "method": "GET", "headers": {"content-type": "text/plain"}},
        {"uri": "/o", "method": "POST", "headers": {"content-type": "text/plain"}, "data": "x" * 2000},
    ],
)  # fmt: skip
def test_an_action_as_curl_and_back_sends_the_same(
    template_value: dict[str, Any], recorder: Recorder
) -> None:
    action = knb.load(
        {
            "appSettings": {"token": {"key": "shop.default.token"}},
            "inputSchema": {"type": "object", "properties": {"id": {"type": "number"}}},
            "inputTemplate": {**template_value, "uri": recorder.url + template_value["uri"]},
        }
    ).action()
    settings = {"token": "s3cr3t-token-0123"}
    inputs = {"id": 42} if "/#id" in str(template_value) or "{{{id}}}" in str(template_value) else {}

    action.run(inputs, mode="live", settings=settings)
    expected = recorder.take()
    curl = action.render(inputs, settings=settings).to_curl()
    imported = from_curl(curl)
    send_by_action(imported, {"SHOP_DEFAULT_TOKEN": settings["token"]})

    unlike = difference(recorder.take(), expected, imported)
    assert not unlike, curl


def test_an_import_as_curl_sends_the_same(recorder: Recorder) -> None:
    command = f"curl '{recorder.url}/a/42?x=y%20z' -u me:s3cr3t-0123 --json '{{\"a\": \"it'\\''s\"}}'"
    imported = from_curl(command)

    again = imported.action.render(imported.examples, settings=dict(imported.secrets)).to_curl()
    variables = {
        name: str(imported.secrets[key].reveal()) for key, name in imported.secrets.variables.items()
    }

    send_by_shell(command)
    expected = recorder.take()
    send_by_shell(again, variables)
    assert not difference(recorder.take(), expected, imported)


def test_windows_newlines_change_nothing(recorder: Recorder) -> None:
    command = f"curl '{recorder.url}/x' \\\r\n  -H 'X-A: b' \\\r\n  -d 'a=1'\r\n"

    assert_same(recorder, from_curl(command), command.replace("\r\n", "\n"))


def test_the_first_response_makes_schema_and_sample(recorder: Recorder) -> None:
    imported = from_curl(f"curl {recorder.url}/orders/42")

    imported.action.run(imported.examples, mode="live").infer()

    recorder.received.clear()
    assert imported.action.definition.sample_output_context["statusCode"] == 200
    assert imported.app.lint().codes == []


@pytest.mark.parametrize("shell", ["posix", "cmd", "powershell"])
def test_a_body_twice_as_large_takes_twice_the_work(shell: str) -> None:
    def work(count: int) -> int:
        body = ", ".join(f'\\"k{at}\\": {{\\"id\\": {at}}}' for at in range(count))
        command = f'curl https://a.b/x -H "content-type: application/json" -d "{{{body}}}"'
        text = command.replace("\\", "`") if shell == "powershell" else command
        return count_calls(lambda: from_curl(text, shell=shell))

    work(100)
    assert work(800) < 2.5 * work(400)
