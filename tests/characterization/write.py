"""Write everything a user can see of some definitions into text files, so that two versions can be compared.

Run it before and after a change that must not change what is computed, then compare the two folders:

    python -m tests.characterization.write DEFINITIONS BEFORE
    python -m tests.characterization.write DEFINITIONS AFTER
    diff -ru BEFORE AFTER

Each definition of the folder DEFINITIONS gives the repr, text, HTML and JSON of what is read of it, linted,
fixed, rendered, run (answered by a transport in this process) and compared, and the output and exit code of
each verb of the command line. Nothing is sent, and nothing in it depends on time or chance.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx

import kustomer_nb as knb
from kustomer_nb import reporting

NOW = datetime(2034, 1, 2, 3, 4, 5, tzinfo=UTC)
SEED = 7
BODY = {"id": 8031, "order": {"status": "REFUNDED", "total": 12.5, "tags": ["a", None]}, "note": "<b>&amp;"}
INPUTS = {"string": "a&b/ü", "number": "7", "boolean": "true", "object": {"k": [1, None]}, "array": ["x", 2]}
TIMEOUT = 120.0


def shown(value: Any) -> str:
    """Return a value in each of the forms it has."""
    forms: dict[str, Callable[[Any], Any]] = {
        "repr": repr,
        "text": reporting.text,
        "html": lambda it: it._repr_html_() if hasattr(it, "_repr_html_") else "",
        "json": lambda it: json.dumps(reporting.as_json(it), indent=1, ensure_ascii=False, default=repr),
    }
    return "\n".join(f"--- {name}\n{tried(form, value)}" for name, form in forms.items()) + "\n"


def tried(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def answered(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=BODY, headers={"x-request-id": "1"})


def inputs_of(action: knb.Action) -> dict[str, Any]:
    """Return an input of each declared type."""
    properties = (action.definition.input_schema or {}).get("properties") or {}
    return {name: INPUTS.get(str(schema.get("type")), "x") for name, schema in properties.items()}


def seen_in_python(path: Path) -> Iterator[tuple[str, str]]:
    app = knb.load(path)
    yield "app", shown(app) + shown(app.diagnostics)
    yield "lint", shown(app.lint())
    yield "fix", shown(knb.load(path).fix()) + shown(knb.load(path).fix(unsafe=True))
    for at, action in enumerate(app.actions):
        inputs = inputs_of(action)
        arguments = {
            "settings": dict.fromkeys(action.definition.setting_keys.values(), "s3cret-value-of-a-setting"),
            "allow_missing": ["orgName"],
            "now": NOW,
            "seed": SEED,
            "env": {"orgId": "o", "workflowId": "w", "appVersion": "1"},
        }
        yield f"{at}-action", shown(action)
        yield f"{at}-rejected", str(tried(action.render, {"no such input": 1}))
        request = tried(partial(action.render, inputs, **arguments))
        yield f"{at}-request", shown(request)
        if not isinstance(request, knb.Request):
            continue
        yield f"{at}-origins", "".join(shown(tried(request.origins, part)) for part in ("/uri", "/body"))
        wire = tried(request.wire)
        yield f"{at}-wire", f"{getattr(wire, 'target', wire)}\n"
        transport = httpx.MockTransport(answered)
        host = getattr(wire, "host", None)
        for mode in ("live", "sample", "fault:429", "fault:timeout"):
            name = mode.replace(":", "-")
            send = partial(action.run, inputs, mode=mode, confirm=host, transport=transport, **arguments)
            run = tried(send)
            yield f"{at}-run-{name}", shown(run)
            if isinstance(run, knb.Run):
                yield f"{at}-why-{name}", shown(tried(run.why, ""))


def seen_on_the_command_line(path: Path) -> Iterator[tuple[str, str]]:
    for verb, arguments in {
        "lint": ["lint", path.name],
        "lint-json": ["lint", path.name, "--format", "json"],
        "lint-github": ["lint", path.name, "--format", "github"],
        "fix": ["fix", path.name],
        "fix-json": ["fix", path.name, "--json"],
        "render": ["render", path.name, "--set", "authToken=abcdefgh", "--seed", "7"],
        "render-json": ["render", path.name, "--json"],
        "run-sample": ["run", path.name, "--mode", "sample"],
        "run-sample-json": ["run", path.name, "--mode", "sample", "--json"],
        "history-json": ["history", path.name, "--json"],
        "infer": ["infer", path.name],
        "diff": ["diff", path.name, path.name],
        "rule": ["rule", "KNB304"],
        "help": ["--help"],
        "help-run": ["run", "--help"],
    }.items():
        yield f"cli-{verb}", called(arguments, path.parent)


def called(arguments: list[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kustomer_nb", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        env={**os.environ, "COLUMNS": "80", "KUSTOMER_NB_HISTORY": "off", "NO_COLOR": "1"},
    )
    return f"exit {done.returncode}\n{done.stdout}--- stderr\n{done.stderr}"


def main(definitions: Path, out: Path) -> None:
    os.environ["KUSTOMER_NB_HISTORY"] = "off"
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted(definitions.iterdir()):
            # A copy of its own: nothing beside the originals is read or written.
            path = Path(folder, source.stem, source.name)
            path.parent.mkdir()
            shutil.copyfile(source, path)
            (path.parent / ".git").mkdir()
            os.chdir(path.parent)
            target = out / source.stem
            target.mkdir(parents=True, exist_ok=True)
            for seen in (seen_in_python, seen_on_the_command_line):
                for name, text in seen(path):
                    clean = text.replace(folder, "FOLDER").encode("utf-8", "backslashreplace")
                    (target / f"{name}.txt").write_bytes(clean)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
