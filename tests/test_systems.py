"""What differs between systems: encodings of consoles and locales, line ends, byte order marks.

The package is not run on Windows here. What Windows does is put in: the encoding of its pipes, files as its
editors write them, and a locale that encodes next to nothing.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

import kustomer_nb as knb
from kustomer_nb.rules.docs import page
from kustomer_nb.storage.history import HistoryReader
from kustomer_nb.testing.collect import collect
from tests.orders_service import OrdersService, orders_service

PACKAGE = Path(knb.__file__).parent
# Python takes UTF-8 for a locale without an encoding of its own, unless both variables forbid it.
LOCALES = {
    "a pipe of Windows": {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    "a pipe of Windows in colour": {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "FORCE_COLOR": "1"},
    "a locale of ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
COMMANDS = [
    ("lint", "shop.json"),
    ("lint", "--format", "github", "shop.json"),
    ("render", "shop.json", "-i", "id=7"),
    ("run", "shop.json", "-i", "id=7", "--why", "/state"),
    ("run", "shop.json", "-i", "id=Größe → ✓ 訂"),
    ("test",),
    ("test", "--json"),
    ("test", "--report", "html=r.html", "--report", "junit=r.xml", "--coverage"),
    ("history", "shop.json"),
    ("history", "shop.json", "1"),
    ("coverage", "shop.json"),
    ("hazards", "shop.json"),
    ("infer", "shop.json"),
    ("fix", "--diff", "shop.json"),
    ("share", "shop.ipynb"),
    ("compare", "shop.json", "other.json"),
    ("lint", "größe → ✓.json"),
    ("new", "größe → ✓.json", "--app", "shop"),
    ("rule", "KNB301"),
    ("--help",),
]
# Runs several commands as the command line does, and prints the exit code of each.
EACH = """
import json, os, sys
from kustomer_nb.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        # As Python decodes what it is started with.
        main([os.fsdecode(word.encode()) for word in arguments], prog_name="kustomer-nb")
    except SystemExit as ended:
        print("exit", ended.code, flush=True)
"""
CODE = re.compile(r"^exit (\d+)", re.MULTILINE)


@pytest.fixture
def service() -> Iterator[OrdersService]:
    with orders_service() as running:
        running.document = {"id": 7, "status": "paid → ✓ 訂單 𝒳", "at": "2034-01-02T09:00:00Z"}
        yield running


@pytest.fixture
def project(tmp_path: Path, service: OrdersService) -> Path:
    """Return a project with every kind of file, in which no line is ASCII alone that need not be."""
    folder = tmp_path / "größe ✓"
    folder.mkdir()
    case = json.loads(service.project(folder).read_text(encoding="utf-8"))
    (folder / "orders.json").rename(folder / "shop.json")
    app = json.loads((folder / "shop.json").read_text(encoding="utf-8"))
    app["settings"] = {"default": {"size": {"description": "→ ✓", "type": "string"}}}
    (action,) = app["actions"]
    action["description"] = "Find → ✓ 訂單."
    action["inputTemplate"]["headers"] = {"x-size": "{{{size}}}"}
    action["appSettings"] = {"size": {"key": "orders.default.size"}}
    write(folder / "shop.json", json.dumps(app, indent=2, ensure_ascii=False))
    app["version"] = "1.0.1"
    action["description"] = "Find → ✗ 訂單."
    write(folder / "other.json", json.dumps(app, indent=2, ensure_ascii=False))
    case |= {"name": "größe → ✓", "expected": {"state": service.document["status"]}, "ignore": ["/at"]}
    write(folder / "cases/find/a-paid-order.case.json", json.dumps(case, indent=2, ensure_ascii=False))
    write(folder / "cases/find/rows.csv", "id,case.name\n7,größe → ✓\n")
    rows = {**case, "name": "rows ✓", "rows": "rows.csv"}
    write(folder / "cases/find/rows.case.json", json.dumps(rows, indent=2, ensure_ascii=False))
    toml = (folder / "kustomer-nb.toml").read_text(encoding="utf-8")
    write(
        folder / "kustomer-nb.toml", f'# → ✓\nprofile = "größe"\n\n{toml}\n[profiles."größe"]\nlabel = "✓"\n'
    )
    write(folder / ".env", "ORDERS_DEFAULT_SIZE=size-7\n# → ✓\n")
    cells = [nbformat.v4.new_markdown_cell("größe → ✓"), nbformat.v4.new_code_cell("'→ ✓'")]
    write(folder / "shop.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    return folder


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def printed(folder: Path, *commands: tuple[str, ...], **variables: str) -> bytes:
    """Return what commands print in a process that may open no file by the encoding of the locale."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own |= {"PYTHONPATH": str(PACKAGE.parent), "ORDERS_DEFAULT_SIZE": "size-7"}
    flags = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning"]
    program = [sys.executable, *flags, "-c", EACH, json.dumps(commands)]
    return subprocess.run(
        program,
        cwd=folder,
        env=own | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    ).stdout


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_writes_to_every_console(locale: str, project: Path) -> None:
    plain = shutil.copytree(project, project.with_name("plain ✓"))

    output = printed(project, *COMMANDS, **LOCALES[locale]).decode("cp1252")
    as_utf8 = printed(plain, *COMMANDS, PYTHONUTF8="1").decode()

    assert "Traceback" not in output, output
    assert CODE.findall(output) == CODE.findall(as_utf8)
    assert len(CODE.findall(output)) == len(COMMANDS)
    assert "✓" in as_utf8


def test_what_a_console_cannot_show_is_escaped_and_json_stays_json(project: Path) -> None:
    run = ("run", "shop.json", "-i", "id=7")

    shown = printed(project, run, **LOCALES["a pipe of Windows"]).decode("cp1252")
    data = printed(project, (*run, "--json"), **LOCALES["a pipe of Windows"]).decode("cp1252")

    assert r"paid \u2192 \u2713" in shown
    assert json.JSONDecoder().raw_decode(data)[0]["data"]["output"]["state"] == "paid → ✓ 訂單 𝒳"


def test_a_project_of_windows_is_one_of_any_system(
    project: Path, service: OrdersService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    knb.load(project / "shop.json").action().run({"id": 7}, mode="record")
    windows = shutil.copytree(project, project.with_name("windows ✓"))
    texts = [path for path in sorted(windows.rglob("*")) if path.is_file() and path.suffix != ".lock"]
    for path in texts:
        lines = path.read_bytes().replace(b"\n", b"\r\n")
        # No editor opens the history.
        has_mark = path.suffix != ".jsonl"
        path.write_bytes(b"\xef\xbb\xbf" * has_mark + lines)

    assert facts_of(windows, monkeypatch) == facts_of(project, monkeypatch)
    assert {path.suffix or path.name for path in texts} >= {
        ".json",
        ".csv",
        ".toml",
        ".env",
        ".ipynb",
        ".jsonl",
    }


def facts_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what is known of a project, by reading each of its files."""
    monkeypatch.chdir(folder)
    app = knb.load(folder / "shop.json")
    action = app.action()
    request = action.render({"id": 7})
    run = action.run({"id": 7}, mode="replay")
    collected = collect(["."])
    return {
        "problems": [(problem.code, problem.message) for problem in app.lint()],
        "request": (request.method, str(request.url), request.wire().body, list(request.wire().headers)),
        "replayed": (run.output, str(run.diff)),
        "cases": [(case.name, case.row, case.inputs) for case in collected.cases],
        "collected": [str(problem) for problem in collected.problems],
        "outcomes": repr(knb.test(".")),
        "history": repr(HistoryReader().read(folder, rerun=action.run)),
        "shared": [finding.code for finding in knb_share(folder)],
    }


def knb_share(folder: Path) -> list[Any]:
    from kustomer_nb.notebooks.sharing import check

    return list(check(folder / "shop.ipynb").findings)


def test_a_file_keeps_its_line_ends_and_its_mark(project: Path) -> None:
    path = project / "shop.json"
    before = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    app = knb.load(path)

    app.edit("/version", "1.2.0")
    app.save()

    assert path.read_bytes() == before.replace(b'"1.0.0"', b'"1.2.0"')


STARTS_PROCESS = {"run", "Popen", "check_output"}
OPENS_FILE = {"open", "fdopen", "TemporaryFile", "NamedTemporaryFile"}


def calls_with_text() -> Iterator[tuple[str, str, str, set[str]]]:
    """Yield where the package handles text of a file or process; the call, mode and options."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            options = {keyword.arg or "" for keyword in node.keywords}
            modes = [text for text in map(constant, node.args) if re.fullmatch("[rwxab+]{1,3}", text)]
            if (
                (name in OPENS_FILE and modes and "b" not in modes[0])
                or (name in STARTS_PROCESS and options & {"text", "universal_newlines", "encoding"})
                or name == "write_text"
                or (name == "read_text" and not node.args)
            ):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", name, "".join(modes), options


def constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_no_text_has_the_encoding_or_the_line_ends_of_a_system() -> None:
    calls = list(calls_with_text())
    writes = [call for call in calls if call[1] == "write_text" or set(call[2]) & set("wxa")]

    assert {name for _, name, _, _ in calls} >= {"open", "read_text", "run"}
    assert [where for where, _, _, options in calls if "encoding" not in options] == []
    assert [where for where, _, _, options in writes if "newline" not in options] == []


def test_the_page_of_the_rules_has_the_encoding_and_line_ends_of_its_file() -> None:
    program = [sys.executable, "-m", "kustomer_nb.rules.docs"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE.parent)}

    printed_page = subprocess.check_output(program, env=environment | LOCALES["a locale of ASCII"])

    assert printed_page == page().encode()
    assert not page().isascii()
