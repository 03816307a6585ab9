"""Headers as curl sends them: repeated ones, and characters beyond ASCII."""

from __future__ import annotations

import pytest

from kustomer_nb import from_curl
from tests.request.copies.replays import Recorder

from .sending import assert_same, send_by_action


@pytest.mark.parametrize(
    "options",
    [
        "-H 'If-Match: \"one\"' -H 'If-Match: \"two\"'",
        "-H 'X-A: one' -H 'X-A: two' -H 'X-A: three'",
        "-d '{}' -H 'Content-Type: application/json' -H 'Content-Type: text/plain'",
        "-H 'X-Name: José 日本'",
        "-H 'X-Name: José' -d name=x",
        "-A 'Shop/1 ©' -e 'https://a.b/é'",
        "-b 'name=José'",
        "--url-query a=1 --url-query '' --url-query '+b=%20'",
        "--url-query ''",
        "-G -d ''",
    ],
)
def test_an_action_sends_the_same_headers_and_query(options: str, recorder: Recorder) -> None:
    command = f"curl -sS {recorder.url}/x {options}"

    assert_same(recorder, from_curl(command), command)


def test_repeated_headers_are_different_inputs(recorder: Recorder) -> None:
    imported = from_curl(f"curl {recorder.url}/x -H 'If-Match: \"one\"' -H 'If-Match: \"two\"'")

    assert [proposal.where for proposal in imported.proposals if "header" in proposal.where] == [
        "header.If-Match",
        "header.If-Match[1]",
    ]
    send_by_action(imported)
    assert b'If-Match: "one"\r\nIf-Match: "two"' in recorder.take()[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("-H 'X-A : 1'", "the white space after the name of the header X-A was left out."),
        ("-H Host:", "-H Host: was left out: HTTP/1.1 requires the header."),
        ("--url http://LOCALHOST/", "the host is sent in lower case."),
        ("--url http://a.b/?q=é", "characters beyond ASCII in the URL are sent percent-encoded."),
    ],
)
def test_what_is_sent_in_another_way_is_said(options: str, message: str) -> None:
    command = f"curl {options}" if "--url" in options else f"curl https://a.b {options}"

    assert [note.message for note in from_curl(command).diagnostics] == [message]
