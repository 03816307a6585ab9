"""A cassette is written whole, by one at a time, and never over what cannot be read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.storage.cassette import Cassette, cassette_path
from kustomer_nb.storage.cassette import store as cassette_file
from kustomer_nb.storage.locks import private_folder
from tests.planted import PLANTS, Plant, assert_untouched, planted, precious_of
from tests.storage.cassette.exchanges import LABEL, ask, exchange

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
KILLS = max(60, int(os.environ.get("KUSTOMER_NB_FUZZ", "0")) // 20)
ORDERS = "https://api.shop.com/orders/"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.cassette.json"


def urls(path: Path) -> list[str]:
    return [exchange.request.url for exchange in Cassette(path).exchanges]


def refusal(path: Path) -> Any:
    before = path.read_bytes()
    with pytest.raises(LoadError) as caught:
        Cassette(path).record(exchange())
    assert path.read_bytes() == before
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_it_is_next_to_the_definition() -> None:
    assert cassette_path(Path("apps/shop.app.json")) == Path("apps/shop.app.cassette.json")


def test_its_repr_is_its_name() -> None:
    assert repr(Cassette(Path("apps/shop.cassette.json"))) == "<Cassette: shop.cassette.json>"


def test_without_a_file_there_are_no_exchanges(path: Path) -> None:
    tape = Cassette(path)

    assert tape.exchanges == ()
    assert tape.find(ask()) is None
    assert not path.exists()


def test_what_was_recorded_is_found_by_its_request(path: Path) -> None:
    tape = Cassette(path)

    tape.record(exchange(request=ask(f"{ORDERS}1")))
    tape.record(exchange(request=ask(f"{ORDERS}2"), content=b"[2]"))

    match = tape.find(ask(f"{ORDERS}2"))
    assert match is not None
    assert match.response.content == b"[2]"
    assert tape.find(ask(f"{ORDERS}3")) is None


def test_an_equal_request_goes_before_one_with_a_wildcard(path: Path) -> None:
    tape = Cassette(path)
    tape.record(exchange(request=ask(f"{ORDERS}{LABEL}", wildcards=frozenset({LABEL})), content=b'"any"'))
    tape.record(exchange(request=ask(f"{ORDERS}x"), content=b'"x"'))

    def content(url: str) -> bytes | None:
        match = tape.find(ask(url))
        return match and match.response.content

    assert content(f"{ORDERS}x") == b'"x"'
    assert content(f"{ORDERS}y") == b'"any"'
    assert content("https://api.shop.com/other/y") is None


def test_a_request_recorded_again_replaces_the_first(path: Path) -> None:
    for number in (1, 2, 3):
        Cassette(path).record(exchange(request=ask(f"{ORDERS}{number}")))
    before = path.read_text().splitlines()

    Cassette(path).record(exchange(request=ask(f"{ORDERS}2"), content=b'{"id":8}'))

    after = path.read_text().splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ('            "id": 7', '            "id": 8')
    ]


def test_the_order_of_recording_makes_no_difference(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    for number in (1, 2, 3):
        Cassette(path).record(exchange(request=ask(f"{ORDERS}{number}")))
        Cassette(other).record(exchange(request=ask(f"{ORDERS}{4 - number}")))

    assert path.read_text() == other.read_text()


def test_a_new_exchange_is_in_the_order_of_the_file(path: Path) -> None:
    tape = Cassette(path)
    for number in (2, 1):
        tape.record(exchange(request=ask(f"{ORDERS}{number}")))

    assert [recorded.request.url for recorded in tape.exchanges] == [f"{ORDERS}1", f"{ORDERS}2"]


def test_requests_that_differ_in_their_body_are_in_the_order_of_its_json(path: Path) -> None:
    bodies = ['{"n":"7"}', None, '{"n":7}', '{"n":" "}', ""]
    for body in bodies:
        Cassette(path).record(exchange(request=ask(body=body)))

    # Another order would move exchanges in each file that is recorded again.
    assert [recorded.request.body for recorded in Cassette(path).exchanges] == [
        "", '{"n":7}', '{"n":" "}', '{"n":"7"}', None,
    ]  # fmt: skip


def test_a_recording_that_differs_only_in_its_date_leaves_the_file(path: Path) -> None:
    Cassette(path).record(exchange(headers=(("date", "Mon, 02 Jan 2034 00:00:00 GMT"),)))
    before = path.stat()

    Cassette(path).record(exchange(headers=(("date", "Tue, 03 Jan 2034 00:00:00 GMT"),)))

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert "Mon, 02 Jan" in path.read_text()


def test_it_is_readable(path: Path) -> None:
    recorded = exchange(
        '{"name":"Jürgen"}'.encode(),
        request=ask(
            headers={"accept": "application/json"}, body="a\nb", settings={"shop.default.region": "eu"}
        ),
    )

    Cassette(path).record(recorded)

    assert path.read_text(encoding="utf-8") == READABLE


READABLE = """\
{
  "version": 1,
  "exchanges": [
    {
      "action": "kustomer.app.shop.find",
      "request": {
        "method": "GET",
        "url": "https://api.shop.com/orders/7",
        "headers": {
          "accept": "application/json"
        },
        "body": {
          "text": [
            "a",
            "b"
          ]
        }
      },
      "response": {
        "status_code": 200,
        "headers": [
          "content-type: application/json"
        ],
        "body": {
          "json": {
            "name": "Jürgen"
          },
          "style": "compact"
        }
      },
      "settings": {
        "shop.default.region": "eu"
      },
      "env": {},
      "now": null,
      "seed": null
    }
  ]
}
"""


def test_a_response_edited_by_hand_is_replayed(path: Path) -> None:
    Cassette(path).record(exchange(request=ask(f"{ORDERS}1")))
    path.write_text(path.read_text().replace('"id": 7', '"id": 8'))

    Cassette(path).record(exchange(request=ask(f"{ORDERS}2")))

    match = Cassette(path).find(ask(f"{ORDERS}1"))
    assert match is not None
    assert match.response.content == b'{"id":8}'


def test_a_damaged_file_is_rejected_with_its_location_and_unchanged(path: Path) -> None:
    Cassette(path).record(exchange())
    path.write_text(path.read_text().replace('"method": "GET",', '"method": GET,'))

    diagnostic = refusal(path)

    assert (diagnostic.code, diagnostic.where) == ("KNB820", f"{path}:7:19")
    assert f'the cassette "{path}" cannot be read: it is not JSON' in diagnostic.message
    assert diagnostic.fix == "undo the change there, or delete the file and record it again."


@pytest.mark.parametrize("text", ['{"version": "1.0.0", "app": "shop"}', "{}", '{"version": true}'])
def test_another_file_is_not_taken_for_a_cassette_of_another_version(path: Path, text: str) -> None:
    path.write_text(text)

    diagnostic = refusal(path)

    assert diagnostic.message.endswith("it is not a cassette, since it has no version number.")
    assert diagnostic.fix == "use the path of a cassette, or of a file that does not exist yet."
    assert path.read_text() == text


def test_a_newer_version_is_rejected_and_unchanged(path: Path) -> None:
    path.write_text('{"version": 2, "takes": []}')

    diagnostic = refusal(path)

    assert (diagnostic.code, diagnostic.pointer) == ("KNB820", "/version")
    assert "its version is 2, but this kustomer_nb reads version 1" in diagnostic.message
    assert diagnostic.fix == "use the kustomer_nb that wrote it, or a newer one."


def test_a_linked_file_is_read_but_not_written(path: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "shop.json"
    Cassette(target).record(exchange(request=ask(f"{ORDERS}1")))
    path.symlink_to(target)

    assert error_of(path) == "KNB821"

    assert path.is_symlink()
    assert urls(path) == [f"{ORDERS}1"]


@pytest.mark.timeout(120)
@planted
def test_only_a_file_is_recorded_to(plant: Plant, path: Path, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    plant(path, precious)

    assert error_of(path) == "KNB821"
    with pytest.raises(SaveError, match="KNB821"):
        Cassette(path).require_own()

    assert_untouched(precious)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [".kustomer-nb", ".kustomer-nb/.gitignore", ".kustomer-nb/{}.lock"])
@pytest.mark.parametrize("plant", [plant for name, plant in PLANTS.items() if name != "a folder"])
def test_a_recording_uses_no_link_and_no_pipe(plant: Plant, name: str, path: Path, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    place = path.parent / name.format(path.name)
    place.parent.mkdir(exist_ok=True)
    plant(place, precious)

    assert error_of(path) == "KNB821"

    assert_untouched(precious)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("!*\n", True),
        ("*\n!.shop*\n", True),
        ("*.lock\n", True),
        ("*\n", False),
        ("*\n!shared.json\n", False),
        ("/*\n", False),
    ],
)
def test_a_recording_requires_a_folder_that_git_ignores(path: Path, text: str, is_refused: bool) -> None:
    (private_folder(path.parent) / ".gitignore").write_text(text)

    if is_refused:
        assert error_of(path) == "KNB821"
    else:
        Cassette(path).record(exchange())
    assert path.exists() is not is_refused


@pytest.mark.timeout(120)
def test_a_pipe_without_a_writer_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)

    with pytest.raises(LoadError, match="KNB820"):
        _ = Cassette(path).exchanges


def test_records_in_a_linked_folder(path: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    Cassette(tmp_path / "link" / path.name).record(exchange(request=ask(f"{ORDERS}1")))

    assert urls(tmp_path / "real" / path.name) == [f"{ORDERS}1"]


def test_a_hard_link_is_replaced_under_its_own_name(path: Path, tmp_path: Path) -> None:
    Cassette(path).record(exchange(request=ask(f"{ORDERS}1")))
    other = tmp_path / "other.json"
    other.hardlink_to(path)

    Cassette(path).record(exchange(request=ask(f"{ORDERS}2")))

    assert (len(urls(path)), len(urls(other))) == (2, 1)


def error_of(path: Path) -> str:
    with pytest.raises(SaveError) as caught:
        Cassette(path).record(exchange())
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.fix
    return diagnostic.code


def test_the_lock_is_where_git_does_not_look(path: Path) -> None:
    subprocess.run(["git", "init", "-q", path.parent], check=True)

    Cassette(path).record(exchange())

    done = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=path.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "?? shop.cassette.json\n"


def test_reports_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SaveError) as caught:
        Cassette(tmp_path / "gone" / "shop.json").record(exchange())

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "KNB821"
    assert "cannot be written: No such file or directory." in diagnostic.message


def test_a_cassette_that_would_be_too_large_to_read_is_not_written(path: Path) -> None:
    for number in (1, 2):
        Cassette(path).record(exchange(b"x" * 20_000_000, request=ask(f"{ORDERS}{number}")))

    with pytest.raises(SaveError) as caught:
        Cassette(path).record(exchange(b"x" * 20_000_000))

    assert caught.value.diagnostics.codes == ["KNB821"]
    assert "would be larger than 50 MB" in str(caught.value)
    assert len(urls(path)) == 2


def test_a_response_that_is_too_large_is_not_recorded(path: Path) -> None:
    with pytest.raises(SaveError) as caught:
        Cassette(path).record(exchange(b"x" * 25_000_001))

    assert caught.value.diagnostics.codes == ["KNB821"]
    assert "a response of more than 25 MB is not recorded" in str(caught.value)
    assert not path.exists()


def test_reports_a_process_that_holds_the_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cassette_file, "PATIENCE", 0.05)
    caught: list[SaveError] = []

    def record() -> None:
        try:
            Cassette(path).record(exchange())
        except SaveError as error:
            caught.append(error)

    with cassette_file._exclusive(path):
        other = threading.Thread(target=record)
        other.start()
        other.join()

    (error,) = caught
    assert error.diagnostics.codes == ["KNB821"]
    assert "another process has been writing" in str(error)


@pytest.mark.skipif(os.name == "nt", reason="permissions are of POSIX")
def test_keeps_the_permissions_of_the_file(path: Path) -> None:
    Cassette(path).record(exchange(request=ask(f"{ORDERS}1")))
    path.chmod(0o640)

    Cassette(path).record(exchange(request=ask(f"{ORDERS}2")))

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_threads_that_record_at_once_lose_nothing(path: Path) -> None:
    def record(first: int) -> None:
        for number in range(first, first + 10):
            Cassette(path).record(exchange(request=ask(f"{ORDERS}{number}")))

    threads = [threading.Thread(target=record, args=(first,)) for first in range(0, 40, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(urls(path)) == sorted(f"{ORDERS}{number}" for number in range(40))


def run(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.cassette.killing", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_that_record_at_once_lose_nothing(path: Path) -> None:
    writers = [run(path, "record", first, first + 25) for first in range(0, 100, 25)]

    errors = [writer.communicate()[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * 4, errors
    assert sorted(urls(path)) == sorted(f"{ORDERS}{number}" for number in range(100))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.timeout(600 + KILLS)
def test_a_process_killed_at_any_moment_loses_nothing_it_had_recorded(path: Path) -> None:
    killer = run(path, KILLS, SEED)

    out, errors = killer.communicate()

    assert killer.returncode == 0, errors
    counts = json.loads(out)
    # However slow the machine is: every second process is killed after its first recording.
    assert counts["kept"] > 0
    # What the killed ones left half written is not beside it.
    assert counts["names"] == [".kustomer-nb", path.name]


def test_a_file_that_cannot_be_written_is_reported_and_unchanged(tmp_path: Path) -> None:
    # Long enough that no name beside it, as the half-written file needs, can be longer.
    path = tmp_path / f"{'x' * 245}.json"

    with pytest.raises(SaveError) as caught:
        Cassette(path).record(exchange())

    assert caught.value.diagnostics.codes == ["KNB821"]
    assert "File name too long" in str(caught.value)
    assert not path.exists()


def test_the_draft_of_another_process_stays(path: Path) -> None:
    left = path.with_name(f".{path.name}.123.tmp")
    left.write_text("{")

    Cassette(path).record(exchange())

    assert left.read_text() == "{"


def test_an_empty_gitignore_is_filled(path: Path) -> None:
    ignore = path.parent / ".kustomer-nb" / ".gitignore"
    ignore.parent.mkdir()
    ignore.touch()

    Cassette(path).record(exchange())

    assert ignore.read_text() == "*\n"
