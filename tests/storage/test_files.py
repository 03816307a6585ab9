from pathlib import Path

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.storage import files
from kustomer_nb.storage.files import read_file


def refusal(path):
    with pytest.raises(LoadError) as caught:
        read_file(path)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def test_reads_utf8_and_leaves_line_ends_alone(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes('{"a":\r\n "é"}\n'.encode())

    assert read_file(path).text == '{"a":\r\n "é"}\n'


def test_keeps_the_byte_order_mark_out(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes(b"\xef\xbb\xbf{}")

    assert read_file(path).text == "{}"


def test_suggests_the_file_with_a_similar_name(tmp_path):
    (tmp_path / "ecommstore.json").touch()
    (tmp_path / "ecommstores").mkdir()

    diagnostic = refusal(tmp_path / "ecomstore.json")

    assert diagnostic.code == "KNB130"
    assert diagnostic.message == f'There is no file "{tmp_path}/ecomstore.json".'
    assert diagnostic.fix == f'did you mean "{tmp_path}/ecommstore.json"?'


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("shop", "shop.json"),
        ("shop.jsn", "shop.json"),
        ("Shop.json", "shop.json"),
        ("refundOrders.js", "refund-orders.json"),
        ("shop.ts", "shop.json"),
    ],
)
def test_suggests_a_file_by_its_stem(name, near, tmp_path):
    for file in ("shop.json", "shop.md", "refund-orders.json"):
        (tmp_path / file).touch()

    assert near in refusal(tmp_path / name).fix


@pytest.mark.parametrize("name", ["nope.json", "app.json", "stop.json", "orders2.json"])
def test_a_shared_suffix_is_not_a_similar_name(name, tmp_path):
    for file in ("shop.json", "orders1.json", "resp2.json"):
        (tmp_path / file).touch()

    assert refusal(tmp_path / name).fix == "check the path."


def test_suggests_nothing_when_no_name_is_near(tmp_path):
    (tmp_path / "notes.txt").touch()

    assert refusal(tmp_path / "ecommstore.json").fix == "check the path."


def test_says_that_the_folder_is_missing_too(tmp_path):
    diagnostic = refusal(tmp_path / "apps" / "ecommstore.json")

    assert diagnostic.fix == f'check the path; there is no folder "{tmp_path}/apps".'


def test_says_that_a_path_is_a_folder(tmp_path):
    diagnostic = refusal(tmp_path)

    assert (diagnostic.code, diagnostic.message) == ("KNB131", f'"{tmp_path}" is a folder.')


def test_says_that_a_path_goes_through_a_file(tmp_path):
    (tmp_path / "shop.json").touch()

    diagnostic = refusal(tmp_path / "shop.json" / "more.json")

    assert diagnostic.code == "KNB132"
    assert diagnostic.message.endswith("cannot be read: Not a directory.")


def test_refuses_a_path_no_file_can_have():
    diagnostic = refusal(Path("shop\0.json"))

    assert diagnostic.code == "KNB132"
    assert "null byte" in diagnostic.message


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "after a mark"])
def test_says_where_a_file_is_not_utf8(tmp_path, mark):
    path = tmp_path / "shop.json"
    path.write_bytes(mark + 'é\n"caf'.encode() + b'\xe9"')

    diagnostic = refusal(path)

    assert diagnostic.code == "KNB133"
    assert diagnostic.message == f'"{path}" is not UTF-8: byte 0xe9 at offset {7 + len(mark)}.'
    assert (diagnostic.span.line, diagnostic.span.column, diagnostic.fix) == (2, 5, "save it as UTF-8.")


def test_refuses_a_file_larger_than_fifty_megabytes(tmp_path):
    path = tmp_path / "shop.json"
    with path.open("wb") as file:
        file.truncate(files.LARGEST + 1)

    diagnostic = refusal(path)

    assert (diagnostic.code, diagnostic.message) == ("KNB134", f'"{path}" is larger than 50 MB.')


def test_says_that_a_path_is_a_folder_where_opening_it_is_denied(tmp_path, monkeypatch):
    def denied(path, flags, *mode):
        raise PermissionError(13, "Permission denied", str(path))

    # As Windows does.
    monkeypatch.setattr(files.os, "open", denied)

    with pytest.raises(LoadError, match="is a folder"):
        read_file(tmp_path)
