"""The server extension in a real Jupyter server, asked over loopback as a page asks."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks.lint import definition
from kustomer_nb import __version__
from kustomer_nb.server.handlers import MOST_BYTES, NAMES
from tests.jsontext.mutations import Mutations
from tests.language.marked import SHOP
from tests.work import SLOW

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-these-tests"
PATIENCE = 120.0
MUTATIONS = 10_000 if SLOW else 100


class Reply(NamedTuple):
    status: int
    value: Any
    cookies: list[str]
    location: str


class Page:
    """A page of the server, with one connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def get(self, path: str, **headers: str) -> Reply:
        return self._ask("GET", path, None, headers)

    def post(self, question: str, posted: Any, **headers: str) -> Reply:
        content = posted if isinstance(posted, bytes) else json.dumps(posted).encode()
        return self._ask("POST", f"/kustomer-nb/{question}", content, headers)

    def answer(self, question: str, **posted: Any) -> dict[str, Any]:
        reply = self.post(question, posted, authorization=f"token {TOKEN}")
        assert reply.status == 200, reply
        return dict(reply.value)

    def _ask(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Reply:
        self.connection.request(method, f"/base{path}", content, headers)
        response = self.connection.getresponse()
        text = response.read()
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        return Reply(
            response.status,
            value,
            response.headers.get_all("set-cookie") or [],
            response.headers.get("location", ""),
        )


def settings(folder: Path) -> dict[str, str]:
    """Return the environment of a Jupyter that has what the wheel installs, and nothing of this machine."""
    installed = folder / "config/jupyter_server_config.d/kustomer_nb.json"
    installed.parent.mkdir(parents=True)
    shutil.copy(ROOT / "kustomer_nb/server/server.json", installed)
    own = {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **own}


def a_tested_project(root: Path) -> None:
    (root / ".kustomer-nb").mkdir(parents=True)
    (root / "kustomer-nb.toml").write_text("")
    row = {"file": "cases/a.case.json", "name": "pay/paid", "outcome": "failed", "note": "not to be seen"}
    kept = {"version": 1, "at": "2026-11-30T12:00:00+00:00", "counts": {"failed": 1}, "results": [row]}
    (root / ".kustomer-nb/tests.json").write_text(json.dumps(kept))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("jupyter")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *("--ServerApp.base_url=/base/", f"--ServerApp.root_dir={folder}"),
    ]
    a_tested_project(folder / "shop")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=settings(folder), stdout=log, stderr=log, cwd=folder)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "log").read_text()
                    assert time.monotonic() < deadline, (folder / "log").read_text()
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture
def page(server: int) -> Iterator[Page]:
    page = Page(server)
    yield page
    page.connection.close()


def test_tells_its_version(page: Page) -> None:
    reply = page.get("/kustomer-nb/version", authorization=f"token {TOKEN}")

    assert (reply.status, reply.value) == (200, {"version": __version__, "questions": [*NAMES]})


@pytest.mark.parametrize("name", ["shop.json", "a%20folder/%C3%A4.json", "a%3Fb%23c.json"])
def test_an_address_without_a_query_leads_to_a_document(name: str, page: Page) -> None:
    # As Jupyter prints it: with its token after a "?".
    reply = page.get(f"/kustomer-nb/open/{name}?token={TOKEN}")

    assert (reply.status, reply.location) == (302, f"/base/doc/tree/{name}?factory=Kustomer%20Workbench")
    # The page that follows is that of who is logged in.
    assert any("username-" in cookie for cookie in reply.cookies)
    assert "/login?" in page.get(f"/kustomer-nb/open/{name}").location


def test_refuses_who_has_no_token(page: Page) -> None:
    assert page.get("/kustomer-nb/version").status == 403
    for question in NAMES:
        assert page.post(question, {"text": SHOP}).status == 403
        assert page.post(question, {"text": SHOP}, authorization="token wrong").status == 403


def test_refuses_a_cookie_without_xsrf(page: Page) -> None:
    replies = page.get(f"/login?token={TOKEN}"), page.get("/login")
    cookies = "; ".join(cookie.partition(";")[0] for reply in replies for cookie in reply.cookies)
    xsrf = next(cookie for cookie in cookies.split("; ") if cookie.startswith("_xsrf=")).partition("=")[2]
    posted = {"text": SHOP}

    assert page.post("lint", posted, cookie=cookies).status == 403
    assert page.post("lint", posted, cookie=cookies, **{"x-xsrftoken": xsrf}).status == 200


def test_refuses_what_is_too_large(page: Page) -> None:
    token = f"token {TOKEN}"

    assert page.post("lint", {"text": "x" * 1_000_001}, authorization=token).status == 413
    assert page.post("lint", b'{"text": "' + b"x" * MOST_BYTES + b'"}', authorization=token).status == 413


@pytest.mark.parametrize(
    "posted",
    [
        b"",
        b"[",
        b"[]",
        b"7",
        b"{}",
        b'{"text": 7}',
        b'{"text": "{}", "offset": "1"}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_says_how_a_question_is_asked(page: Page, posted: bytes) -> None:
    reply = page.post("complete", posted, authorization=f"token {TOKEN}")

    assert reply.status == 400
    assert "post a JSON object" in reply.value["message"] or '"' in reply.value["message"]


def test_answers_only_its_questions(page: Page) -> None:
    token = f"token {TOKEN}"

    assert page.post("run", {"text": SHOP}, authorization=token).status == 404
    assert page.get("/kustomer-nb/lint", authorization=token).status == 405


def test_gives_last_test_results_to_who_may_read_files(page: Page) -> None:
    path = "/kustomer-nb/tests?folder=shop/cases&folder=shop&folder=..&folder=nowhere"

    reply = page.get(path, authorization=f"token {TOKEN}")

    assert page.get(path).status == 403
    (run,) = reply.value["runs"]
    assert run == {
        "folder": "shop",
        "at": "2026-11-30T12:00:00+00:00",
        "counts": {"failed": 1},
        "results": [{"path": "shop/cases/a.case.json", "name": "pay/paid", "outcome": "failed"}],
    }
    assert reply.value["command"].endswith(" test")


def test_gives_the_starter_of_an_app(page: Page) -> None:
    token = f"token {TOKEN}"

    reply = page.get("/kustomer-nb/starter?app=shop", authorization=token)

    assert page.get("/kustomer-nb/starter?app=shop").status == 403
    assert page.answer("overview", text=reply.value["text"])["counts"] == {
        "error": 0,
        "warning": 0,
        "hint": 0,
    }
    for app in ("", "../etc", "Shop", "a" * 101):
        assert page.get(f"/kustomer-nb/starter?app={app}", authorization=token).status == 400
    assert page.get("/kustomer-nb/starter", authorization=token).status == 400


def test_answers_in_the_offsets_of_a_page(page: Page) -> None:
    # JavaScript counts the emoji as two.
    text = SHOP.replace('"uri": "', '"uri": "https://😀/', 1)
    utf16 = text.encode("utf-16-le")

    def of_page(marked: str) -> int:
        before, after = marked.split("¦")
        return len(text[: text.index(before + after) + len(before)].encode("utf-16-le")) // 2

    def part(place: dict[str, Any]) -> str:
        return utf16[2 * place["start"] : 2 * place["end"]].decode("utf-16-le")

    offset = of_page("b/{{{or¦derId}}}/{{toLower")
    hover = page.answer("hover", text=text, offset=offset, inputs={"orderId": 5})["hover"]
    runs = {"kustomer.app.shop.find": {"inputs": {"orderId": 6}}, "kustomer.app.shop.pay": None}
    of_runs = page.answer("hover", text=text, offset=offset, runs=runs)["hover"]
    declared = page.answer("definition", text=text, offset=offset)["definition"]
    renamed = page.answer("rename", text=text, offset=offset, name="number")
    completed = page.answer("complete", text=text, offset=offset)
    problems = page.answer("lint", text=text.replace('"post"', '"posted"'))

    assert part(hover) == "orderId"
    assert '"https://😀/https://a.b/5/"' in hover["markdown"]
    assert '"https://😀/https://a.b/6/"' in of_runs["markdown"]
    assert part(declared) == '"orderId"'
    assert (renamed["name"], renamed["error"]) == ("orderId", "")
    assert {part(edit).strip('"') for edit in renamed["edits"]} == {"orderId"}
    assert part(completed) == "orderId"
    assert [item["label"] for item in completed["items"]] == ["order", "orderId"][::-1]
    assert "KNB401" in [problem["code"] for problem in problems["problems"]]
    assert [action["name"] for action in problems["actions"]] == [
        "kustomer.app.shop.find",
        "kustomer.app.shop.pay",
    ]


def test_answers_about_a_cell_in_its_own_offsets(page: Page) -> None:
    cell = "%%action find\n[{'name': 'kustomer.app.shop.find', 'inputTemplate': {'uri': 'https://a.b/{{{id}}}'}}]"
    start = cell.index("id}}}")

    (fix,) = [
        fix
        for fix in page.answer("fixes", text=cell, start=start, end=start)["fixes"]
        if fix["code"] == "KNB303"
    ]
    (edit,) = fix["edits"]

    assert fix["title"] == "Add id to inputSchema"
    assert cell[: edit["start"]].startswith("%%action find\n[{'name'")
    assert '"id"' in edit["text"] or "'id'" in edit["text"]


@pytest.mark.uncounted
@pytest.mark.timeout(MUTATIONS + 600)
def test_no_text_makes_a_question_fail(page: Page) -> None:
    generator = random.Random(11)
    for text in Mutations(20261201).texts(MUTATIONS):
        offset = generator.randint(0, len(text))
        for question in NAMES if SLOW else (generator.choice(NAMES), "lint"):
            page.answer(question, text=text, offset=offset, start=offset, end=offset, name="renamed")


def test_prints_the_round_trip_of_a_large_definition(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(definition(40), indent=2)
    times: dict[str, list[float]] = {"lint": [], "complete": []}
    for number in range(40 if SLOW else 10):
        # Each time another text, as while somebody types.
        typed = text.replace("ecommstore", f"ecommstore{number}", 1)
        for question, measured in times.items():
            start = time.perf_counter()
            page.answer(question, text=typed, offset=typed.rindex("{{{") + 3)
            measured.append(time.perf_counter() - start)

    with capsys.disabled():
        for question, measured in times.items():
            p95 = statistics.quantiles(measured, n=20)[-1]
            sys.stdout.write(f"\n{question} of 40 actions: p95 {p95 * 1e3:.0f} ms round trip\n")
    assert page.answer("lint", text=text)["actions"]


def test_jupyter_lists_the_extension(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jupyter", "server", "extension", "list"]

    done = subprocess.run(command, env=settings(tmp_path), capture_output=True, text=True, check=True)

    words = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr).split()
    # In an environment in which the package is installed, that enables it too.
    assert "kustomer_nb.server enabled - Validating kustomer_nb.server..." in " ".join(words)
    assert re.search(rf"kustomer_nb\.server ({re.escape(__version__)} )?OK", " ".join(words))


READS_NOTHING = """
import random, sys
from kustomer_nb.language.questions import QUESTIONS, answer
from tests.jsontext.mutations import Mutations
from tests.language.marked import SHOP

def ask(text, offset):
    for question in QUESTIONS:
        posted = dict(text=text, offset=offset, start=offset, end=offset, name="new", path="/etc/passwd")
        answer(question, posted | {"inputs": {"orderId": 1}, "body": {"id": 7}})

for offset in range(0, len(SHOP), 7):
    ask(SHOP, offset)
texts = list(Mutations(5).texts(40))
for text in texts:
    ask(text, len(text) // 2)

def refuse(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "subprocess.Popen", "socket.connect", "os.putenv"):
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(refuse)
for text in texts:
    ask(text + " ", len(text) // 2)
    ask(SHOP + text, 900)
print("nothing was read")
"""


def test_no_question_reads_a_file() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", READS_NOTHING], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert (done.stdout.strip(), done.stderr) == ("nothing was read", "")
