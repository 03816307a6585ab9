"""A token used everywhere is in no file that was written; and with nothing hidden, it is in many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary.project import SOURCES
from tests.canary.token import TOKEN, traces

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.timeout(600)
FOLDERS = {
    "HOME": "home",
    "TMPDIR": "tmp",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
}


def a_day_of_work(root: Path, *, is_shown: bool) -> list[str]:
    """Work with the canary in a process of its own, and return the traces that were left."""
    for folder in FOLDERS.values():
        (root / folder).mkdir(parents=True)
    environment = os.environ | {name: str(root / folder) for name, folder in FOLDERS.items()}
    environment |= {"CANARY_TESTS": str(ROOT), "CANARY_IS_SHOWN": "yes" if is_shown else ""}
    environment |= {"KUSTOMER_NB_HISTORY": "on", "PYTHONWARNINGS": "default"}
    command = [sys.executable, "-m", "tests.canary.work", str(root)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (root / "output").write_text(done.stdout + done.stderr, encoding="utf-8")
    return traces(root, exempt=SOURCES)


def test_a_day_of_work_leaves_no_trace_of_the_token(tmp_path: Path) -> None:
    root = tmp_path / "canary"

    found = a_day_of_work(root, is_shown=False)

    assert found == []
    written = {one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file()}
    assert {
        "logs/all.log", "logs/notebook.log", "work/canary.ipynb", "work/canary.html", "work/.env",
        "work/rows.csv",
        "work/canary.cassette.json", "work/.kustomer-nb/history.jsonl", "work/leaking.shared.ipynb",
        "work/canary.shared.ipynb",
        "work/cases/find/case-0.case.json", "work/cases/find/case-3.case.json",
    } <= written  # fmt: skip
    notebook = json.loads((root / "work/canary.ipynb").read_text(encoding="utf-8"))
    assert "widgets" in notebook["metadata"], "the widget state was to be saved in this test"
    assert "$canary.default.token" in json.dumps(notebook)
    assert "KNB702" in json.dumps(notebook)


def test_with_nothing_hidden_the_same_search_finds_the_token_in_each_kind_of_file(tmp_path: Path) -> None:
    root = tmp_path / "canary"

    found = {one.partition(": ")[0] for one in a_day_of_work(root, is_shown=True)}

    assert {
        "logs/all.log", "work/canary.ipynb", "work/canary.html", "work/canary.cassette.json",
        "work/.kustomer-nb/history.jsonl", "work/leaking.shared.ipynb",
    } <= found  # fmt: skip
    assert len([name for name in found if name.startswith("shown/")]) > 100


def test_the_search_knows_the_encodings(tmp_path: Path) -> None:
    import base64
    import html
    from urllib.parse import quote

    once = [quote(TOKEN), html.escape(TOKEN), json.dumps(TOKEN), json.dumps(json.dumps(TOKEN)), TOKEN]
    texts = [
        *once,
        *(base64.b64encode(f"{' ' * at}{one}".encode()).decode() for one in once for at in range(3)),
    ]
    for at, text in enumerate(texts):
        (tmp_path / f"{at}").write_text(text, encoding="utf-8")

    found = {one.partition(": ")[0] for one in traces(tmp_path)}

    assert found == {str(at) for at in range(len(texts))}
