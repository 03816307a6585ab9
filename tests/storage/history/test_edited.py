"""A line that somebody edited is skipped and counted, or shown safely; it never raises an error of others."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kustomer_nb import App, load, reporting
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.storage import history
from kustomer_nb.storage.history.store import MAX_DEPTH
from tests.samples import an_action, an_app

# A line may name the live mode: what is run again goes nowhere.
NOTHING = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
LINES = 400
AT = "2034-01-02T09:00:00+00:00"
WHOLE = {
    "version": "1",
    "at": json.dumps(AT),
    "action": '"find"',
    "mode": '"sample"',
    "profile": '""',
    "inputs": '{"id": 7}',
    "request": '{"method": "GET", "url": "https://a.b/"}',
    "response": '{"statusCode": 200, "headers": {}, "body": {}}',
    "output": '{"id": 7}',
    "outcome": '"completed"',
    "error": '""',
    "elapsed": "0.5",
    "app_version": '"1.0.0"',
    "now": "null",
    "seed": "null",
    "env": "{}",
    "hosts": "{}",
    "sent_to": '""',
    "is_redacted": "false",
    "truncated": "[]",
}


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


VALUES = [
    *("null", "true", "0", "-1", "1.5", '""', '"x"', "[]", "{}", "[5]", "[[]]", '{"a": 5}', '{"": null}'),
    *("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "9" * 5000),
    *(r'"\ud800"', r'"\udfff x\ud83d"', r'{"\ud800": "\udfff"}', r'["\ud800"]', r'"\u0000\u001b[31m\u009b"'),
    *(nested(levels) for levels in (90, 400, 990, 100_000)),
    *(f'{{"statusCode": {status}}}' for status in ("true", "NaN", '"200"', "9" * 400, "-5", "[]")),
    r'{"method": {"a": 1}, "url": [NaN]}',
    r'{"url": "\ud800", "method": null}',
    *('"9999-12-31T23:59:59-23:59"', '"0001-01-01T00:00:00+09:00"', '"2034-01-02T09:00:00"'),
    *('"live"', '"replay"', '"record"', '"banana"', '"fault:500"'),
]


def edited(chance: random.Random) -> bytes:
    parts = dict(WHOLE)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        name = chance.choice(list(parts))
        change = chance.random()
        if change < 0.1:
            del parts[name]
        elif change < 0.2:
            parts[f"{name}s"] = chance.choice(VALUES)
        else:
            parts[name] = chance.choice(VALUES)
    line = "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in parts.items()) + "}"
    if chance.random() < 0.1:
        at = chance.randrange(len(line))
        line = line[:at] + chance.choice(["", "\0", "}", '"', "\xff"]) + line[at + 1 :]
    return line.encode("latin-1")


def project(folder: Path, *lines: bytes) -> App:
    definition = folder / "shop.json"
    definition.write_text(json.dumps(an_app(an_action(sampleOutputContext={"id": 1}))))
    (folder / ".kustomer-nb").mkdir()
    (folder / ".kustomer-nb" / "history.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return load(definition)


@contextlib.contextmanager
def ours_alone(what: object) -> Iterator[None]:
    """Let errors of the package pass; any other one fails, and tells of what."""
    try:
        yield
    except KustomerNbError:
        pass
    except Exception as error:
        pytest.fail(f"{type(error).__name__}: {error!r} of {what!r:.500}")


def test_an_edited_file_raises_only_errors_of_the_package(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    lines = [edited(chance) for _ in range(LINES)]

    runs = project(tmp_path, *lines).history()

    assert len(runs) + runs.skipped == LINES
    assert min(len(runs), runs.skipped) > LINES / 10
    repr(runs).encode()
    for page in (runs[start : start + 20] for start in range(0, len(runs), 20)):
        with ours_alone(page[:]):
            reporting.text(page)
            page._repr_html_().encode()
            json.dumps(reporting.as_json(page))
    for wanted in (
        {"text": "x"},
        {"status": "2xx"},
        {"status": 200},
        {"outcome": "failed"},
        {"action": "find"},
    ):
        with ours_alone(wanted):
            runs.find(**wanted)
    assert len(runs.find(since=datetime(1, 1, 1, tzinfo=UTC))) == len(runs)
    for number in runs.numbers:
        entry = runs.numbered(number)
        with ours_alone(vars(entry)):
            repr(entry).encode()
            reporting.text(entry)
            reporting.html(entry).encode()
        with ours_alone(vars(entry)):
            reporting.html(runs.diff(0, number)).encode()
        with ours_alone(vars(entry)):
            runs.run(number, transport=NOTHING)


@pytest.mark.parametrize(
    "arguments", [[], ["--json"], ["0"], ["0", "--json"], ["1", "--diff", "0"], ["--find", "x", "--json"]]
)
def test_the_command_line_shows_what_no_terminal_can_encode(arguments: list[str], tmp_path: Path) -> None:
    parts = dict.fromkeys(("action", "error", "output", "inputs", "outcome"), "\ud800 x\udfff")
    line = json.dumps({"version": 1, "at": AT, "request": {"url": "\ud800"}, **parts})
    app = project(tmp_path, *([line.encode()] * 2))

    done = subprocess.run(
        [sys.executable, "-m", "kustomer_nb", "history", str(app.path), *arguments], capture_output=True
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param('"inputs": ' + nested(MAX_DEPTH + 50), id="deeper than any line is written"),
        pytest.param('"env": {"orgId": 5}', id="a number in env"),
        pytest.param('"hosts": {"https://a.b": null}', id="nothing for a host"),
        pytest.param('"response": {"statusCode": true}', id="true for a status"),
        pytest.param('"seed": false', id="false for a number"),
        pytest.param('"note": "x"', id="a key of another version"),
        pytest.param('"elapsed": ' + "9" * 5000, id="a number that is not read"),
    ],
)
def test_an_impossible_line_is_skipped_and_counted(part: str, tmp_path: Path) -> None:
    app = project(tmp_path, f'{{"version": 1, "at": "{AT}", {part}}}'.encode())

    assert (len(app.history()), app.history().skipped) == (0, 1)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param('"inputs": {"id": NaN}', id="not a number"),
        pytest.param('"elapsed": 1e999', id="more than a double holds"),
        pytest.param('"outcome": "postponed"', id="an outcome of a newer version"),
        pytest.param('"env": {"orgId": "5"}, "hosts": {"https://a.b": "http://127.0.0.1"}', id="texts"),
        pytest.param(r'"output": "\ud800"', id="half of a surrogate pair"),
    ],
)
def test_a_line_that_can_be_shown_is_not_skipped(part: str, tmp_path: Path) -> None:
    app = project(tmp_path, f'{{"version": 1, "at": "{AT}", {part}}}'.encode())

    assert (len(app.history()), app.history().skipped) == (1, 0)


def test_the_deepest_written_value_is_read(tmp_path: Path) -> None:
    app = project(tmp_path)
    part = json.loads(nested(MAX_DEPTH - 1))

    history.append(tmp_path, {"version": 1, "at": AT, "inputs": part, "response": {"body": part}})

    (entry,) = app.history()
    assert (entry.inputs, entry.response, entry.truncated) == (part, {"body": part}, ())
