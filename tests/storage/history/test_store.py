from __future__ import annotations

import json
import math
import os
import random
import resource
import select
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.storage import history
from kustomer_nb.storage.history.store import (
    MAX_DEPTH,
    MAX_LINE_BYTES,
    read_lines,
    serialize_line,
    without_too_large,
)
from kustomer_nb.storage.locks import private_folder
from tests.planted import MINE, PLANTS, Plant, assert_untouched, planted, precious_of
from tests.work import count_calls

KILLS = max(60, int(os.environ.get("KUSTOMER_NB_FUZZ", "0")) // 20)
LINE = {"version": 1, "at": "2034-01-02T09:00:00+00:00", "output": {"text": "é" * 2000}}


def path_of(root: Path) -> Path:
    return root / ".kustomer-nb" / "history.jsonl"


def numbers(root: Path) -> list[int]:
    return [json.loads(line)["number"] for line in read_lines(root)]


def test_the_folder_ignores_itself(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert (tmp_path / ".kustomer-nb" / ".gitignore").read_text() == "*\n"


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert path_of(tmp_path).stat().st_mode & 0o077 == 0


def test_an_incomplete_last_line_is_ended_and_costs_no_other(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})
    with path_of(tmp_path).open("ab") as file:
        file.write(b'{"number":2,"out')

    history.append(tmp_path, {"number": 3})

    assert read_lines(tmp_path) == (b'{"number":1}', b'{"number":2,"out', b'{"number":3}')


def test_a_large_file_keeps_its_newer_lines(tmp_path: Path) -> None:
    for number in range(100):
        history.append(tmp_path, {"number": number}, largest=500)

    remaining = numbers(tmp_path)

    assert path_of(tmp_path).stat().st_size <= 500
    assert remaining == list(range(remaining[0], 100))
    assert len(remaining) > 10


def test_the_line_that_was_just_added_stays_though_it_is_too_large_alone(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})
    history.append(tmp_path, {"number": 2, "output": "x" * 500}, largest=100)

    assert numbers(tmp_path) == [2]


def test_a_file_of_many_lines_keeps_the_newer_ones(tmp_path: Path) -> None:
    for number in range(1000):
        history.append(tmp_path, {"number": number, "output": "x" * 200}, most=100, largest=400_000)

    remaining = numbers(tmp_path)

    assert remaining == list(range(remaining[0], 1000))
    assert 50 <= len(remaining) <= 100 + 20_000 // 200


def test_a_short_line_is_complete(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert json.loads(read_lines(tmp_path)[0]) == LINE


def test_reports_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / ".kustomer-nb").write_text("")

    diagnostic = history.append(tmp_path, LINE)

    assert diagnostic is not None
    assert str(diagnostic).startswith("KNB822 the run could not be added to .kustomer-nb/history.jsonl: ")


def test_reports_a_full_disk_and_loses_no_other_line(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})

    child, _ = forked(lambda: add_where_nothing_more_fits(tmp_path))
    assert os.waitpid(child, 0)[1] == 0
    history.append(tmp_path, {"number": 3})

    assert [line for line in read_lines(tmp_path) if is_whole(line)] == [b'{"number":1}', b'{"number":3}']


def add_where_nothing_more_fits(root: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    diagnostic = history.append(root, LINE)
    assert diagnostic is not None
    assert diagnostic.code == "KNB822"
    assert "too large" in diagnostic.message


def test_reports_a_held_lock_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history.store, "PATIENCE", 0.05)
    history.append(tmp_path, LINE)

    with FileLock(tmp_path / ".kustomer-nb" / "history.lock"):
        diagnostic = history.append(tmp_path, LINE)

    assert "another process is writing to it" in str(diagnostic)


def test_reports_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (private_folder(tmp_path) / "history.jsonl").mkdir()

    with pytest.raises(LoadError, match=r"KNB822 the history .* cannot be read: .* is a folder\."):
        read_lines(tmp_path)


def test_a_folder_whose_creator_was_killed_still_ignores_itself(tmp_path: Path) -> None:
    (private_folder(tmp_path) / ".gitignore").write_text("")

    history.append(tmp_path, LINE)

    assert (tmp_path / ".kustomer-nb" / ".gitignore").read_text() == "*\n"


# Halves of surrogate pairs and U+2028 too.
TEXTS = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(value=VALUES)
def test_any_json_is_read_as_javascript_writes_it(value: Any, tmp_path: Path) -> None:
    history.append(tmp_path, {"value": value})

    line = read_lines(tmp_path)[-1].decode()

    # NaN and Infinity, which Python writes, are no JSON.
    read = json.loads(line, parse_constant=pytest.fail)
    assert stringify(read) == stringify({"value": value})


@pytest.mark.parametrize(
    ("value", "serialized"),
    [
        pytest.param(math.nan, b"null", id="not a number"),
        pytest.param(math.inf, b"null", id="infinity"),
        pytest.param(10**400, b"null", id="more than a double holds"),
        pytest.param(10**5000, b"null", id="more digits than Python reads"),
        pytest.param(2**53 + 1, b"9007199254740992", id="an integer that is not a double"),
        pytest.param({"b": 3.0, "1": "1234567890123456"}, b'{"1":"1234567890123456","b":3}', id="digits"),
        pytest.param({"b": 3.0, "1": 0}, b'{"b":3.0,"1":0}', id="what Python reads as it was"),
        pytest.param("\ud83d", rb'"\ud83d"', id="half of a surrogate pair"),
        pytest.param("\u2028\n", '"\u2028\\n"'.encode(), id="line separators"),
    ],
)
def test_a_value_that_json_lacks_is_written_as_javascript_does(
    value: Any, serialized: bytes, tmp_path: Path
) -> None:
    history.append(tmp_path, {"value": value})

    assert read_lines(tmp_path) == (b'{"value":' + serialized + b"}",)


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    children = [forked(lambda first=first: add(tmp_path, first)) for first in (0, 1000)]
    for child, _ in children:
        assert os.waitpid(child, 0)[1] == 0

    assert sorted(numbers(tmp_path)) == [*range(500), *range(1000, 1500)]


def test_trimming_in_one_process_never_drops_new_lines_of_another(tmp_path: Path) -> None:
    children = [forked(lambda first=first: add(tmp_path, first, largest=8_000)) for first in (0, 1000)]
    for child, _ in children:
        assert os.waitpid(child, 0)[1] == 0

    remaining = numbers(tmp_path)
    own = [[number for number in remaining if number // 1000 == child] for child in (0, 1)]

    assert remaining[-1] in (499, 1499)
    assert [
        number
        for number in own
        if number and number != list(range(number[0], number[0] // 1000 * 1000 + 500))
    ] == []


def add(root: Path, first: int, **bounds: int) -> None:
    for number in range(first, first + 500):
        assert history.append(root, {"number": number}, **bounds) is None


def forked(work: Any) -> tuple[int, int]:
    """Do some work in a child process; returns its number, and where what it writes can be read."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(write, 9)
            work()
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    return child, read


def write_for_ever(root: Path, first: int) -> None:
    """Add lines, and tell of each that has been added."""
    number = first
    while True:
        history.append(root, {"number": number, **LINE}, largest=60_000)
        os.write(9, b"%d\n" % number)
        number += 1


def told(read: int) -> bytes:
    content = b""
    while select.select([read], [], [], 0)[0] and (part := os.read(read, 65536)):
        content += part
    os.close(read)
    return content


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_writer_killed_at_any_moment_loses_no_line_it_had_written(tmp_path: Path) -> None:
    chance = random.Random(7)
    latest = 0
    for _ in range(KILLS):
        child, read = forked(lambda first=latest: write_for_ever(tmp_path, first))
        time.sleep(chance.uniform(0.004, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reported = told(read).split()
        remaining = [json.loads(line)["number"] for line in read_lines(tmp_path) if is_whole(line)]
        torn = len(read_lines(tmp_path)) - len(remaining)

        assert torn <= 1
        assert remaining == sorted(remaining)
        if reported:
            # The newer half of the file stays: what was told last is in it, and all between.
            assert int(reported[-1]) in remaining
            assert set(range(max(remaining[0], latest), int(reported[-1]) + 1)) <= set(remaining)
        latest = max([*remaining, latest]) + 1
        history.append(tmp_path, {"number": latest, **LINE}, largest=60_000)
        latest += 1


def is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


@pytest.mark.timeout(120)
@planted
@pytest.mark.parametrize("name", ["", ".gitignore", "history.jsonl", "history.lock"])
def test_writes_to_no_link_and_no_pipe(plant: Plant, name: str, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    place = tmp_path / ".kustomer-nb" / name
    place.parent.mkdir(exist_ok=True)
    if name or plant is not PLANTS["a folder"]:
        plant(place, precious)
    else:
        place.touch()

    diagnostic = history.append(tmp_path, LINE)

    assert diagnostic is not None
    assert (diagnostic.code, diagnostic.severity) == ("KNB822", Severity.WARNING)
    assert str(place) in diagnostic.message
    assert "KUSTOMER_NB_HISTORY=off" in diagnostic.fix
    assert_untouched(precious)


@pytest.mark.parametrize("name", ["history.jsonl", "history.lock"])
@pytest.mark.parametrize("text", ["", MINE], ids=["empty", "filled"])
def test_writes_to_no_hard_link(name: str, text: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text(text)
    (private_folder(tmp_path) / name).hardlink_to(precious)

    diagnostic = history.append(tmp_path, LINE)

    assert diagnostic is not None
    assert diagnostic.code == "KNB822"
    assert "is a hard link" in diagnostic.message
    assert precious.read_text() == text


@pytest.mark.timeout(120)
@planted
@pytest.mark.parametrize("name", ["", "history.jsonl"])
def test_reads_only_a_file(plant: Plant, name: str, tmp_path: Path) -> None:
    place = tmp_path / ".kustomer-nb" / name
    place.parent.mkdir(exist_ok=True)
    if name or plant is not PLANTS["a folder"]:
        plant(place, precious_of(tmp_path))
    else:
        place.touch()

    with pytest.raises(LoadError, match="KNB822"):
        read_lines(tmp_path)


def test_reads_a_hard_link(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)
    (tmp_path / "backup").hardlink_to(path_of(tmp_path))

    assert json.loads(read_lines(tmp_path)[0]) == LINE


def test_a_linked_project_has_a_history(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert history.append(tmp_path / "link", LINE) is None

    assert read_lines(tmp_path / "real") == read_lines(tmp_path / "link")
    assert len(read_lines(tmp_path / "real")) == 1


def test_continues_a_file_of_an_earlier_version(tmp_path: Path) -> None:
    folder = tmp_path / ".kustomer-nb"
    folder.mkdir()
    for name, text in (
        (".gitignore", "*\n"),
        ("history.lock", "1234"),
        ("history.tmp", "{"),
        ("history.jsonl", "{}\n"),
    ):
        (folder / name).write_text(text)

    for number in range(100):
        assert history.append(tmp_path, {"number": number}, largest=500) is None

    assert numbers(tmp_path)[-1] == 99
    assert (folder / "history.tmp").read_text() == "{"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitignore",
        "history.jsonl",
        "history.lock",
        "history.tmp",
    ]


LARGE = "x" * MAX_LINE_BYTES


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_the_largest_parts_of_a_long_line_are_omitted_and_named() -> None:
    line = {
        "inputs": 1,
        "request": {"body": LARGE, "url": "u"},
        "response": {"statusCode": 200, "body": LARGE + "x"},
        "output": 2,
    }

    assert json.loads(serialize_line(line)) == {
        "inputs": 1,
        "request": {"url": "u"},
        "response": {"statusCode": 200},
        "output": 2,
        "truncated": ["response.body", "request.body"],
    }


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"request": {"url": LARGE}}, id="an address"),
        pytest.param({"request": {"headers": {"a": LARGE}}}, id="headers"),
        pytest.param({"response": {"headers": {"a": LARGE}}}, id="headers of the answer"),
        pytest.param({"error": LARGE}, id="an error"),
        pytest.param({"env": {"a": LARGE}}, id="what the platform gives"),
        pytest.param({"action": LARGE}, id="a name"),
        pytest.param({str(at): "x" * 1000 for at in range(400)}, id="many parts"),
    ],
)
def test_no_line_is_longer_than_the_limit(part: Any) -> None:
    serialized = serialize_line({"version": 1, "at": "2034-01-02T09:00:00+00:00", **part})

    assert len(serialized) <= MAX_LINE_BYTES
    assert json.loads(serialized)["at"] == "2034-01-02T09:00:00+00:00"
    assert json.loads(serialized)["truncated"]


def test_a_line_of_the_greatest_length_is_complete() -> None:
    line = {"output": "x" * (MAX_LINE_BYTES - len('{"output":""}\n'))}

    assert json.loads(serialize_line(line)) == line


@pytest.mark.parametrize(
    ("output", "is_kept"),
    [
        pytest.param("[" * MAX_DEPTH + "]" * MAX_DEPTH, True, id="as deep as may be"),
        pytest.param("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), False, id="one level deeper"),
        pytest.param("[" + ",".join(["{}"] * 500) + "]", True, id="many brackets, two levels"),
        pytest.param('"' + "[" * 500 + '"', True, id="brackets in a string"),
    ],
)
def test_a_value_alone_is_omitted_only_if_it_is_too_deep(output: str, is_kept: bool) -> None:
    line = {"version": 1, "output": json.loads(output)}

    serialized = json.loads(serialize_line(line))

    assert serialized == (line if is_kept else {"version": 1, "truncated": ["output"]})


def test_adding_a_line_takes_no_more_calls_for_more_items(tmp_path: Path) -> None:
    one, many = ({**LINE, "output": [{"price": at * 1.5} for at in range(size)]} for size in (1, 90))
    history.append(tmp_path, one)

    calls = count_calls(lambda: history.append(tmp_path, one))

    assert calls == count_calls(lambda: history.append(tmp_path, many))
    # About twenty of them are calls of the system.
    assert calls < 220


@pytest.mark.parametrize("levels", [MAX_DEPTH, 50_000], ids=["one level", "more than Python can go down"])
def test_a_part_nested_too_deep_is_omitted_and_named(levels: int) -> None:
    serialized = serialize_line(
        {"inputs": nested(MAX_DEPTH - 1), "response": {"body": nested(levels)}, "output": 2}
    )

    assert json.loads(serialized) == {
        "inputs": nested(MAX_DEPTH - 1),
        "response": {},
        "output": 2,
        "truncated": ["response.body"],
    }


def test_a_part_that_is_too_large_is_left_out_after_reading_the_length_of_a_line():
    def line(count: int) -> dict[str, object]:
        return {"version": 1, "output": [{"id": at} for at in range(count)], "response": {"statusCode": 200}}

    lines = [line(count) for count in (30_000, 120_000)]
    counts = [count_calls(partial(without_too_large, members)) for members in lines]

    # Memory is collected now and then, which calls a few functions.
    assert abs(counts[0] - counts[1]) < 100
    assert without_too_large(lines[0]) == {
        "version": 1,
        "response": {"statusCode": 200},
        "truncated": ["output"],
    }


def test_a_line_without_large_parts_stays_as_it_is():
    line = {"version": 1, "output": "é" * 1000}

    assert without_too_large(line) is line
