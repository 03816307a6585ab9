from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.notebooks.machine_paths import MachinePaths

ROOT = Path("/home/ann/my shop")


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ('  File "/home/ann/my shop/helpers.py", line 3, in f', '  File "helpers.py", line 3, in f'),
        ("File \x1b[32m/home/ann/my shop/b.py:3\x1b[39m, in f()", "File \x1b[32mb.py:3\x1b[39m, in f()"),
        ('File "/opt/py env/lib/site-packages/a/x.py", line 9', 'File "site-packages/a/x.py", line 9'),
        ('File "/usr/lib/python3.11/json/decoder.py", line 3', 'File "python3.11/json/decoder.py", line 3'),
        ("/tmp/ipykernel_77/123.py:2: UserWarning: old", "<cell>:2: UserWarning: old"),
        ('  File "/data/team/x y.py", line 3, in <module>', '  File "…/x y.py", line 3, in <module>'),
        ("No such file or directory: '/home/bob/x.json'", "No such file or directory: '…/x.json'"),
        ("bad C:\\Users\\ann\\x.py and D:/work/y.json", "bad …/x.py and …/y.json"),
        ("see file:///home/ann/x.html", "see …/x.html"),
    ],
)  # fmt: skip
def test_a_path_of_a_machine_is_shortened(text: str, shortened: str) -> None:
    assert MachinePaths(ROOT).shortened(text) == shortened


@pytest.mark.parametrize(
    "text",
    [
        "GET /orders/7/refund returned 404",
        "at /inputTemplate/headers/x-team and /actions/0/name",
        "https://docs.shop.example/home/ann/x.py and //cdn.example/usr/lib/x.js",
        "a reference such as /#body.home or {{{id}}}/etc/x",
        "\\d+\\w+ and 5/6/7 and and/or",
        'File "<ipython-input-3>", line 2',
    ],
)
def test_what_is_no_path_of_a_machine_stays(text: str) -> None:
    assert MachinePaths(ROOT).shortened(text) == text


def test_a_folder_that_no_other_machine_has_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert MachinePaths(ROOT).shortened(f"cannot open {tmp_path}/x.json") == "cannot open …/x.json"


def test_a_machine_without_a_home_folder_has_paths_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a container whose user is only a number.
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", no_such_user)

    shortened = MachinePaths(Path("/work/shop")).shortened('File "/work/shop/a.py", line 3, in parse')

    assert shortened == 'File "a.py", line 3, in parse'


def no_such_user(number: int) -> None:
    raise KeyError(number)
