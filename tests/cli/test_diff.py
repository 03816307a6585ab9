from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

SAMPLE = {"id": 1, "at": "today", "lines": [{"sku": "a"}]}
OUTPUT = {"id": 2, "at": "now", "lines": [{"sku": "a"}, {"sku": "b"}]}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "sample.json", tmp_path / "output.json"
    for path, value in zip(paths, (SAMPLE, OUTPUT), strict=True):
        path.write_text(json.dumps(value))
    return paths


def test_each_difference_is_a_line_and_the_exit_code_tells(call: Call, files: tuple[Path, Path]) -> None:
    done = call("diff", *files)

    assert done.exit_code == 1
    assert done.stdout == (
        "1 added, 2 changed\n"
        "  id: changed from 1 to 2\n"
        '  at: changed from "today" to "now"\n'
        '  lines.1: added {"sku":"b"}\n'
    )


@pytest.mark.parametrize(
    ("arguments", "code", "first"),
    [
        pytest.param(["--mode", "type"], 1, "1 added", id="by type"),
        pytest.param(["--mode", "shape"], 0, "no difference", id="by shape"),
        pytest.param(["--ignore", "/*"], 0, "no difference, 3 ignored", id="everything passed over"),
        pytest.param(
            ["--ignore", "/id", "--ignore", "/lines/1"],
            1,
            "1 changed, 2 ignored",
            id="two places passed over",
        ),
    ],
)
def test_the_mode_and_what_is_passed_over_decide(
    arguments: list[str], code: int, first: str, call: Call, files: tuple[Path, Path]
) -> None:
    done = call("diff", *files, *arguments)

    assert (done.exit_code, done.stdout.splitlines()[0]) == (code, first)


def test_a_patch_can_be_printed(call: Call, files: tuple[Path, Path]) -> None:
    done = call("diff", *files, "--format", "patch")

    assert json.loads(done.stdout)[-1] == {"op": "add", "path": "/lines/1", "value": {"sku": "b"}}


def test_json_names_the_files(call: Call, files: tuple[Path, Path]) -> None:
    printed = json.loads(call("diff", *files, "--format", "json").stdout)

    assert [row["pointer"] for row in printed["data"]] == ["/id", "/at", "/lines/1"]
    assert printed["meta"]["expected"] == str(files[0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--ignore", "a.b"], 'write "/a/b"', id="a pointer that is none"),
        pytest.param(
            ["--mode", "shape", "--format", "patch"],
            "does not work with --mode shape",
            id="no patch",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], message: str, call: Call, files: tuple[Path, Path]
) -> None:
    done = call("diff", *files, *arguments)

    assert done.exit_code == 2
    assert message in done.stderr


def test_a_file_may_be_stdin(call: Call, files: tuple[Path, Path]) -> None:
    done = call("diff", files[0], "-", stdin=json.dumps(SAMPLE))

    assert (done.exit_code, done.stdout) == (0, "no difference\n")


def test_a_file_that_is_no_json_is_named(call: Call, files: tuple[Path, Path]) -> None:
    done = call("diff", files[0], "-", stdin="{")

    assert done.exit_code == 2
    assert "ACTUAL: <stdin>:1:2: not valid JSON: expected" in done.stderr


def test_infer_prints_what_an_action_holds_and_says_what_it_cannot_tell(
    call: Call, files: tuple[Path, Path]
) -> None:
    files[1].write_text('{"id": null, "lines": []}')

    done = call("infer", *files)

    printed = json.loads(done.stdout)
    assert list(printed["outputSchema"]["properties"]) == ["id", "at", "lines"]
    assert printed["outputSchema"]["required"] == ["id", "lines"]
    assert printed["sampleOutputContext"] == SAMPLE
    assert done.stderr == "id is number or null; it has no type, because one would convert null.\n"
