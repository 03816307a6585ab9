from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.demo import Store
from tests.cli.conftest import Call
from tests.samples import an_action

SCHEMA = {"properties": {"status": {"type": "string"}}, "additionalProperties": False}


@pytest.fixture
def path(tmp_path: Path, store: Store) -> Path:
    definition = an_action(
        inputTemplate={"uri": f"{store.url}/health", "method": "get", "json": True},
        outputTemplate={"status": "/#body.status", "code": "/#response.statusCode", "name": "shop"},
        outputSchema=SCHEMA,
        sampleOutputContext={"status": "unknown", "old": 1},
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(definition, indent=2), encoding="utf-8")
    return path


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_accepted_values_are_written_and_shown(call: Call, path: Path) -> None:
    before = path.read_text(encoding="utf-8")

    done = call("run", path, "--accept", "/status", "--accept", "/old")

    assert done.exit_code == 0
    assert read(path)["sampleOutputContext"] == {"status": "ok"}
    assert '-    "status": "unknown",' in done.stdout
    assert done.stdout.rstrip().endswith(f"Wrote {path}.")
    changed = before.replace('"status": "unknown",\n    "old": 1', '"status": "ok"')
    assert path.read_text(encoding="utf-8") == changed


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param(["--accept", "/status"], 1, id="one difference is left"),
        pytest.param(["--accept", "/old"], 0, id="the shape is that of the sample"),
        pytest.param(["--accept", "/old", "--strict"], 1, id="a value differs"),
        pytest.param(["--accept", "", "--strict"], 0, id="the whole output"),
        pytest.param(["--accept", "/name", "--into", "outputSchema"], 1, id="the sample is the same"),
        pytest.param(["--infer"], 0, id="inferred"),
    ],
)
def test_the_exit_code_is_about_the_sample_as_it_was_written(
    options: list[str], code: int, call: Call, path: Path
) -> None:
    before = path.read_bytes()

    assert call("run", path, *options).exit_code == code
    assert path.read_bytes() != before


def test_dropped_keys_are_declared(call: Call, path: Path) -> None:
    call("run", path, "--accept", "/name", "--accept", "/code", "--into", "outputSchema")

    properties = read(path)["outputSchema"]["properties"]
    assert properties == {
        "status": {"type": "string"},
        "name": {"type": "string"},
        "code": {"type": "number"},
    }
    assert read(path)["sampleOutputContext"] == {"status": "unknown", "old": 1}


def test_schema_and_sample_are_inferred(call: Call, path: Path) -> None:
    assert call("run", path, "--infer").exit_code == 0

    assert read(path)["sampleOutputContext"] == {"status": "ok", "code": 200, "name": "shop"}
    assert sorted(read(path)["outputSchema"]["required"]) == ["code", "name", "status"]


def test_what_is_the_same_already_is_not_written(call: Call, path: Path) -> None:
    call("run", path, "--accept", "/status")
    before = path.stat().st_mtime_ns

    done = call("run", path, "--accept", "/status")

    assert "Nothing to write" in done.stdout
    assert path.stat().st_mtime_ns == before


def test_json_has_the_change(call: Call, path: Path) -> None:
    meta = json.loads(call("run", path, "--accept", "/status", "--json").stdout)["meta"]

    assert meta["written"] is True
    assert '+    "status": "ok",' in meta["diff"]
    assert "diff" not in json.loads(call("run", path, "--json").stdout)["meta"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--accept", "/name"], "KNB152 outputSchema drops `name`", id="dropped"),
        pytest.param(["--accept", "/x", "--accept", "/status"], "KNB152 neither the out", id="nowhere"),
        pytest.param(["--mode", "fault:503", "--accept", ""], "this response was simulated", id="simulated"),
        pytest.param(["--mode", "sample", "--infer"], "KNB152 this run is of the sample", id="no response"),
    ],
)  # fmt: skip
def test_what_is_refused_exits_with_2_and_leaves_the_file(
    options: list[str], message: str, call: Call, path: Path
) -> None:
    before = path.read_bytes()

    done = call("run", path, *options)
    document = json.loads(call("run", path, *options, "--json").stdout)

    assert (done.exit_code, message in done.stderr) == (2, True)
    assert "GET " in done.stdout
    assert document["errors"][0]["code"] == "KNB152"
    assert document["meta"]["run"]["action"] == "kustomer.app.shop.find"
    assert path.read_bytes() == before


def test_a_file_that_changed_during_the_run_is_left_alone(
    call: Call, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kustomer_nb.action import Action

    run = Action.run

    def changing(self: Action, *arguments: Any, **options: Any) -> Any:
        path.write_text("{}", encoding="utf-8")
        return run(self, *arguments, **options)

    monkeypatch.setattr(Action, "run", changing)

    done = call("run", path, "--accept", "/status")

    assert (done.exit_code, "KNB142" in done.stderr, path.read_text(encoding="utf-8")) == (2, True, "{}")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--into", "sample"], "add --accept POINTER", id="nothing to accept"),
        pytest.param(["--accept", "a.b"], "write /a/b", id="no pointer"),
        pytest.param(["--accept", "/a", "--infer"], "does not work with --accept", id="both"),
        pytest.param(["--accept", "/a", "--into", "schema"], "outputSchema", id="no such place"),
    ],
)
def test_a_usage_error_sends_nothing(options: list[str], message: str, call: Call, path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://", "http://no.such.host.invalid/")
    path.write_text(text, encoding="utf-8")

    done = call("run", path, *options)

    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_definition_from_stdin_cannot_be_written(call: Call, path: Path) -> None:
    done = call("run", "-", "--accept", "/status", stdin=path.read_bytes())

    assert (done.exit_code, "PATH cannot be -" in done.stderr) == (2, True)
