from __future__ import annotations

import base64
import html
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

import kustomer_nb as knb
from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.notebooks import check, share
from tests.canary.token import CORE, TOKEN, VARIABLE, traces
from tests.notebooks.project import GITHUB, outputs, run_notebook, write_notebook, write_project

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
READ = f"import os, dotenv; token = dotenv.dotenv_values('.env', interpolate=False)[{VARIABLE!r}]"
# What a notebook of the project shows, each of it from a real kernel.
CELLS = (
    READ,
    "print(token)",
    "import html, base64, json\nfrom urllib.parse import quote\nquote(token, safe=''), html.escape(token)",
    "[base64.b64encode((' ' * at + token).encode()).decode() for at in range(3)]",
    "{'authorization': f'Bearer {token}', 'twice': json.dumps(json.dumps(token))}",
    "from IPython.display import HTML, display\nHTML(''.join(f'<b>{html.escape(x)}</b>' for x in token))",
    "display({'application/json': {token: [token, 7]}, 'text/plain': 'a value'}, raw=True)",
    "import sys\nprint('failed with', token, file=sys.stderr)",
    "raise ValueError(f'no such user: {token}')",
    "import ipywidgets\nipywidgets.Password(value=token)",
    "import kustomer_nb as knb\napp = knb.load('canary.json')\nknb.workbench(app, 'find', mode='sample')",
    "app.action('find').run({'id': 7}, mode='sample')",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_project(tmp_path_factory.mktemp("shared") / "my shöp")
    return run_notebook(write_notebook(folder / "day.ipynb", CELLS))


def as_html(path: Path) -> str:
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--stdout", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout


def test_a_notebook_that_was_run_has_the_secret_and_the_state_of_widgets(executed: Path) -> None:
    notebook = nbformat.read(executed, as_version=4)

    assert CORE in executed.read_text(encoding="utf-8")
    assert "widgets" in notebook.metadata
    assert "execution" in notebook.cells[0].metadata
    assert any(WIDGET_VIEW in output.get("data", {}) for output in outputs(executed))


def test_the_copy_has_no_secret_in_any_encoding(executed: Path, tmp_path: Path) -> None:
    before = executed.read_bytes()
    copy = tmp_path / "copy" / "day.ipynb"
    copy.parent.mkdir()

    shared = share(executed, output=copy)

    assert traces(copy.parent) == []
    assert {"/cells/1/outputs/0/text", "/cells/8/outputs/0/evalue"} <= {
        finding.pointer for finding in shared.findings if finding.code == Code.SETTING_IN_NOTEBOOK
    }
    assert "$canary.default.token" in copy.read_text(encoding="utf-8")
    assert CORE not in str(shared.findings) + repr(shared) + shared._repr_html_()
    assert executed.read_bytes() == before


def test_the_copy_is_readable_without_a_kernel(executed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "day.ipynb"

    share(executed, output=copy)

    page = as_html(copy)
    assert "model not found" not in page
    assert WIDGET_VIEW not in page
    assert "knb-" in page
    assert "Find an order" in page or "kustomer.app.canary.find" in page or "canary" in page
    notebook = nbformat.read(copy, as_version=4)
    assert "widgets" not in notebook.metadata
    assert not [cell for cell in notebook.cells if "execution" in cell.metadata]
    assert all(output.get("data", {"text/plain": ""}) for output in outputs(copy))
    was = [cell.source for cell in nbformat.read(executed, as_version=4).cells]
    assert [cell.source for cell in notebook.cells] == was


def test_a_shared_copy_needs_no_copy(executed: Path, tmp_path: Path) -> None:
    folder = write_project(tmp_path / "other")
    copy = folder / "day.ipynb"
    share(executed, output=copy)

    again = check(copy)

    assert (again.ok, list(again.findings)) == (True, [])
    assert again.text == copy.read_text(encoding="utf-8")


def test_sharing_twice_gives_the_same_bytes(executed: Path, tmp_path: Path) -> None:
    share(executed, output=tmp_path / "a.ipynb")
    share(executed, output=tmp_path / "b.ipynb")

    assert (tmp_path / "a.ipynb").read_bytes() == (tmp_path / "b.ipynb").read_bytes()


def test_tracebacks_name_no_folder_of_the_machine(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "my shöp")
    (folder / "helpers.py").write_text(
        "def parse(text):\n    return __import__('json').loads(text)\n", encoding="utf-8"
    )
    cells = (
        "import sys; sys.path.insert(0, '.')\nimport helpers\nhelpers.parse('{')",
        "open('/tmp/no such folder/x.json')",
        "import warnings, traceback\nwarnings.warn('old')\ntry:\n    helpers.parse('{')\n"
        "except ValueError:\n    traceback.print_exc()",
    )
    notebook = run_notebook(write_notebook(folder / "fails.ipynb", cells))

    shared = share(notebook)

    text = (folder / "fails.shared.ipynb").read_text(encoding="utf-8")
    for machine_path in (str(tmp_path), sys.prefix, sys.base_prefix, "/tmp/", "ipykernel_"):
        assert machine_path not in text.replace("open('/tmp/no such folder/x.json')", ""), machine_path
    assert "helpers.py" in text
    assert "JSONDecodeError" in text
    assert shared.findings.codes.count(Code.PATH_IN_NOTEBOOK) == 3


def test_what_looks_like_a_credential_is_replaced_wherever_it_is(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    cells = (
        f'headers = {{"Authorization": "Bearer {GITHUB}"}}',
        f"print('{GITHUB}'[:4], '{GITHUB}')",
        "session = 'Set-Cookie: sid=f8e7d6c5b4a3; Path=/; HttpOnly'\nprint(session)",
        "import base64; base64.b64encode(headers['Authorization'].encode()).decode()",
        nbformat.v4.new_markdown_cell(
            "curl -u ann:hunter2-horse https://ann:hunter2-horse@shop.example/orders"
        ),
    )
    notebook = run_notebook(write_notebook(folder / "tokens.ipynb", cells))

    shared = share(notebook)

    text = (folder / "tokens.shared.ipynb").read_text(encoding="utf-8")
    encoded = base64.b64encode(f"Bearer {GITHUB}".encode()).decode()
    assert not [
        secret
        for secret in (GITHUB, "f8e7d6c5b4a3", "@shop", encoded)
        if secret in text and secret != "@shop"
    ]
    assert "hunter2-horse@" not in text
    assert set(shared.findings.codes) <= {Code.CREDENTIAL_IN_NOTEBOOK, Code.TIMES_IN_NOTEBOOK}
    assert {"/cells/0/source", "/cells/1/outputs/0/text", "/cells/2/outputs/0/text"} <= {
        finding.pointer for finding in shared.findings
    }
    assert check(folder / "tokens.shared.ipynb").ok


HEX = "9f8e7d6c" + "5b4a39281706f5e4"


@pytest.mark.parametrize(
    ("mime", "data"),
    [
        ("text/plain", f"HTTP/1.1 200\nauthorization: Bearer {HEX}"),
        ("text/plain", f'{{"access_token": "{HEX}", "expires_in": 3600}}'),
        ("text/plain", f"export SHOP_TOKEN={HEX}\n"),
        ("text/html", f"<table><tr><td>x-api-key</td><td>{HEX}</td></tr></table>"),
        ("text/html", f"<tr><th><code>authorization</code></th><td><code>Bearer {HEX}</code></td></tr>"),
        ("text/markdown", f"| header | value |\n|---|---|\n| `x-api-key` | `{HEX}` |"),
        ("application/json", {"token": HEX}),
        ("application/json", {"headers": [{"name": "x-api-key", "value": HEX}]}),
        ("application/json", {"text": f"curl -H 'Authorization: Bearer {HEX}' https://shop.example"}),
        ("application/javascript", f"send('ghp_{HEX}')"),
    ],
)
def test_a_credential_is_found_by_its_name_in_every_format(tmp_path: Path, mime: str, data: object) -> None:
    folder = write_project(tmp_path / "shop")
    cell = nbformat.v4.new_code_cell("show()")
    cell.outputs = [nbformat.v4.new_output("display_data", data={mime: data})]
    write_notebook(folder / "a.ipynb", [cell, nbformat.v4.new_markdown_cell("All else stays.")])

    shared = share(folder / "a.ipynb")

    assert shared.findings.codes == [Code.CREDENTIAL_IN_NOTEBOOK]
    assert HEX not in shared.text
    assert check(folder / "a.shared.ipynb").ok


HARMLESS = (
    "appSettings = {'token': {'key': 'canary.default.token'}, 'authToken': 'canary.default.token'}",
    "print('Bearer YOUR_TOKEN', 'authorization: Bearer {{{token}}}', {'apiKey': '/#token'})",
    "print('3f2b8c1e-77aa-4d1e-9a53-0b8a6f1d2c44', 'da39a3ee5e6b4b0d3255bfef95601890afd80709')",
    "print('GET /orders/7/refund', '/inputTemplate/uri', 'Europe', 1001, True)",
    "page_token = 'eyXb'\nprint('the token is 64 characters long; password: at least 12 characters')",
)


def test_what_only_looks_like_a_secret_stays(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    notebook = run_notebook(write_notebook(folder / "harmless.ipynb", HARMLESS))

    shared = share(notebook)

    assert set(shared.findings.codes) <= {Code.TIMES_IN_NOTEBOOK}
    copy = nbformat.read(folder / "harmless.shared.ipynb", as_version=4)
    was = nbformat.read(notebook, as_version=4)
    assert [(cell.source, cell.outputs) for cell in copy.cells] == [
        (cell.source, cell.outputs) for cell in was.cells
    ]


def png(pixels: bytes) -> str:
    """Return an image of random pixels, as a plot of some size is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[at : at + 300] for at in range(0, 30_000, 300))
    header = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return base64.b64encode(data).decode()


def foreign_outputs() -> list[dict[str, object]]:
    """Return outputs as other libraries write them: a plot, a table, a chart with its script, a tree."""
    import random

    image = png(random.Random(7).randbytes(30_000))
    script = 'var a={token:"identifier",password:"input",key:"EAAA"};' * 2_000
    table = '<table border="1" class="dataframe"><tr><th>order</th><td>1042</td></tr></table>'
    return [
        {"image/png": image, "text/plain": "<Figure size 640x480 with 1 Axes>"},
        {"text/html": table, "text/plain": "   order\n0   1042"},
        {"text/html": f'<div><script>{script}</script><img src="data:image/png;base64,{image}"></div>'},
        {"application/javascript": script, "text/plain": "<IPython.core.display.Javascript object>"},
        {
            "application/vnd.plotly.v1+json": {
                "data": [{"y": {"bdata": "EAAA" * 20, "dtype": "i4"}, "x": [1, 2.5]}]
            }
        },
        {"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/></svg>'},
        {"text/latex": "$\\displaystyle x^{2}$", "text/plain": "x**2"},
        {"application/geo+json": {"type": "Point", "coordinates": [1.5, 2]}, "text/plain": "a map"},
    ]


def test_the_output_of_other_libraries_is_untouched(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    cell = nbformat.v4.new_code_cell("plot()", id="plots", metadata={"tags": ["keep"], "scrolled": True})
    cell.outputs = [nbformat.v4.new_output("display_data", data=data) for data in foreign_outputs()]
    was = json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    (folder / "plots.ipynb").write_text(json.dumps(was), encoding="utf-8")

    shared = share(folder / "plots.ipynb")

    assert list(shared.findings) == []
    assert json.loads((folder / "plots.shared.ipynb").read_text(encoding="utf-8")) == was


def test_a_widget_of_another_library_leaves_its_text(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    notebook = run_notebook(
        write_notebook(folder / "slider.ipynb", ["import ipywidgets\nipywidgets.IntSlider(3)"])
    )

    share(notebook)

    (output,) = outputs(folder / "slider.shared.ipynb")
    assert output.data == {"text/plain": "IntSlider(value=3)"}


def test_an_image_that_holds_a_secret_is_left_out(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    cell = nbformat.v4.new_code_cell("plot()")
    content = b"\x89PNG\r\n\x1a\n tEXt " + TOKEN.encode() + b" end"
    image = base64.b64encode(content).decode()
    cell.outputs = [nbformat.v4.new_output("display_data", data={"image/png": image})]
    write_notebook(folder / "image.ipynb", [cell])

    shared = share(folder / "image.ipynb")

    (output,) = outputs(folder / "image.shared.ipynb")
    assert output.data == {"text/plain": "(image/png was left out)"}
    assert shared.findings.codes == [Code.SETTING_IN_NOTEBOOK]


def test_a_value_of_the_environment_or_a_profile_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_project(tmp_path / "shop")
    (folder / ".env").unlink()
    (folder / "kustomer-nb.toml").write_text(
        '[profiles.sandbox.settings]\ntoken = { env = "SANDBOX_KEY" }\n', encoding="utf-8"
    )
    monkeypatch.setenv("SANDBOX_KEY", "plain words of a key")
    monkeypatch.setenv(VARIABLE, "other words of a key")
    text = quote("plain words of a key") + html.escape(" other words of a key")
    write_notebook(folder / "a.ipynb", [nbformat.v4.new_markdown_cell(text)])

    share(folder / "a.ipynb")

    copy = nbformat.read(folder / "a.shared.ipynb", as_version=4)
    assert copy.cells[0].source == "$token $canary.default.token"


def test_cells_without_an_id_get_the_same_one_each_time(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "shop")
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text} for text in ("one", "two", "one")]
    old = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    (folder / "old.ipynb").write_text(json.dumps(old), encoding="utf-8")

    first = share(folder / "old.ipynb").text

    assert share(folder / "old.ipynb").text == first
    assert len({cell["id"] for cell in json.loads(first)["cells"]}) == 3
    nbformat.validate(json.loads(first))


def test_a_secret_that_is_an_id_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_project(tmp_path / "shop")
    (folder / ".env").unlink()
    monkeypatch.setenv(VARIABLE, "plain-words-of-a-key")
    write_notebook(folder / "a.ipynb", [nbformat.v4.new_markdown_cell("x", id="plain-words-of-a-key")])

    text = share(folder / "a.ipynb").text

    assert "plain-words" not in text
    nbformat.validate(json.loads(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is not JSON"),
        ("[]", "it has no nbformat"),
        ('{"nbformat": 4}', "it has no list of cells"),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
            "cannot read it",
        ),
    ],
)
def test_what_is_not_a_notebook_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LoadError, match=reason) as caught:
        share(path)

    assert caught.value.diagnostics.codes == [Code.NOT_A_NOTEBOOK]
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_the_notebook_itself_is_never_overwritten(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "a.ipynb", ["1"])

    with pytest.raises(SaveError, match="the notebook itself"):
        share(path, output=path)


def test_it_is_a_public_name() -> None:
    assert knb.share is share
