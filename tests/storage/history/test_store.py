from __future__ import annotations

import json
import math
import os
import random
import resource
import select
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.storage import history
from kustomer_nb.storage.history.store import DEEPEST, LONGEST, lines, written
from kustomer_nb.storage.locks import private_folder
from tests.planted import MINE, PLANTS, Plant, assert_untouched, planted, precious_of

KILLS = max(60, int(os.environ.get("KUSTOMER_NB_FUZZ", "0")) // 20)
LINE = {"version": 1, "at": "2034-01-02T09:00:00+00:00", "output": {"text": "é" * 2000}}


def path_of(root: Path) -> Path:
    return root / ".kustomer-nb" / "history.jsonl"


def numbers(root: Path) -> list[int]:
    return [json.loads(line)["number"] for line in lines(root)]


def test_the_folder_ignores_itself(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert (tmp_path / ".kustomer-nb" / ".gitignore").read_text() == "*\n"


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert path_of(tmp_path).stat().st_mode & 0o077 == 0


def test_a_torn_last_line_is_closed_off_and_costs_no_other(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})
    with path_of(tmp_path).open("ab") as file:
        file.write(b'{"number":2,"out')

    history.append(tmp_path, {"number": 3})

    assert lines(tmp_path) == (b'{"number":1}', b'{"number":2,"out', b'{"number":3}')


def test_of_a_large_file_the_newer_lines_stay(tmp_path: Path) -> None:
    for number in range(100):
        history.append(tmp_path, {"number": number}, largest=500)

    kept = numbers(tmp_path)

    assert path_of(tmp_path).stat().st_size <= 500
    assert kept == list(range(kept[0], 100))
    assert len(kept) > 10


def test_the_line_that_was_just_added_stays_though_it_is_too_large_alone(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})
    history.append(tmp_path, {"number": 2, "output": "x" * 500}, largest=100)

    assert numbers(tmp_path) == [2]


def test_of_many_lines_the_newer_ones_stay(tmp_path: Path) -> None:
    for number in range(1000):
        history.append(tmp_path, {"number": number, "output": "x" * 200}, most=100, largest=400_000)

    kept = numbers(tmp_path)

    assert kept == list(range(kept[0], 1000))
    assert 50 <= len(kept) <= 100 + 20_000 // 200


def test_a_small_line_is_whole(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)

    assert json.loads(lines(tmp_path)[0]) == LINE


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / ".kustomer-nb").write_text("")

    found = history.append(tmp_path, LINE)

    assert found is not None
    assert str(found).startswith("KNB822 the run could not be added to .kustomer-nb/history.jsonl: ")


def test_a_full_disk_is_said_and_costs_no_other_line(tmp_path: Path) -> None:
    history.append(tmp_path, {"number": 1})

    child, _ = forked(lambda: add_where_nothing_more_fits(tmp_path))
    assert os.waitpid(child, 0)[1] == 0
    history.append(tmp_path, {"number": 3})

    assert [line for line in lines(tmp_path) if is_whole(line)] == [b'{"number":1}', b'{"number":3}']


def add_where_nothing_more_fits(root: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    found = history.append(root, LINE)
    assert found is not None
    assert found.code == "KNB822"
    assert "too large" in found.message


def test_a_lock_that_another_holds_is_said_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history.store, "PATIENCE", 0.05)
    history.append(tmp_path, LINE)

    with FileLock(tmp_path / ".kustomer-nb" / "history.lock"):
        found = history.append(tmp_path, LINE)

    assert "it cannot be held against other processes" in str(found)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (private_folder(tmp_path) / "history.jsonl").mkdir()

    with pytest.raises(LoadError, match=r"KNB822 the history .* cannot be read: .* is a folder\."):
        lines(tmp_path)


def test_a_folder_whose_maker_was_killed_still_ignores_itself(tmp_path: Path) -> None:
    (private_folder(tmp_path) / ".gitignore").write_text("")

    history.append(tmp_path, LINE)

    assert (tmp_path / ".kustomer-nb" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("value", ["off", "OFF", "0", "false", "no"])
def test_the_environment_can_turn_it_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", value)

    assert not history.is_on()


def test_it_is_on_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)

    assert history.is_on()


# Halves of surrogate pairs and U+2028 too.
TEXTS = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(value=VALUES)
def test_any_json_comes_back_as_javascript_writes_it(value: Any, tmp_path: Path) -> None:
    history.append(tmp_path, {"value": value})

    line = lines(tmp_path)[-1].decode()

    assert line == stringify({"value": value})
    assert stringify(json.loads(line)) == line


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param(math.nan, b"null", id="not a number"),
        pytest.param(10**400, b"null", id="more than a double holds"),
        pytest.param("\ud83d", rb'"\ud83d"', id="half of a surrogate pair"),
        pytest.param("\u2028\n", '"\u2028\\n"'.encode(), id="line separators"),
    ],
)
def test_what_is_no_json_of_its_own_is_written_as_javascript_does(
    value: Any, kept: bytes, tmp_path: Path
) -> None:
    history.append(tmp_path, {"value": value})

    assert lines(tmp_path) == (b'{"value":' + kept + b"}",)


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    children = [forked(lambda first=first: add(tmp_path, first)) for first in (0, 1000)]
    for child, _ in children:
        assert os.waitpid(child, 0)[1] == 0

    assert sorted(numbers(tmp_path)) == [*range(500), *range(1000, 1500)]


def test_what_one_process_leaves_out_as_old_is_never_new_of_another(tmp_path: Path) -> None:
    children = [forked(lambda first=first: add(tmp_path, first, largest=8_000)) for first in (0, 1000)]
    for child, _ in children:
        assert os.waitpid(child, 0)[1] == 0

    kept = numbers(tmp_path)
    own = [[one for one in kept if one // 1000 == child] for child in (0, 1)]

    assert kept[-1] in (499, 1499)
    assert [one for one in own if one and one != list(range(one[0], one[0] // 1000 * 1000 + 500))] == []


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
        said = told(read).split()
        kept = [json.loads(line)["number"] for line in lines(tmp_path) if is_whole(line)]
        torn = len(lines(tmp_path)) - len(kept)

        assert torn <= 1
        assert kept == sorted(kept)
        if said:
            # The newer half of the file stays: what was told last is in it, and all between.
            assert int(said[-1]) in kept
            assert set(range(max(kept[0], latest), int(said[-1]) + 1)) <= set(kept)
        latest = max([*kept, latest]) + 1
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
def test_nothing_of_it_is_a_link_or_a_pipe(plant: Plant, name: str, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    place = tmp_path / ".kustomer-nb" / name
    place.parent.mkdir(exist_ok=True)
    if name or plant is not PLANTS["a folder"]:
        plant(place, precious)
    else:
        place.touch()

    found = history.append(tmp_path, LINE)

    assert found is not None
    assert (found.code, found.severity) == ("KNB822", Severity.WARNING)
    assert str(place) in found.message
    assert "KUSTOMER_NB_HISTORY=off" in found.fix
    assert_untouched(precious)


@pytest.mark.parametrize("name", ["history.jsonl", "history.lock"])
@pytest.mark.parametrize("text", ["", MINE], ids=["empty", "filled"])
def test_nothing_of_it_is_another_name_of_a_file(name: str, text: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text(text)
    (private_folder(tmp_path) / name).hardlink_to(precious)

    found = history.append(tmp_path, LINE)

    assert found is not None
    assert found.code == "KNB822"
    assert "is a hard link" in found.message
    assert precious.read_text() == text


@pytest.mark.timeout(120)
@planted
@pytest.mark.parametrize("name", ["", "history.jsonl"])
def test_nothing_but_a_file_is_read(plant: Plant, name: str, tmp_path: Path) -> None:
    place = tmp_path / ".kustomer-nb" / name
    place.parent.mkdir(exist_ok=True)
    if name or plant is not PLANTS["a folder"]:
        plant(place, precious_of(tmp_path))
    else:
        place.touch()

    with pytest.raises(LoadError, match="KNB822"):
        lines(tmp_path)


def test_a_copy_that_shares_its_content_is_read(tmp_path: Path) -> None:
    history.append(tmp_path, LINE)
    (tmp_path / "backup").hardlink_to(path_of(tmp_path))

    assert json.loads(lines(tmp_path)[0]) == LINE


def test_a_project_that_a_link_leads_to_has_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert history.append(tmp_path / "link", LINE) is None

    assert lines(tmp_path / "real") == lines(tmp_path / "link")
    assert len(lines(tmp_path / "real")) == 1


def test_one_of_an_earlier_version_is_gone_on_with(tmp_path: Path) -> None:
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
    assert sorted(one.name for one in folder.iterdir()) == [
        ".gitignore",
        "history.jsonl",
        "history.lock",
        "history.tmp",
    ]


LARGE = "x" * LONGEST


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_of_a_long_line_the_longest_parts_are_left_out_and_named() -> None:
    line = {
        "inputs": 1,
        "request": {"body": LARGE, "url": "u"},
        "response": {"statusCode": 200, "body": LARGE + "x"},
        "output": 2,
    }

    assert json.loads(written(line)) == {
        "inputs": 1,
        "request": {"url": "u"},
        "response": {"statusCode": 200},
        "output": 2,
        "cut": ["response.body", "request.body"],
    }


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"request": {"url": LARGE}}, id="an address"),
        pytest.param({"request": {"headers": {"a": LARGE}}}, id="headers"),
        pytest.param({"response": {"headers": {"a": LARGE}}}, id="headers of the answer"),
        pytest.param({"said": LARGE}, id="an error"),
        pytest.param({"env": {"a": LARGE}}, id="what the platform gives"),
        pytest.param({"action": LARGE}, id="a name"),
        pytest.param({str(at): "x" * 1000 for at in range(400)}, id="many parts"),
    ],
)
def test_no_line_is_longer_whatever_is_in_it(part: Any) -> None:
    found = written({"version": 1, "at": "2034-01-02T09:00:00+00:00", **part})

    assert len(found) <= LONGEST
    assert json.loads(found)["at"] == "2034-01-02T09:00:00+00:00"
    assert json.loads(found)["cut"]


def test_a_line_of_the_longest_kind_is_whole() -> None:
    line = {"output": "x" * (LONGEST - len('{"output":""}\n'))}

    assert json.loads(written(line)) == line


@pytest.mark.parametrize("levels", [DEEPEST, 50_000], ids=["one level", "more than Python can go down"])
def test_what_is_nested_too_deep_is_left_out_and_named(levels: int) -> None:
    found = written({"inputs": nested(DEEPEST - 1), "response": {"body": nested(levels)}, "output": 2})

    assert json.loads(found) == {
        "inputs": nested(DEEPEST - 1),
        "response": {},
        "output": 2,
        "cut": ["response.body"],
    }
