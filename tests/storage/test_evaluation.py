"""Node evaluates a module without settings, network and other files; its values can be edited or say why not."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.config import load_profile
from kustomer_nb.errors import EditError, LoadError
from kustomer_nb.storage import evaluation

# ruff: noqa: E501 - a module is read on one line
pytestmark = [pytest.mark.node, pytest.mark.usefixtures("node")]
ACTION = """{name: 'kustomer.app.shop.find', description: 'd', type: 'rest_api',
    inputTemplate: {uri: 'https://x.com/a', method: 'get', json: true}}"""
HEAD = "app: 'shop', version: '1.0.0', title: 'Shop'"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "kustomer-nb.toml").write_text("evaluate = true\n\n[profiles.sandbox]\nlabel = 'x'\n")
    (tmp_path / ".env").write_text("SHOP_TOKEN=correct-horse-7\n")
    return tmp_path


def loaded(project: Path, text: str, name: str = "shop.mjs") -> knb.App:
    path = project / name
    path.write_text(text)
    return knb.load(path)


def value_of(project: Path, text: str, name: str = "shop.mjs") -> Any:
    return loaded(project, text, name).document.value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "shop.mjs",
            f"import a from './a.mjs';\nexport default {{{HEAD}, actions: [a('find')]}}",
            id="import",
        ),
        pytest.param(
            "shop.js", f"export default {{{HEAD}, actions: [['find'].map((n) => ({ACTION}))[0]]}}", id="calls"
        ),
        pytest.param(
            "shop.mjs", f"const m = {{{HEAD}}};\nexport default {{...m, actions: [{ACTION}]}}", id="spread"
        ),
        pytest.param(
            "shop.mjs", f"export default Object.freeze({{{HEAD}, actions: [{ACTION}]}})", id="call around it"
        ),
        pytest.param(
            "shop.cjs",
            f"const a = require('./a.json');\nmodule.exports = {{{HEAD}, actions: [a]}}",
            id="require",
        ),
        pytest.param(
            "shop.mjs",
            f"const app = {{{HEAD}}};\napp.actions = [{ACTION}];\nexport default app",
            id="assignment",
        ),
    ],
)
def test_node_gives_the_values_that_the_text_does_not_show(project: Path, name: str, text: str) -> None:
    (project / "a.mjs").write_text(f"export default (name) => ({ACTION});")
    action = loaded(project, f"export default {{{HEAD}, actions: [{ACTION}]}}").document.value["actions"][0]
    (project / "a.json").write_text(json.dumps(action))

    app = loaded(project, text, name)

    assert app.document.value == {"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [action]}
    assert set(app.lint().codes) <= {"KNB124"}
    assert app.action("find").render().url == "https://x.com/a"


def test_it_is_off_by_default_and_the_finding_names_it(project: Path) -> None:
    (project / "kustomer-nb.toml").write_text("")

    app = loaded(project, f"export default {{{HEAD}, actions: make()}}")

    (finding,) = [finding for finding in app.lint() if finding.code == "KNB122"]
    assert app.document.value["actions"] == "make()"
    assert "`evaluate = true` in kustomer-nb.toml" in finding.fix


def test_a_module_whose_text_shows_everything_is_not_run(project: Path) -> None:
    text = f"import './none.mjs';\nconst a = {ACTION};\nexport default {{{HEAD}, actions: [a]}}"

    assert "KNB136" not in loaded(project, text).lint().codes


def test_the_key_belongs_to_the_project_and_not_to_a_profile(project: Path) -> None:
    assert load_profile("sandbox", project).label == "x"
    (project / "kustomer-nb.toml").write_text("[profiles.sandbox]\nevaluate = true\n")
    with pytest.raises(LoadError, match='unknown key "evaluate"'):
        load_profile("sandbox", project)


SECRETS = {
    "the environment": "Object.keys(process.env).join()",
    ".env": "read('.env')",
    "the settings file": "read('kustomer-nb.toml')",
    "a file of somebody else": "read('/etc/hostname')",
    "a linked file": "read('link.txt')",
}


@pytest.mark.parametrize("code", SECRETS.values(), ids=SECRETS)
def test_a_module_reads_no_settings(project: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "correct-horse-7")
    (project / "link.txt").symlink_to("/etc/hostname")
    reading = "import fs from 'node:fs';\nconst read = (f) => { try { return fs.readFileSync(f, 'utf8'); } catch (e) { return ''; } };\n"

    assert (
        value_of(project, f"{reading}export default {{{HEAD}, actions: [], iconUrl: {code}}}")["iconUrl"]
        == ""
    )


def test_a_module_reads_the_other_files_of_its_project(project: Path) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "title.txt").write_text("Shop 2")
    text = f"import fs from 'node:fs';\nexport default {{{HEAD}, iconUrl: fs.readFileSync('lib/title.txt', 'utf8')}}"

    assert value_of(project, text)["iconUrl"] == "Shop 2"


WAYS_OUT = {
    "fetch": "await fetch(`http://127.0.0.1:${port}/`)",
    "http": "await new Promise((_, no) => http.request({port, host: '127.0.0.1'}).on('error', no).end())",
    "net": "await new Promise((yes, no) => net.connect(port, '127.0.0.1', yes).on('error', no))",
    "a socket": "await new Promise((yes, no) => new net.Socket().on('error', no).connect(port, '127.0.0.1', yes))",
    "tls": "tls.connect(port, '127.0.0.1')",
    "http2": "http2.connect(`http://127.0.0.1:${port}`)",
    "a name": "await dns.promises.lookup('localhost')",
    "a name by callback": "await new Promise((yes) => dns.resolve4('example.com', yes))",
    "datagrams": "dgram.createSocket('udp4').send('x', port, '127.0.0.1')",
    "a server": "net.createServer().listen(0)",
    "a process": "child.execFileSync(process.execPath, ['-v'])",
    "a spawned process": "child.spawn(process.execPath, ['-v'])",
    "a thread": "new threads.Worker('1', {eval: true})",
    "a binding": "process.binding('tcp_wrap')",
    "a file": "fs.writeFileSync('made.txt', 'x')",
    "the debugger": "inspector.open(0)",
}
MODULES = [
    "http",
    "net",
    "tls",
    "http2",
    "dns",
    "dgram",
    "fs",
    "inspector",
    "child:child_process",
    "threads:worker_threads",
]
IMPORTS = "".join(
    f"import {name} from 'node:{module or name}';\n"
    for name, _, module in (m.partition(":") for m in MODULES)
)


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_a_module_reaches_nothing_outside(project: Path, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        code = f"let out = 'done';\nconst port = {port};\ntry {{ {way}; }} catch (error) {{ out = error.code ?? error.message; }}\n"

        value = value_of(project, f"{IMPORTS}{code}export default {{{HEAD}, iconUrl: [out].join()}}")

        assert re.search("is not available while|ERR_ACCESS_DENIED", value["iconUrl"]), value
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not (project / "made.txt").exists()


FAILURES = {
    "an error": ("export default {app: oops()}", "shop.mjs", "ReferenceError: oops is not defined"),
    "no JSON": ("export default (() => 1)", "shop.mjs", "no default export that JSON can express"),
    "an end": ("process.exit(0);\nexport default {a: f()}", "shop.mjs", "Node ended"),
    "no file": ("import a from './none.mjs';\nexport default {app: a}", "shop.mjs", "Cannot find module"),
}


@pytest.mark.parametrize(("text", "name", "reason"), FAILURES.values(), ids=FAILURES)
def test_why_node_gives_no_value_is_reported(project: Path, text: str, name: str, reason: str) -> None:
    try:
        diagnostics = loaded(project, text, name).diagnostics
    except LoadError as error:
        diagnostics = error.diagnostics

    (finding,) = [finding for finding in diagnostics if finding.code == "KNB136"]
    assert reason in finding.message


def test_an_older_node_says_that_it_cannot_evaluate_typescript(project: Path) -> None:
    app = loaded(project, f"const n: number = f(1);\nexport default {{{HEAD}, actions: [n]}}", "shop.ts")

    if version() >= (22, 13):
        pytest.skip("this Node strips types")
    (finding,) = [finding for finding in app.diagnostics if finding.code == "KNB136"]
    assert "cannot evaluate TypeScript" in finding.message
    assert "22.13" in finding.fix


def version() -> tuple[int, int]:
    return evaluation._version_of(str(shutil.which("node")))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("for (;;);", "takes more than", id="an endless loop"),
        pytest.param(
            "await new Promise(() => setInterval(() => {}, 1000));", "takes more than", id="an endless wait"
        ),
        pytest.param("for (;;) fs.writeSync(1, 'x'.repeat(1e6));", "prints more than", id="endless output"),
        pytest.param("throw new Error('x'.repeat(1e7));", "the module failed", id="a long error"),
        pytest.param("globalThis.long = 'x'.repeat(3e6);", "more than 2000000 characters", id="a long value"),
        pytest.param(
            "const a = []; for (;;) a.push(new Array(1e5).fill(1));", "Node ended", id="endless memory"
        ),
    ],
)
def test_a_module_is_stopped(project: Path, code: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # More for the memory, whose limit takes Node a while to reach.
    monkeypatch.setattr(evaluation, "TIME_LIMIT", 60 if "Node" in reason or "prints" in reason else 3)

    app = loaded(
        project, f"import fs from 'node:fs';\n{code}\nexport default {{{HEAD}, iconUrl: globalThis.long}}"
    )

    (finding,) = [finding for finding in app.diagnostics if finding.code == "KNB136"]
    assert reason in finding.message
    assert len(finding.message) < 1000


def test_what_a_module_prints_is_no_value(project: Path) -> None:
    text = 'import fs from "node:fs";\nconsole.log("{}");\nfs.writeSync(1, "\\n{\\"json\\":\\"{}\\"}\\n");\n'

    assert value_of(project, f"{text}export default {{{HEAD}, iconUrl: String('a')}}")["iconUrl"] == "a"


COMPUTED = f"""const app = 'shop';
const names = ['find'];
export default {{ app, version: '1.0.0', title: ['Sh', 'op'].join(''),
  actions: names.map((name) => ({ACTION})), tags: ['a', 'b'], settings: {{default: {{}}}},
}};
"""


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/version", "1.0.1"),
        ("/tags/1", "c"),
        ("/app", "market"),
        ("/settings/default", {"a": {"type": "string"}}),
    ],
)
def test_a_value_that_the_text_shows_can_be_edited(project: Path, pointer: str, value: Any) -> None:
    app = loaded(project, COMPUTED)
    before = app.document.value

    app.edit(pointer, value)
    app.save()

    after = knb.load(project / "shop.mjs").document.value
    assert knb.loads(json.dumps(after)).document.value != before
    assert app.document.value == after
    for key in pointer.split("/")[1:]:
        after = after[int(key) if isinstance(after, list) else key]
    assert after == value


@pytest.mark.parametrize(
    "pointer", ["/title", "/actions/0/name", "/actions/0/inputTemplate/uri", "/actions/0"]
)
def test_a_value_that_code_gives_cannot_be_edited_and_says_so(project: Path, pointer: str) -> None:
    app = loaded(project, COMPUTED)

    with pytest.raises(EditError, match="put together by code"):
        app.edit(pointer, "x")
    assert app.text == COMPUTED


def test_no_fix_changes_code(project: Path) -> None:
    text = COMPUTED.replace("https://x.com/a", "x.com/{{id}}").replace("'1.0.0'", "'1.0'")
    app = loaded(project, text)

    assert "KNB402" in app.lint().codes
    app.fix(unsafe=True)
    assert app.text == text.replace("'1.0'", '"1.0.0"')


@pytest.mark.parametrize("attempt", ["/actions/0/inputTemplate/uri"])
def test_a_run_sends_what_node_gave(project: Path, attempt: str) -> None:
    app = loaded(project, COMPUTED)

    assert app.action().render().url == "https://x.com/a"
    assert not app.action().render().diagnostics.errors, attempt


@pytest.mark.parametrize(
    ("value", "read"),
    [
        pytest.param("{qs: undefined}", {}, id="undefined"),
        pytest.param("010", 8, id="an octal number"),
        pytest.param(r"'C:\dir'", "C:dir", id="a backslash that escapes nothing"),
        pytest.param("{a: undefined ?? 'x'}", {"a": "x"}, id="undefined in an expression"),
    ],
)
def test_node_reads_what_the_text_only_lets_guess(project: Path, value: str, read: Any) -> None:
    app = loaded(
        project,
        f"const v = {value};\nmodule.exports = {{{HEAD}, appDetails: {value}, actions: []}};",
        "shop.cjs",
    )

    assert app.document.value["appDetails"] == read
    assert set(app.lint().codes) & {"KNB116", "KNB119", "KNB121", "KNB122", "KNB136"} == set()
