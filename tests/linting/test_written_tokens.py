"""Tokens that an author wrote into a file: lint and fix report them, and tell none in any form."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kustomer_nb import KustomerNbError, LoadError, load, loads, reporting, workbench
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.magics import ActionMagics
from kustomer_nb.reporting.json import envelope

TOKENS = {
    "a bearer literal": "q7Zk1v9XwB3nLm5R8tYpC2sD",
    "what only may be a token": "correct-horse-battery",
    "basic auth in a uri": "hunter2x",
    "an api key in a query": "0123abcd4567efgh89zz",
    "a known prefix": "sk_live_51H8xY2eZvKYlo2Cabc",
    "another one": "ghp_abcdEFGH1234ijklMNOP5678qrst",
    "in a comment": "xoxb-123456789012-abcdefABCDEF",
    "in a sample": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN",
    "the default of a secret": "Tr0ub4dor&3/x",
    "in a form": "zzTop99ClientSecret",
    "a key of an account": "Zm9vYmFyMTIzNDU2Nzg5MA",
}
TOML_TOKENS = {"in TOML": "0a1b2c3d4e5f60718293", "a password in TOML": "proxy-pw-77"}
LEFT = ("$shop.default.token", "Bearer {{{token}}}", "YOUR_TOKEN", "3f2504e0-4f89-11d3-9a0c-0305e82c3301")

# Loose JSON with faults of other rules on the very lines that hold the tokens.
TEXT = """// rotated in May: xoxb-123456789012-abcdefABCDEF
{
  app: 'shop', version: "1.0.0", title: "Shop of $shop.default.token",
  settings: {default: {token: {type: "secret", defaultValue: 'Tr0ub4dor&3/x'}}},
  "actions": [{
    name: "kustomer.app.shop.find", type: "rest_api", descripton: "as ghp_abcdEFGH1234ijklMNOP5678qrst does",
    appSettings: {token: {key: "shop.default.token"}},
    inputTemplate: {
      uri: "http://shop:hunter2x@api.shop.com/{{gone}}?api_key=0123abcd4567efgh89zz", method: "psot",
      headers: {
        authorization: 'Bearer q7Zk1v9XwB3nLm5R8tYpC2sD', "x-api-key": 'correct-horse-battery',
        'x-shop-token': "sk_live_51H8xY2eZvKYlo2Cabc", "x-other": 'Bearer {{{token}}}', 'x-key': "YOUR_TOKEN",
        "bad name": 'Basic Zm9vYmFyMTIzNDU2Nzg5MA', "auth": "Zm9vYmFyMTIzNDU2Nzg5MA"
      },
      data: {client_secret: "zzTop99ClientSecret", note: "client_secret=zzTop99ClientSecret&x={{oops}"}
    },
    sampleOutputContext: {
      token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN',
      id: '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    },
    outputSchema: {properties: {id: {type: "number"}}}
  }]
}
"""
TOML = """# was 0a1b2c3d4e5f60718293
proxy = "http://me:proxy-pw-77@proxy.shop.com:3128"
[profiles.sandbox]
"0a1b2c3d4e5f60718293" = 1
settings = { "default.token" = "0a1b2c3d4e5f60718293" }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "kustomer-nb.toml").write_text(TOML, encoding="utf-8")
    return path


def forms(diagnostics: Diagnostics) -> Iterator[str]:
    """Yield every form in which findings are shown."""
    yield reporting.text(diagnostics)
    yield reporting.html(diagnostics)
    yield from reporting.as_github(diagnostics, "shop.json")
    yield json.dumps(envelope(diagnostics))
    yield str(KustomerNbError(diagnostics))
    for diagnostic in diagnostics:
        yield from (
            repr(diagnostic),
            str(diagnostic),
            reporting.html(diagnostic),
            diagnostic.message,
            diagnostic.fix,
            diagnostic.pointer,
        )
    yield diagnostics.text


def of_lint(path: Path) -> Iterator[str]:
    yield from forms(load(path).lint())


def of_lint_of_an_action(path: Path) -> Iterator[str]:
    yield from forms(load(path).action().lint())


def of_reading(path: Path) -> Iterator[str]:
    yield from forms(load(path).diagnostics)


def of_fix(path: Path) -> Iterator[str]:
    for unsafe in (False, True):
        changes = load(path).fix(unsafe=unsafe)
        yield from (changes.diff, reporting.text(changes), reporting.html(changes), repr(changes))
        yield from forms(changes.fixed)


def of_edits(path: Path) -> Iterator[str]:
    app = load(path)
    template = "/actions/0/inputTemplate"
    for changes in (
        app.rename(f"{template}/headers/auth", "x-auth"),
        app.edit(f"{template}/headers/accept", TOKENS["a known prefix"]),
        app.remove(f"{template}/headers/x-api-key"),
    ):
        yield from (changes.diff, reporting.html(changes))


def of_the_app(path: Path) -> Iterator[str]:
    app = load(path)
    for value in (app, app.action()):
        yield from (repr(value), value._repr_html_())
    yield reporting.text(app.document)


def of_the_workbench(path: Path) -> Iterator[str]:
    bench = workbench(path)
    # The request is shown as it is sent, what an author wrote out included.
    for leaf in (bench.problems, bench.definition, bench.form):
        yield leaf.as_html()
        yield str(leaf.get_state())


def of_a_cell(path: Path) -> Iterator[str]:
    yield from forms(ActionMagics(InteractiveShell()).action("", TEXT))


def of_a_cell_that_cannot_be_read(path: Path) -> Iterator[str]:
    for token in (TOKENS["a bearer literal"], TOKENS["a known prefix"]):
        yield from forms(ActionMagics(InteractiveShell()).action("", f'"Bearer {token}"'))


OUTPUTS: dict[str, Callable[[Path], Iterator[str]]] = {
    name.removeprefix("of_").replace("_", " "): value
    for name, value in list(globals().items())
    if name[:3] == "of_"
}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_no_form_of_what_is_found_tells_a_token(output: Callable[[Path], Iterator[str]], path: Path) -> None:
    printed = "\n".join(output(path))

    assert printed
    assert [name for name, token in {**TOKENS, **TOML_TOKENS}.items() if _secret_part(token) in printed] == []


FILES = {
    "the default of a secret in an object": (
        '{"app": "shop", "settings": {"d": {"t": {"type": "secret", "defaultValue": {"a": "hunter2x"}}}}}',
        "KNB225",
        "hunter2x",
    ),
    "headers as text": (
        '{"type": "rest_api", "inputTemplate": {"uri": "https://a.b", "method": "get",'
        ' "headers": "authorization: Bearer hunter2hunter"}}',
        "KNB202",
        "hunter2hunter",
    ),
    "code around the definition": (
        'const password=\'hunter2\';\nmodule.exports = {"inputTemplate": {"uri": "https://a.b"}};\n',
        "KNB124",
        "hunter2",
    ),
    "a short password in a uri": (
        '{"type": "rest_api", "inputTemplate": {"uri": "https://joe:abc@a.b/{{y}}", "method": "get"}}',
        "KNB303",
        "abc",
    ),
}


@pytest.mark.parametrize(("text", "code", "token"), FILES.values(), ids=FILES)
def test_no_other_rule_quotes_a_token_on_its_line(text: str, code: str, token: str) -> None:
    app = loads(text)
    reports = [app.diagnostics, app.lint()]

    assert code in [finding.code for report in reports for finding in report]
    assert token not in "".join(form for report in reports if report for form in forms(report))


def _secret_part(token: str) -> str:
    """Return what of a token is not known to everybody, and so must not be shown."""
    for prefix in ("sk_live_", "ghp_", "xoxb-", "eyJ"):
        token = token.removeprefix(prefix)
    return token[:12]


def test_each_token_is_reported_or_at_least_on_a_line_that_is(path: Path) -> None:
    diagnostics = load(path).lint()

    assert {"KNB601", "KNB603", "KNB604", "KNB605", "KNB610"} <= set(diagnostics.codes)
    lines = TEXT.split("\n")
    quoted = "\n".join({lines[diagnostic.span.line - 1] for diagnostic in diagnostics if diagnostic.span})
    assert [name for name, token in TOKENS.items() if token not in quoted] == []


@pytest.mark.parametrize("harmless", LEFT)
def test_what_is_no_token_is_shown_as_it_stands(harmless: str, path: Path) -> None:
    app = load(path)

    assert harmless in reporting.text(app.lint())
    assert harmless in app.fix(unsafe=True).diff


def test_columns_and_carets_point_where_the_token_stands(path: Path) -> None:
    diagnostics = load(path).lint()
    (diagnostic,) = [
        diagnostic
        for diagnostic in diagnostics
        if diagnostic.pointer.endswith("/headers/authorization") and diagnostic.code == "KNB601"
    ]

    excerpt, carets = reporting.text(Diagnostics([diagnostic], text=diagnostics.text)).split("\n")[1:3]

    assert excerpt[carets.index("^") : carets.rindex("^") + 1] == f"'Bearer {'*' * 24}'"


@pytest.mark.parametrize("token", [TOKENS["a bearer literal"], TOKENS["a known prefix"]])
def test_an_error_that_quotes_a_text_has_no_other_one_behind_it_that_tells_more(token: str) -> None:
    with pytest.raises(LoadError) as caught:
        loads(f'"Bearer {token}"')

    assert _secret_part(token) not in f"{caught.value}{caught.value.diagnostics.text}"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_texts_edits_and_files_keep_their_tokens(path: Path) -> None:
    app = load(path)
    edits = [edit.text for diagnostic in app.lint() for edit in diagnostic.edits]

    changes = app.fix()
    app.save()

    assert (changes.before, changes.after) == (TEXT, app.text)
    assert path.read_text(encoding="utf-8") == app.text
    assert [name for name, token in TOKENS.items() if token not in app.text] == []
    assert f'"Bearer {TOKENS["a bearer literal"]}"' in edits


def kustomer_nb(*arguments: object) -> bytes:
    command = [sys.executable, "-m", "kustomer_nb", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["lint"], id="text"),
        pytest.param(["lint", "--json"], id="json"),
        pytest.param(["lint", "--format", "github"], id="github"),
        pytest.param(["fix", "--unsafe"], id="fix"),
        pytest.param(["fix", "--yes"], id="fix that writes"),
    ],
)
def test_the_command_line_prints_no_token(arguments: list[Any], path: Path) -> None:
    printed = kustomer_nb(*arguments, path)

    assert b"KNB601" in printed
    assert [
        name for name, token in {**TOKENS, **TOML_TOKENS}.items() if _secret_part(token).encode() in printed
    ] == []
    assert TOKENS["a known prefix"] in path.read_text(encoding="utf-8")
