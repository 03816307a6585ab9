"""Sends what a curl command says twice, by curl and by the imported action, and compares the bytes."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from kustomer_nb.importing import Imported
from kustomer_nb.jsontext.serialization import stringify
from tests.request.copies.replays import Recorder

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# Written by the client or the platform in any case.
_OWN = frozenset({"host", "content-length", "content-type", "connection", "accept", "user-agent"})
_FOREIGN = re.compile("_proxy$|^CURL_|^HOME$|^BASH_ENV$|^ENV$", re.IGNORECASE)
Received = tuple[bytes, bytes]


def send_by_shell(script: str, environment: Mapping[str, str] | None = None, shell: str = "bash") -> None:
    """Run a script with curl commands."""
    variables = {name: value for name, value in os.environ.items() if not _FOREIGN.search(name)}
    variables |= {"HOME": "/nonexistent", **(environment or {})}
    done = subprocess.run(
        [shell], env=variables, input=script.encode(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, (done.stderr.decode(), script)


def send_by_curl(arguments: Sequence[str]) -> None:
    """Run curl with arguments that no shell reads."""
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, (done.stderr.decode(), arguments)


def send_by_action(imported: Imported, environment: Mapping[str, str] | None = None) -> None:
    """Run an imported action with the values of its command."""
    values = environment or {}
    by_name = {_plain(name): value for name, value in values.items()}
    settings: dict[str, Any] = dict(imported.secrets)
    for name, setting in (imported.action.definition.app_settings or {}).items():
        if setting.key in settings:
            continue
        if name.startswith("basicAuth"):
            # Two variables, as USER and PASSWORD.
            pair = f"{values['API_USER']}:{values['API_PASSWORD']}"
            settings[setting.key] = base64.b64encode(pair.encode()).decode()
        else:
            settings[setting.key] = by_name.get(_plain(name), "placeholder")
    inputs = imported.examples
    for proposal in imported.proposals:
        if proposal.is_selected and proposal.name not in inputs:
            inputs[proposal.name] = by_name[_plain(proposal.name)]
    imported.action.run(inputs, mode="live", settings=settings)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def difference(sent: Received, expected: Received, imported: Imported) -> str:
    """Return how what an action sent differs from what curl sent; empty if it does not."""
    head, body = sent
    expected_head, expected_body = expected
    line, headers = _parts(head)
    expected_line, expected_headers = _parts(expected_head)
    notes = " ".join(diagnostic.message for diagnostic in imported.diagnostics)
    if _target(line, notes) != _target(expected_line, notes):
        return f"{line!r} instead of {expected_line!r}"
    if _comparable(headers, expected_headers) != _comparable(expected_headers, headers):
        return f"{_comparable(headers, expected_headers)} instead of {_comparable(expected_headers, headers)}"
    template = imported.action.definition.input_template
    is_json = template is not None and template.as_json is True and expected_body
    wanted = (stringify(json.loads(expected_body)) or "").encode() if is_json else expected_body
    return "" if body == wanted else f"{body!r} instead of {wanted!r}"


def _parts(head: bytes) -> tuple[str, list[tuple[str, str]]]:
    line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    pairs = (header.partition(":") for header in lines)
    return line, [(name, value.strip(" \t")) for name, _, value in pairs]


def _target(line: str, notes: str) -> object:
    """Return a request line; escapes are compared in one case, and pairs if the query was re-encoded."""
    line = _ESCAPE.sub(lambda match: match[0].upper(), line)
    if "encodes the query in another way" not in notes:
        return line
    method, target, version = line.split(" ")
    path, _, query = target.partition("?")
    return method, path, parse_qsl(query, keep_blank_values=True), version


def _comparable(headers: list[tuple[str, str]], others: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return headers without those in which a client and the platform differ, in one order."""
    comparable = []
    other_names = {name.lower() for name, _ in others}
    for name, value in headers:
        lower = name.lower()
        # curl sends none without a body.
        is_counted = lower == "content-length"
        is_default = (
            (lower == "user-agent" and value.startswith("curl/"))
            or (lower == "accept" and (value == "*/*" or lower not in other_names))
            or (lower == "connection" and value == "keep-alive")
            # The platform does not decompress, so that an import leaves it out where curl decompresses.
            or (lower == "accept-encoding" and lower not in other_names)
        )
        if lower == "accept" and dict(_lowered(others)).get("accept") == "*/*":
            is_default = True
        if not (is_counted or is_default):
            comparable.append((lower if lower in _OWN else name, value))
    # A stable sort: headers of one name stay in their order.
    return sorted(comparable, key=lambda header: header[0].lower())


def _lowered(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]


def assert_same(
    recorder: Recorder, imported: Imported, command: str, environment: Mapping[str, str] | None = None
) -> None:
    """Assert that an action sends what a command for a POSIX shell sends."""
    send_by_shell(command, environment)
    expected = recorder.take()
    send_by_action(imported, environment)
    unlike = difference(recorder.take(), expected, imported)
    assert not unlike, unlike
