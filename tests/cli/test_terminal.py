"""What a document, a service or a caller says is no control to a terminal: each verb, by its raw bytes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, RawServer, an_action, an_app, answer, raw_server, unused_port

# Colours, a cleared screen, another title, text that runs backwards, a line that looks like one of ours.
ATTACKS = {
    "ESC": "\x1b[31mred",
    "a bell and a backspace": "\x07ab\x08\x08c",
    "C1": "\x9b2J",
    "a title": "\x9d0;owned\x9c",
    "NEL": "a\x85b",
    "bidi": "\u202egnp.exe\u202c",
    "isolates": "\u2066a\u2069\u061c\u200e\u200f",
    "line separators": "a\u2028b\u2029c",
    "a carriage return": "gone\rnothing found",
    "a line": "x\n0 error KNB000 faked",
    "a lone surrogate": "a\ud800b",
    "DEL": "a\x7fb",
    "zero width": "a\u200b\u2060\xad\ufeff\ufff9b",
}
HOSTILE = "".join(ATTACKS.values())
PROFILE = HOSTILE.replace("\ud800", "")
HARMLESS = "Ümläut 日本語 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום مرحبا é"  # an accent on its own, joined emojis
# What is left to a text is a tab, and an end of a line where we end one.
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def printed(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what a process wrote, which is UTF-8 without a control character and without a faked line."""
    text = (done.stdout + done.stderr).decode()
    assert CONTROLS.findall(text) == []
    assert "Traceback" not in text
    assert not [line for line in text.split("\n") if line.startswith("0 error KNB000")]
    return text


def kustomer_nb(
    *arguments: object, folder: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kustomer_nb", *(os.fsencode(str(argument)) for argument in arguments)]
    environ = {name: value for name, value in os.environ.items() if name != "KUSTOMER_NB_HISTORY"}
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        timeout=100,
        check=False,
        cwd=folder,
        env={**environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def as_an_argument(text: str) -> str:
    """Return a text that a program can be given: a lone surrogate is a byte that is no UTF-8."""
    return text.replace("\ud800", "\udcff")


@pytest.fixture
def service() -> Iterator[RawServer]:
    body = json.dumps({"said": HOSTILE, "kept": HARMLESS, HOSTILE: 1}, ensure_ascii=False)
    content = body.encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\\ud800")
    header = b"x-said: a\x1b[31m\x9b2J" + "\u202e".encode()
    with raw_server(
        *(answer(content, b"200 OK", header, b"content-type: application/json") for _ in "12")
    ) as server:
        yield server


@pytest.fixture
def path(tmp_path: Path, service: RawServer) -> Path:
    """A project in which every name and text is hostile."""
    app = an_app(
        an_action(
            name=f"kustomer.app.shop.{HOSTILE}",
            title=HOSTILE,
            description=f"{HARMLESS} {HOSTILE}",
            appSettings={"token": {"key": f"shop.{HOSTILE}.token"}, HARMLESS: {"key": HOSTILE}},
            inputSchema={"properties": {HOSTILE: {"type": HOSTILE}, "kept": {"type": "string"}}},
            inputTemplate={
                "uri": f"{service.url}/{{{{kept}}}}?{HOSTILE}",
                "method": "get",
                "json": True,
                HOSTILE: HOSTILE,
                "qs": {"kept": HARMLESS, HOSTILE: "{{" + HOSTILE},
            },
            outputTemplate={"said": "/#body.said", "kept": "/#body.kept", HOSTILE: f"/#body.{HOSTILE}"},
            sampleOutputContext={"said": HOSTILE, HOSTILE: HOSTILE},
        ),
        **{"app": HOSTILE, "title": HARMLESS, "version": HOSTILE, HOSTILE: 1},
        settings={HOSTILE: {HOSTILE: {"type": HOSTILE, "defaultValue": HOSTILE}}},
    )
    folder = tmp_path / as_an_argument(HOSTILE.replace("/", ""))
    folder.mkdir()
    path = folder / as_an_argument(f"{HOSTILE}{HARMLESS}.json")
    # Written as it is, with a comma too many: what it says is quoted in findings and in differences.
    text = json.dumps(app, ensure_ascii=False, indent=1).replace("\ud800", r"\ud800")
    path.write_text(text[:-2] + ",\n}" + f" // {HARMLESS} \x1b[31m\x9b\u202e", encoding="utf-8")
    name = json.dumps(PROFILE).replace("\x7f", r"\u007f")
    (folder / "kustomer-nb.toml").write_text(
        f"[profiles.{name}]\nlabel = {name}\nsettings = {{ {name} = 'x' }}\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["lint", "PATH"], id="lint"),
        pytest.param(["lint", "--format", "github", "PATH"], id="lint for GitHub"),
        pytest.param(["fix", "--unsafe", "PATH"], id="fix"),
        pytest.param(["render", "PATH", "-i", f"{HOSTILE}=x", "-i", f"kept={HOSTILE}", "--why"], id="render"),
        pytest.param(
            ["render", "PATH", HOSTILE, "--set", f"{HOSTILE}=x"], id="an action and a setting by name"
        ),
        pytest.param(["render", "PATH", "--profile", PROFILE], id="a profile by name"),
        pytest.param(["render", "PATH", "--profile", f"{HOSTILE}x"], id="no profile of that name"),
        pytest.param(["run", "PATH", "--mode", HOSTILE], id="a mode"),
        pytest.param(["diff", "PATH", HOSTILE], id="diff"),
        pytest.param(["compare", "PATH", "PATH"], id="compare"),
        pytest.param(["compare", "PATH", "--against", HOSTILE], id="a revision"),
        pytest.param(["infer", "PATH"], id="infer"),
        pytest.param(["new", "--app", "shop", "PATH"], id="new"),
        pytest.param(["new", "--app", HOSTILE, "PATH"], id="new with an app"),
        pytest.param(["rule", HOSTILE], id="rule"),
        pytest.param(["history", "PATH", "--status", HOSTILE], id="history"),
        pytest.param([HOSTILE], id="an unknown verb"),
        pytest.param([f"--{HOSTILE}"], id="an unknown option"),
        pytest.param(["lint", f"--{HOSTILE}", "PATH"], id="an unknown option of a verb"),
        pytest.param(["lint", HOSTILE], id="a file that is not there"),
        pytest.param(["render", "PATH", "-i", HOSTILE], id="an input without a value"),
    ],
)
def test_no_verb_sends_a_control_to_a_terminal(arguments: list[str], path: Path, tmp_path: Path) -> None:
    argv = [str(path) if name == "PATH" else as_an_argument(name) for name in arguments]

    text = printed(kustomer_nb(*argv, folder=tmp_path))

    # It is shown, not taken out.
    assert r"\x1b[31m" in text.lower() or r"\u001b[31m" in text.lower()
    assert r"\x9b" in text or r"\u009b" in text
    assert r"\u202e" in text


@pytest.fixture
def asking(tmp_path: Path, service: RawServer) -> Path:
    action = an_action(
        name=f"kustomer.app.shop.{HOSTILE}",
        inputTemplate={"uri": f"{service.url}/", "method": "get", "json": True},
        outputTemplate={
            "said": "/#body.said",
            "kept": "/#body.kept",
            "all": "/#body",
            "at": "/#response.headers",
        },
        sampleOutputContext={"said": HOSTILE},
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(action), encoding="utf-8")
    (tmp_path / "kustomer-nb.toml").write_text("")
    return path


def test_what_a_service_answers_is_shown_and_kept_without_a_control(asking: Path, tmp_path: Path) -> None:
    output = printed(kustomer_nb("run", asking, "--why", "said", folder=tmp_path))
    listed = printed(kustomer_nb("history", asking, folder=tmp_path))
    entry = printed(kustomer_nb("history", asking, "0", folder=tmp_path))

    assert HARMLESS in output
    assert HARMLESS in entry
    assert [r"\u202e" in output, r"\u202c" in listed, r"\u202e" in entry] == [True] * 3


def test_json_has_no_control_and_the_same_value(asking: Path, tmp_path: Path) -> None:
    done = kustomer_nb("run", asking, "--json", folder=tmp_path)

    text = printed(done)
    output = json.loads(done.stdout)["data"]["output"]
    assert (output["said"], output["kept"]) == (HOSTILE, HARMLESS)
    assert output["all"][HOSTILE] == 1
    assert HARMLESS in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_json_can_be_read_in_any_encoding(encoding: str, asking: Path, tmp_path: Path) -> None:
    done = kustomer_nb("run", asking, "--json", folder=tmp_path, PYTHONIOENCODING=encoding)

    output = json.loads(done.stdout.decode(encoding))["data"]["output"]
    assert (output["said"], output["kept"]) == (HOSTILE, HARMLESS)


def test_what_infer_and_diff_print_for_a_file_has_the_same_value(tmp_path: Path) -> None:
    for name, value in (("a.json", {"kept": HARMLESS}), ("b.json", {"kept": HARMLESS, "x": HOSTILE})):
        (tmp_path / name).write_text(json.dumps(value))

    inferred = kustomer_nb("infer", "b.json", folder=tmp_path)
    patch = kustomer_nb("diff", "a.json", "b.json", "--format", "patch", folder=tmp_path)

    assert json.loads(inferred.stdout)["sampleOutputContext"] == {"kept": HARMLESS, "x": HOSTILE}
    assert json.loads(patch.stdout) == [{"op": "add", "path": "/x", "value": HOSTILE}]
    assert printed(inferred)
    assert printed(patch)


def test_what_fix_writes_is_what_the_author_wrote(path: Path, tmp_path: Path) -> None:
    printed(kustomer_nb("fix", "--yes", path, folder=tmp_path))

    text = path.read_text(encoding="utf-8").partition(" //")[0]
    assert json.loads(text)["actions"][0]["title"] == HOSTILE


@pytest.mark.parametrize(
    "name", ["::error::faked.json", "a%0A::error::x.json", "##[add-mask]x.json", " ::stop-commands::x.json"]
)
@pytest.mark.parametrize("options", [["--format", "github"], [], ["--json"]], ids=["github", "text", "json"])
def test_no_name_is_a_command_to_a_runner_of_github(name: str, options: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_text('{"app": "shop", "note": "##[add-mask]x\\n::error::y"}')

    done = kustomer_nb("lint", *options, name, folder=tmp_path, GITHUB_ACTIONS="true")

    lines = done.stdout.decode().splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert all(line.startswith(("::error file=", "::warning file=", "::hint file=")) for line in commands)
    assert len(commands) == (len(lines) if options == ["--format", "github"] else 0)
    assert commands or "##[" not in done.stdout.decode()
    if options == ["--json"]:
        assert json.loads(done.stdout)["meta"]["paths"] == [name]


def test_a_line_of_an_annotation_stays_one(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "100%,a:b.json"
    path.write_text('{"app": "shop", "x\\r\\n::error::y": 1}')

    done = call("lint", "--format", "github", path)

    lines = done.stdout.split("\n")[:-1]
    assert all(line.startswith("::") and "\r" not in line for line in lines)
    assert all("100%25%2Ca%3Ab.json" in line for line in lines)


@pytest.mark.parametrize("harmless", HARMLESS.split(" ")[:-1])
def test_letters_of_any_script_and_emojis_stay_as_they_are(harmless: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / f"{harmless}.json"
    path.write_text(json.dumps(an_action(name=f"kustomer.app.shop.{harmless}"), ensure_ascii=False))

    assert call("lint", path).stdout.startswith(f"{path}:1:10: error")
    assert f"use one of kustomer.app.shop.{harmless}" in call("render", path, "nothing").stderr
    assert f"kustomer.app.shop.{harmless}" in call("render", path, "--json").stdout


def test_a_warning_and_a_traceback_pass_the_filter_too(tmp_path: Path) -> None:
    program = (
        "import warnings, sys\n"
        "from kustomer_nb.cli import main\n"
        "import click\n"
        "@main.command()\n"
        "def odd():\n"
        "    warnings.warn('a\\x1b[31m\\u202e')\n"
        "    print('b\\x9b', file=sys.stderr)\n"
        "    raise RuntimeError('c\\x1b]0;x\\x07')\n"
        "main(['odd'])\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=100, check=False)

    text = (done.stdout + done.stderr).decode()
    assert CONTROLS.findall(text) == []
    assert [part in text for part in (r"a\x1b[31m\u202e", r"b\x9b", r"c\x1b]0;x\x07")] == [True] * 3


def test_a_terminal_still_gets_colours(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(name="kustomer.app.\x1b[31m.find")))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kustomer_nb", "lint", str(path)]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
    done = subprocess.run(
        command, stdin=theirs, stdout=theirs, stderr=theirs, timeout=100, check=False, env=environment
    )
    os.close(theirs)
    seen = _all_of(ours)

    assert done.returncode == 1
    assert b"\x1b[" in seen
    assert rb"\u001b[31m" in seen
    assert b"\x1b[31m.find" not in seen


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", "PATH"],
        ["render", "PATH", "-i", "orderId=1"],
        ["run", "PATH", "-i", "orderId=1", "--no-input"],
        ["run", "PATH", "-i", "orderId=1", "--set", "authToken=x"],
        ["run", "PATH", "orderId=1"],
        ["run", "PATH", "-i", '{"orderId": 1001, "reason": "a long reason that does not fit on one line"}'],
        ["rule", "KNB304"],
        ["rule", "KNB999"],
        ["actions", "PATH"],
        ["diff", "PATH", "PATH"],
        ["new", "1 bad.json"],
    ],
    ids=" ".join,
)
def test_with_no_color_a_terminal_gets_plain_text_within_80_columns(
    arguments: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_text(ECOMMSTORE.read_text("utf-8").replace('"actions"', "actions"), encoding="utf-8")
    ours, theirs = pty.openpty()
    words = ["shop.json" if word == "PATH" else word for word in arguments]
    subprocess.run(
        [sys.executable, "-m", "kustomer_nb", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        timeout=100,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "80", "CI": "true"},
    )
    os.close(theirs)
    lines = _all_of(ours).decode().splitlines()

    assert lines
    assert "\x1b" not in "".join(lines)
    assert [line for line in lines if len(line) > 80] == []


def _all_of(terminal: int) -> bytes:
    seen = b""
    try:
        while part := os.read(terminal, 65536):
            seen += part
    except OSError:
        pass  # how the end is told on Linux
    os.close(terminal)
    return seen


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        pytest.param(["--no-input"], {"CI": ""}, id="--no-input"),
        pytest.param(["--no-input", "--json"], {"CI": ""}, id="--no-input as JSON"),
        pytest.param([], {"CI": "true"}, id="CI=true"),
        pytest.param(["--mode", "record"], {"CI": "1"}, id="CI=1, to record"),
    ],
)
def test_nobody_is_asked_at_a_terminal(
    options: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    action = an_action(
        appSettings={"token": {"key": "shop.default.tok"}},
        inputTemplate={
            "uri": f"http://127.0.0.1:{unused_port()}/",
            "method": "get",
            "headers": {"x-a": "{{{token}}}"},
        },
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(action))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kustomer_nb", "run", str(path), *options]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}

    # In a session of its own: getpass opens the controlling terminal, not stdin.
    done = subprocess.run(
        command,
        **streams,
        start_new_session=True,
        timeout=100,
        check=False,
        cwd=tmp_path,
        env={**os.environ, **environment},
    )
    os.close(theirs)
    seen = _all_of(ours)

    assert done.returncode == 3
    assert b"(not shown)" not in seen
    assert b"KNB801" in seen
    assert b"SHOP_DEFAULT_TOK" in seen


def test_a_prompt_for_a_setting_shows_its_key_without_a_control(tmp_path: Path) -> None:
    action = an_action(
        appSettings={"token": {"key": "shop.default.\x1b[31m\u202e\ntok"}},
        inputTemplate={
            "uri": f"http://127.0.0.1:{unused_port()}/",
            "method": "get",
            "headers": {"x-a": "{{{token}}}"},
        },
    )
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(action))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kustomer_nb", "run", str(path)]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    # Whoever runs these tests may be a CI service, which nobody asks anything.
    env = {**os.environ, "CI": ""}
    with subprocess.Popen(command, **streams, start_new_session=True, cwd=tmp_path, env=env) as child:
        os.close(theirs)
        seen = b""
        try:
            # What is typed before the prompt is there is thrown away by it.
            while b"(not shown)" not in seen:
                seen += os.read(ours, 65536)
            os.write(ours, b"s3cret-value\n")
            seen += _all_of(ours)
        finally:
            child.kill()

    assert rb"shop.default.\x1b[31m\u202e\ntok (not shown)" in seen
    assert "\u202e".encode() not in seen
