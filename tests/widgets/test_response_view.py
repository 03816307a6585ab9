from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from kustomer_nb import Action, ResponseView, load
from kustomer_nb.run import Run
from kustomer_nb.widgets.session import Session


def action(*, sends_json: bool = True) -> Action:
    template: dict[str, Any] = {"uri": "http://localhost:9/x", "method": "get", "json": sends_json}
    return load({"inputTemplate": template}).action()


def respond(
    content: bytes, content_type: str = "application/json", status: int = 200, *, sends_json: bool = True
) -> Run:
    headers = [("content-type", content_type), ("set-cookie", "a=1"), ("set-cookie", "b=2")]
    transport = httpx.MockTransport(lambda request: httpx.Response(status, headers=headers, content=content))
    return action(sends_json=sends_json).run(transport=transport, mode="live")


def test_a_json_response_is_shown_with_its_status_headers_and_size() -> None:
    view = ResponseView(respond(b'{"id": 7}', status=404))

    result = view.result

    assert (result["kind"], result["status"], result["size"]) == ("json", 404, 9)
    assert result["words"].startswith("404 Not Found")
    assert result["body"] == {"t": "object", "n": 1, "c": [["id", {"t": "number", "v": "7"}]]}
    assert ["set-cookie", "a=1\nb=2"] in result["headers"]
    assert result["text"] == '{"id": 7}'


@pytest.mark.parametrize(
    ("content", "content_type", "kind"),
    [
        (b"", "application/json", "empty"),
        (b"<h1>Login</h1>", "text/html; charset=utf-8", "html"),
        (b"plain", "text/plain", "text"),
        (b'"a string"', "application/json", "json"),
        (b"null", "application/json", "json"),
        (b"7", "application/json", "json"),
        (b"not json", "application/json", "text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x00\x80", "image/png", "binary"),
        ("Grüße, 世界 🎉".encode(), "text/plain", "text"),
        (b"tab\tand\r\nlines\x0c", "text/plain", "text"),
    ],
)
def test_a_body_is_shown_as_what_it_is(content: bytes, content_type: str, kind: str) -> None:
    assert ResponseView(respond(content, content_type)).result["kind"] == kind


def test_without_json_an_object_stays_the_text_that_the_platform_has() -> None:
    assert ResponseView(respond(b'{"id": 7}', sends_json=False)).result["kind"] == "text"


def test_what_was_lost_in_reading_is_noted() -> None:
    (note,) = ResponseView(respond(b'{"id": 12345678901234567891}')).result["notes"]

    assert note.startswith("KNB")
    assert "12345678901234567891" in note


def test_a_large_response_is_sent_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    body = [{"id": n, "name": "x" * 300} for n in range(24_000)]
    content = json.dumps(body).encode()
    view = ResponseView(respond(content))
    sent: list[Any] = []
    monkeypatch.setattr(view, "send", sent.append)

    view._receive(view, {"kind": "more", "pointer": "", "from": 100}, [])
    view._receive(view, {"kind": "more_text", "from": 100_000}, [])

    assert len(content) > 7_500_000
    assert view.result["is_large"]
    assert len(json.dumps(view.result)) < 400_000
    assert [node[0] for node in sent[0]["nodes"]] == list(range(100, 200))
    assert (sent[0]["pointer"], sent[0]["from"]) == ("", 100)
    assert sent[1]["text"] == content.decode()[100_000:200_000]
    assert view.notice == ""


def test_the_raw_text_can_be_read_to_its_end() -> None:
    run = respond("🎉é".encode() * 120_000, "text/plain")
    view = ResponseView(run)
    text, start = view.result["text"], view.result["page"]

    while more := view.more_text(start):
        text, start = text + more, start + view.result["page"]

    assert text == run.response.text


def test_it_follows_the_session_it_is_given() -> None:
    session = Session(action())
    view = ResponseView(session)
    before = repr(view)

    session.show(respond(b'{"id": 7}'))

    assert before == "<ResponseView: not run yet>"
    assert view.result["status"] == 200
    assert view.more("", 0) == [["id", {"t": "number", "v": "7"}]]


def test_sample_mode_has_no_response() -> None:
    view = ResponseView(load({"sampleOutputContext": {"a": 1}}).action().run(mode="sample"))

    assert view.result["kind"] == "none"
    assert view.more("", 0) == []
    assert view.more_text(0) == ""


def test_a_simulated_failure_says_so() -> None:
    run = action().run(mode="fault:429")

    assert ResponseView(run).result["simulated"]


def test_a_run_has_its_options_already() -> None:
    with pytest.raises(TypeError, match="a run has its options already"):
        ResponseView(respond(b"{}"), mode="sample")


def test_it_can_be_shown_without_a_browser() -> None:
    run = respond(b"<script>alert(1)</script>", "text/html")
    bundle, _ = ResponseView(run)._repr_mimebundle_()

    assert bundle["text/plain"].startswith("kustomer_nb 1 ResponseView\nstatus: 200\n")
    assert "<script>" not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]


def test_the_value_of_a_setting_is_not_in_its_state() -> None:
    template = {
        "uri": "http://localhost:9/x",
        "method": "get",
        "json": True,
        "headers": {"authorization": "Bearer {{token}}"},
    }
    app = load(
        {
            "app": "shop",
            "version": "1.0.0",
            "appSettings": {"token": {"key": "shop.default.token"}},
            "actions": [
                {
                    "name": "kustomer.app.shop.find",
                    "type": "rest_api",
                    "appSettings": {"token": {"key": "shop.default.token"}},
                    "inputTemplate": template,
                }
            ],
        }
    )

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"echo": request.headers["authorization"], "text": "planted-s3cret"})

    run = app.action().run(
        settings={"shop.default.token": "planted-s3cret"}, transport=httpx.MockTransport(echo), mode="live"
    )
    view = ResponseView(run)

    assert "planted-s3cret" not in repr(view.get_state())
    assert "planted-s3cret" not in repr(view.more("", 0)) + view.more_text(0) + view.as_html()
