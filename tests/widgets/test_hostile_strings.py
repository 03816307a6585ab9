"""500 hostile strings in all that a user or a service names: each leaf can be drawn and saved."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from tests.samples import an_action, an_app
from tests.widgets.pressing import page_messages, parts, press, texts

PIECES = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</style>",
        "</pre>",
        "<!--",
        "]]>",
        "&lt;",
    ),
    *(
        "{{x}}",
        "{{{x}}}",
        "/#x",
        "/#fn:x,y",
        "${x}",
        "javascript:alert(1)",
        "'",
        '"',
        "`",
        "\\",
        "\n",
        "\r\n",
    ),
    *("\t", "\x00", "\x1b[31m", "\x7f", "\u2028", "\u202e", "\u200b", "\ufeff", "\ud800", "\udc00", "😀"),
    *("__proto__", "constructor", "~0~1", "a/b", "", " ", "0", "-0", "1e999", "null", "ﷺ", "é", "x" * 300),
]


def hostile(count: int = 500) -> list[str]:
    chooser = random.Random(15)
    return [
        *PIECES,
        *("".join(chooser.choices(PIECES, k=chooser.randint(1, 4))) for _ in range(count - len(PIECES))),
    ]


STRINGS = hostile()
BATCHES = [STRINGS[at : at + 50] for at in range(0, len(STRINGS), 50)]


def test_there_are_500() -> None:
    assert len(STRINGS) == 500


@pytest.mark.uncounted
@pytest.mark.parametrize("batch", BATCHES, ids=range(len(BATCHES)))
def test_no_string_breaks_a_leaf_or_gets_into_its_html_as_markup(batch: list[str]) -> None:
    fields = {key: {"type": "string"} for key in batch}
    body = {"items": [{string: string} for string in batch]}
    content = json.dumps(body).encode()
    headers = {"x-a": json.dumps(batch)[:4000]}
    service = httpx.MockTransport(
        lambda request: httpx.Response(200, content=content, headers={"content-type": "text/html", **headers})
    )
    action = an_action(
        name=f"kustomer.app.shop.{batch[1]}",
        description="".join(batch),
        inputTemplate={"uri": "http://127.0.0.1:1/", "method": "post", "json": True, "data": {"a": "/#own"}},
        inputSchema={"properties": {**fields, "own": {"description": batch[2], "enum": batch}}},
        outputTemplate="/#body",
        outputSchema={"properties": {key: {"type": "number"} for key in batch}},
        sampleOutputContext={string: string for string in batch},
    )
    bench = knb.workbench(knb.load(an_app(action, title=batch[3])), transport=service)
    told = [page_messages(part) for part in parts(bench)]

    for string in batch:
        pointer = "/" + string.replace("~", "~0").replace("/", "~1")
        press(bench.form, kind="entry", pointer=pointer, state="value", text=string)
        press(bench.form, kind="entry", pointer=string, state="json", text=string)
        for kind, name in (("pick", "name"), ("profile", "name"), ("mode", "name"), ("simulate", "name")):
            press(bench.bar, kind=kind, **{name: string})
        press(bench.bar, kind="mode", name="")
        press(bench.bar, kind="profile", name="")
        press(bench.history, kind="search", text=string)
        press(bench.history, kind="restore", id=string)
        press(bench.problems, kind="fix", id=string)
        for kind in ("accept", "declare", "ignore", "unignore", "why", "rows", "stage"):
            values: dict[str, Any] = {
                "accept": {"pointers": [pointer]},
                "rows": {"id": pointer, "from": 0},
                "stage": {"name": string},
            }
            press(bench.output, kind=kind, **values.get(kind, {"pointer": pointer}))
        press(bench.response, kind="more", pointer=pointer, **{"from": 0})
    # The text of the whole form is JSON that cannot be read by now.
    bench.form.value = {"own": "plain"}
    bench.bar.run()
    assert bench.result is not None, bench.bar.head

    for part in parts(bench):
        assert "Internal error" not in part.notice
        json.dumps(part.get_state(), default=repr).encode()
        assert "<script>alert(1)" not in part.as_html()
        texts(part)
    json.dumps(told, default=repr).encode()
    record = bench._static_result()["text/html"]
    assert "<script>alert(1)" not in record
    assert "<img src=x" not in record
