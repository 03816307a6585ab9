"""Headers that change each time are kept, and make no difference."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb import App, load, reporting
from kustomer_nb.storage.ignored_headers import is_volatile, read_headers
from tests.samples import an_action

VOLATILE = (
    "Date", "ETag", "Age", "Expires", "Last-Modified", "X-RateLimit-Remaining", "RateLimit-Reset",
    "RateLimit", "X-Rate-Limit-Limit", "X-Request-Id", "X-Correlation-ID", "traceparent", "tracestate",
    "X-Amzn-Trace-Id", "CF-Ray", "X-Amz-Cf-Id", "Server-Timing", "X-Runtime", "X-B3-TraceId", "Set-Cookie",
)  # fmt: skip
LASTING = (
    "Content-Type",
    "Location",
    "X-Version",
    "X-Total-Count",
    "Link",
    "X-Date-Format",
    "Retry-After",
    "Via",
)


@pytest.fixture(autouse=True)
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)


def app(folder: Path, output: Any) -> App:
    path = folder / "shop.json"
    template = {"uri": "http://127.0.0.1/orders", "method": "get", "json": True}
    written = an_action(inputTemplate=template, outputTemplate=output)
    path.write_text(json.dumps(written), encoding="utf-8")
    return load(path)


def changing(*names: str) -> httpx.MockTransport:
    """Return a service that answers alike but for the values of some headers."""
    numbers = count()

    def answer(request: httpx.Request) -> httpx.Response:
        number = next(numbers)
        return httpx.Response(200, json={"id": 7}, headers=[(name, f"{name[:1]}={number}") for name in names])

    return httpx.MockTransport(answer)


def is_rewritten(folder: Path, output: Any, *names: str) -> bool:
    """Return whether a second recording changes the cassette of the first."""
    action, service = app(folder, output).action(), changing(*names)
    path = folder / "shop.cassette.json"
    action.run(mode="record", transport=service)
    before = path.read_text(encoding="utf-8")
    action.run(mode="record", transport=service)
    return path.read_text(encoding="utf-8") != before


@pytest.mark.parametrize("name", VOLATILE)
def test_a_volatile_header_changes_no_cassette(name: str, tmp_path: Path) -> None:
    assert is_volatile(name)
    assert not is_rewritten(tmp_path, "/#body", name)
    assert f"{name.lower()}: " in (tmp_path / "shop.cassette.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LASTING)
def test_any_other_header_that_changed_is_recorded(name: str, tmp_path: Path) -> None:
    assert not is_volatile(name)
    assert is_rewritten(tmp_path, "/#body", name)


READING = {
    "a reference": {"tag": "/#response.headers.etag"},
    "a template": {"tag": "version {{response.headers.etag}}"},
    "raw": {"tag": "{{{response.headers.[etag]}}}"},
    "a look-up": {"tag": '{{lookup response.headers "etag"}}'},
    "a block": {"tag": "{{#with response.headers}}{{etag}}{{/with}}"},
    "within a list": {"tags": [{"tag": "/#response.headers.etag"}]},
    "besides the whole": {"tag": "/#response.headers.etag", "all": "/#response"},
}


@pytest.mark.parametrize("output", READING.values(), ids=READING)
def test_a_header_that_the_output_reads_is_compared(output: Any, tmp_path: Path) -> None:
    assert read_headers(output) == {"etag"}
    assert is_rewritten(tmp_path, output, "ETag")


WORKED_OUT = {
    "within a block": "{{#with response.headers}}{{{lookup this body.name}}}{{/with}}",
    "by the name alone": "{{lookup response.headers name}}",
    "by what a helper gives": '{{lookup response.headers (toLower "ETAG")}}',
    "of a look-up": '{{lookup (lookup response "headers") (lookup body "name")}}',
    "of a block parameter": "{{#with response.headers as |h|}}{{lookup h ../body.name}}{{/with}}",
    "with spaces": "{{  lookup   response.headers\n body.name }}",
}


@pytest.mark.parametrize("template", WORKED_OUT.values(), ids=WORKED_OUT)
def test_every_header_is_compared_if_a_template_computes_a_name(template: str, tmp_path: Path) -> None:
    assert is_rewritten(tmp_path, {"tag": template}, "ETag", "Date")


@pytest.mark.parametrize(
    "output",
    [
        pytest.param("/#response", id="the whole response"),
        pytest.param({"headers": "/#response.headers"}, id="all headers"),
        pytest.param("{{lookup body name}}", id="a name worked out in the body"),
        pytest.param("{{response.headers.via}} {{lookup response.body name}}", id="a look-up in the body"),
        pytest.param('{{lookup response.headers "via"}}', id="a look-up of another header"),
        pytest.param("{{#with response.headers}}{{{lookup ../body.names 0}}}{{/with}}", id="of an item"),
        pytest.param({"etag": "/#body.etag", "date": "{{body.date}}"}, id="names in the body"),
        pytest.param({"kind": "/#response.headers.content-type"}, id="another header"),
        pytest.param(None, id="nothing"),
    ],
)
def test_an_output_that_names_no_volatile_header_compares_none(output: Any, tmp_path: Path) -> None:
    assert read_headers(output) == frozenset()
    assert not is_rewritten(tmp_path, output, "ETag", "Date")


@pytest.mark.parametrize(
    "output",
    [
        pytest.param({"response": "/#response"}, id="the whole response"),
        pytest.param({"h": "/#response.headers"}, id="all headers"),
        pytest.param(None, id="the output of the platform"),
    ],
)
def test_runs_of_the_history_do_not_differ_in_volatile_headers(output: Any, tmp_path: Path) -> None:
    shop, service = app(tmp_path, output), changing("Date", "ETag", "X-RateLimit-Remaining")
    for _ in range(2):
        shop.action().run(transport=service)

    assert not shop.history().diff(0, 1)


@pytest.mark.parametrize(
    ("output", "names", "pointer"),
    [
        pytest.param({"tag": "/#response.headers.etag"}, ["ETag"], "/tag", id="a header that is read"),
        pytest.param({"h": "/#response.headers"}, ["X-Version", "Date"], "/h/x-version", id="another header"),
        pytest.param(
            {"all": "/#response", "tag": "/#response.headers.etag"},
            ["ETag"],
            "/tag",
            id="one read besides all",
        ),
    ],
)
def test_runs_of_the_history_differ_in_headers_that_are_read(
    output: Any, names: list[str], pointer: str, tmp_path: Path
) -> None:
    shop, service = app(tmp_path, output), changing(*names)
    for _ in range(2):
        shop.action().run(transport=service)

    assert [difference.pointer for difference in shop.history().diff(0, 1)] == [pointer]


def test_the_text_of_a_response_in_a_notebook_is_the_same_each_time(tmp_path: Path) -> None:
    action, service = app(tmp_path, "/#body").action(), changing("Date", "X-Request-Id", "Set-Cookie")

    texts = {reporting.text(action.run(transport=service).response) for _ in range(3)}

    assert len(texts) == 1
    assert "x-request-id: …" in texts.pop()


def test_the_text_of_a_response_shows_any_other_header(tmp_path: Path) -> None:
    run = app(tmp_path, "/#body").action().run(transport=changing("X-Version"))

    assert "x-version: X=0" in reporting.text(run.response)
