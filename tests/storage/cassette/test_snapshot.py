"""A cassette is read once while its file stays as it is, and anew after any change of it, whoever made it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.caches import file_state
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.storage.cassette import snapshot as snapshots
from kustomer_nb.storage.cassette.reader import parse_exchanges
from kustomer_nb.storage.cassette.serialization import format_exchanges, join_exchanges, split_exchanges
from tests.storage.cassette.exchanges import ask, exchange

ROOT = Path(__file__).parents[3]
ORDERS = "https://api.shop.com/orders/"
_OPENED: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _OPENED:
        _OPENED[-1].append(str(arguments[0]))


# An audit hook stays until the process ends; without a list to write to it does nothing.
sys.addaudithook(_note)


@contextmanager
def opened(path: Path) -> Iterator[Callable[[], int]]:
    """Count how often a file is opened."""
    names: list[str] = []
    _OPENED.append(names)
    try:
        yield lambda: names.count(str(path))
    finally:
        _OPENED.remove(names)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.cassette.json"


def write(path: Path, *numbers: int, body: bytes = b'{"id":7}') -> None:
    exchanges = [exchange(body, request=ask(f"{ORDERS}{number}")) for number in numbers]
    path.write_text(format_exchanges(exchanges), encoding="utf-8")


def settle(path: Path) -> None:
    """Wait until a next change of the file cannot leave its times behind, and read it."""
    while not file_state(str(path))[1]:
        time.sleep(0.02)
    _ = Cassette(path).exchanges


def numbers(path: Path) -> list[int]:
    urls = [item.request.url for item in Cassette(path).exchanges]
    return sorted(int(url.removeprefix(ORDERS)) for url in urls)


def test_it_is_read_once_whatever_its_size(path: Path) -> None:
    # Larger than what else is cached of a file.
    write(path, *range(40), body=b'"' + b"x" * 150_000 + b'"')
    settle(path)

    with opened(path) as count:
        for number in range(40):
            assert Cassette(path).find(ask(f"{ORDERS}{number}")) is not None
            assert Cassette(path).find(ask(f"{ORDERS}{number + 100}")) is None
        assert count() == 0


def test_a_change_of_the_same_size_and_time_is_seen(path: Path) -> None:
    for digit in range(10):
        write(path, digit)
        # As a checkout leaves it on a file system with a coarse clock.
        os.utime(path, (1_000_000_000, 1_000_000_000))

        assert numbers(path) == [digit]


def test_a_replaced_file_of_the_same_size_and_time_is_seen_however_late(path: Path) -> None:
    write(path, 1)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    settle(path)
    other = path.with_name("other")
    write(other, 2)
    os.utime(other, (1_000_000_000, 1_000_000_000))

    other.replace(path)

    assert numbers(path) == [2]


@pytest.mark.parametrize("is_settled", [False, True])
def test_what_others_do_to_the_file_is_seen(path: Path, is_settled: bool) -> None:
    def changed() -> list[int]:
        seen = numbers(path)
        if is_settled:
            settle(path)
        return seen

    write(path, 1, 2)
    assert changed() == [1, 2]
    write(path, 1, 2, 3)
    assert changed() == [1, 2, 3]
    write(path, 3)
    assert changed() == [3]
    path.unlink()
    assert changed() == []
    write(path, 4)
    assert changed() == [4]
    path.write_text("")
    with pytest.raises(LoadError, match="it is not JSON"):
        changed()
    write(path, 5)
    assert changed() == [5]


def test_a_checkout_of_another_version_is_seen(path: Path) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        subprocess.run(command, cwd=path.parent, check=True, capture_output=True)

    git("init", "-q", "-b", "first", ".")
    write(path, 1)
    git("add", "--force", path.name)
    git("commit", "-qm", "one")
    git("checkout", "-qb", "second")
    write(path, 2)
    git("commit", "-qam", "two")

    for branch, number in [("first", 1), ("second", 2)] * 5:
        git("checkout", "-q", branch)
        assert numbers(path) == [number]


def test_a_broken_line_in_the_middle_is_reported_with_its_location_each_time(path: Path) -> None:
    write(path, *range(100))
    settle(path)
    text = path.read_text()
    middle = text.index(f'"{ORDERS}50"')
    path.write_text(text[:middle] + text[middle + 1 :])
    line = text.count("\n", 0, middle) + 1

    for _ in range(2):
        with pytest.raises(LoadError) as caught:
            Cassette(path).find(ask(f"{ORDERS}1"))
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.where.startswith(f"{path}:{line}:")
    with pytest.raises(LoadError):
        Cassette(path).record(exchange(request=ask(f"{ORDERS}500")))

    path.write_text(text)
    assert len(numbers(path)) == 100


def test_two_exchanges_of_one_request_are_refused_with_their_places(path: Path) -> None:
    one, two = (exchange(body, request=ask(f"{ORDERS}1")) for body in (b"1", b"2"))
    path.write_text(format_exchanges([one, two]))

    with pytest.raises(LoadError, match=r"/exchanges/1.*it has the same request as /exchanges/0"):
        _ = Cassette(path).exchanges


def test_what_is_recorded_is_what_a_file_written_whole_has(path: Path) -> None:
    order = [5, 3, 9, 1, 7, 3, 5]
    for at, number in enumerate(order):
        body = f'{{"at":{at},"text":"\\ud83d"}}'.encode()
        Cassette(path).record(exchange(body, request=ask(f"{ORDERS}{number}", body="a\n    },\n    {\nb")))

    text = path.read_text(encoding="utf-8")

    assert text == format_exchanges(parse_exchanges(text, path))
    assert numbers(path) == [1, 3, 5, 7, 9]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="other line ends"),
        pytest.param(lambda text: text.replace("  ", "\t"), id="another indentation"),
        pytest.param(lambda text: text.strip(), id="no line end at the end"),
    ],
)
def test_a_file_that_is_laid_out_otherwise_is_read_and_recorded_to(path: Path, edit: Any) -> None:
    write(path, 1, 2)
    path.write_bytes(edit(path.read_text()).encode())
    assert numbers(path) == [1, 2]

    Cassette(path).record(exchange(request=ask(f"{ORDERS}3")))

    expected = path.with_name("expected")
    write(expected, 1, 2, 3)
    assert path.read_text() == expected.read_text()


def test_the_layout_of_other_exchanges_stays(path: Path) -> None:
    write(path, 1, 2, 3)
    by_hand = path.read_text().replace('"json": {\n            "id": 7\n          }', '"json": {"id": 7}', 1)
    path.write_text(by_hand)

    Cassette(path).record(exchange(request=ask(f"{ORDERS}4")))

    assert path.read_text().startswith(by_hand.removesuffix("\n    }\n  ]\n}\n"))
    assert numbers(path) == [1, 2, 3, 4]


def test_exchanges_in_another_order_are_sorted_by_the_next_recording(path: Path) -> None:
    write(path, 1, 2)
    expected = path.read_text()
    path.write_text(join_exchanges(reversed(split_exchanges(expected) or [])))
    assert [item.request.url for item in Cassette(path).exchanges] == [f"{ORDERS}2", f"{ORDERS}1"]

    Cassette(path).record(exchange(b'{"id":8}', request=ask(f"{ORDERS}2")))

    assert path.read_text() == expected.replace('"id": 7', '"id": 8').replace('"id": 8', '"id": 7', 1)


RECORDER = """
import sys
from pathlib import Path
from kustomer_nb.storage.cassette import Cassette
from tests.storage.cassette.exchanges import ask, exchange
path, start = Path(sys.argv[1]), int(sys.argv[2])
for number in range(start, start + 40):
    Cassette(path).record(exchange(request=ask(f"https://api.shop.com/orders/{number}")))
    assert Cassette(path).find(ask(f"https://api.shop.com/orders/{number}")) is not None
"""


@pytest.mark.timeout(300)
def test_two_processes_that_record_at_the_same_time_lose_nothing(path: Path) -> None:
    write(path, *range(1000, 1040))
    command = [sys.executable, "-c", RECORDER, str(path)]
    processes = [subprocess.Popen([*command, str(start)], cwd=ROOT) for start in (0, 100)]

    seen = 0
    while any(process.poll() is None for process in processes):
        # A reader sees a whole file at any moment, and never fewer than before.
        count = len(Cassette(path).exchanges)
        assert count >= seen
        seen = count

    assert [process.wait() for process in processes] == [0, 0]
    assert numbers(path) == [*range(40), *range(100, 140), *range(1000, 1040)]


def test_only_new_exchanges_of_a_changed_file_are_parsed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, *range(50))
    before = {item.request.url: item for item in Cassette(path).exchanges}

    write(path, *range(51))
    after = {item.request.url: item for item in Cassette(path).exchanges}

    assert [url for url, item in after.items() if before.get(url) is not item] == [f"{ORDERS}50"]


def test_only_so_many_cassettes_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_FILES", 2)
    paths = [tmp_path / f"{name}.cassette.json" for name in "abc"]
    for path in paths:
        write(path, 1)
        settle(path)

    def is_read(path: Path) -> bool:
        with opened(path) as count:
            _ = Cassette(path).exchanges
            return count() > 0

    assert [is_read(path) for path in (paths[2], paths[0])] == [False, True]


def test_a_cassette_in_another_encoding_is_named_with_the_position(tmp_path: Path) -> None:
    path = tmp_path / "shop.cassette.json"
    path.write_text("{}", encoding="utf-16")

    with pytest.raises(LoadError) as caught:
        snapshots.read_anew(path)

    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.where) == ("KNB133", f"{path}:1:1")
