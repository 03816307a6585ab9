"""The language server, asked over stdin and stdout by a real client."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from kustomer_nb import load
from kustomer_nb.language.reading import MOST_CHARACTERS
from tests.jsontext.mutations import Mutations
from tests.language.marked import SHOP
from tests.lsp.editor import Editor
from tests.work import SLOW

CODE_ACTIONS = ("quickfix", "source.fixAll.kustomer-nb")
MUTATIONS = 10_000 if SLOW else 100
BROKEN = """
from kustomer_nb.lsp import features
from kustomer_nb.lsp.language_server import serve

def symbols(document):
    print("a line that is no protocol")
    raise {error}

features.symbols = symbols
serve()
"""


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor()
    yield editor
    assert editor.shown == []
    assert editor.quit() == 0


@pytest.fixture(autouse=True)
def closed(editor: Editor) -> Iterator[None]:
    yield
    editor.close()
    editor.published.clear()


def test_says_what_it_can_do(editor: Editor) -> None:
    capabilities = editor.capabilities

    assert capabilities.position_encoding == "utf-16"
    assert capabilities.rename_provider.prepare_provider
    assert '"' in capabilities.completion_provider.trigger_characters
    assert capabilities.code_action_provider.code_action_kinds == CODE_ACTIONS
    assert capabilities.hover_provider
    assert capabilities.definition_provider
    assert capabilities.document_symbol_provider
    assert not capabilities.document_formatting_provider


def test_marks_what_lint_reports(editor: Editor) -> None:
    editor.open(SHOP.replace('"post"', '"posted"'))

    (marked,) = [item for item in editor.diagnostics() if item.code == "KNB401"]

    assert (marked.severity, marked.source) == (types.DiagnosticSeverity.Error, "kustomer-nb")
    assert " Fix: " in marked.message
    start, end = (editor.positions.offset(place) for place in (marked.range.start, marked.range.end))
    assert editor.text[start:end] == '"posted"'


def test_marks_only_the_newest_of_several_versions(editor: Editor) -> None:
    editor.open(SHOP)
    for method in ("a", "b", "c"):
        editor.change(SHOP.replace('"post"', f'"{method}"'))
    found = editor.diagnostics()
    editor.wait(0.5)

    assert "KNB401" in [item.code for item in found]
    assert [params.version for params in editor.published if params.version] == [4]


def test_a_closed_document_has_no_marks(editor: Editor) -> None:
    editor.open('{"app": 7}')
    assert editor.diagnostics()

    editor.close()
    editor.wait(0.5)

    assert not editor.published[-1].diagnostics


def test_a_mark_is_at_most_one_line(editor: Editor) -> None:
    editor.open('[{\n  "name": "kustomer.app.shop.find",\n  "type": "rest_api"\n}]')

    assert all(item.range.start.line == item.range.end.line for item in editor.diagnostics())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"name": "shop", "version": "1", "dependencies": {}}'),
        ("tsconfig.json", "{broken"),
        ("shop.json", "{}"),
        ("shop.json", ""),
        ("a.kustomer.json", ""),
    ],
)
def test_other_files_have_no_marks(editor: Editor, name: str, text: str) -> None:
    editor.open(text, f"/nowhere/{name}")

    assert editor.diagnostics() == []


def test_a_file_that_is_too_large_says_so(editor: Editor) -> None:
    editor.open(SHOP + " " * MOST_CHARACTERS)

    (item,) = editor.diagnostics()

    assert "too large" in item.message
    assert editor.ask("textDocument/documentSymbol", types.DocumentSymbolParams(editor.document)) is None


def test_completes_as_the_author_quotes(editor: Editor) -> None:
    editor.open(SHOP.replace('"method": "post",', '"me"'))

    found = editor.ask("textDocument/completion", types.CompletionParams(**editor.at('"me¦"')))
    (item,) = [item for item in found.items if item.label == "method"]

    assert editor.text[editor.positions.offset(item.text_edit.range.start) :].startswith('"me"')
    assert (item.text_edit.new_text, item.filter_text) == ('"method": ', '"method": ')
    assert [item.sort_text for item in found.items] == sorted(item.sort_text for item in found.items)


def test_offers_nothing_behind_a_quote_that_was_just_typed(editor: Editor) -> None:
    editor.open(SHOP.replace('"method": "post",', '"method": "post"'))
    params = types.CompletionParams(**editor.at('"method": "post"¦'))
    params.context = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, '"')

    assert not editor.ask("textDocument/completion", params).items


def test_positions_count_as_the_protocol_does() -> None:
    text = SHOP.replace('"uri": "', '"uri": "https://é.😀/{{toLower order.id}}/\u2028', 1)
    for encoding in types.PositionEncodingKind:
        editor = Editor(encodings=[encoding])
        editor.open(text)
        assert editor.capabilities.position_encoding == encoding

        found = editor.ask("textDocument/hover", types.HoverParams(**editor.at("😀/{{toL¦ower order.id}}")))
        place = editor.ask(
            "textDocument/definition", types.DefinitionParams(**editor.at("\u2028https://a.b/{{{ord¦"))
        )

        start, end = (editor.positions.offset(at) for at in (found.range.start, found.range.end))
        assert text[start:end] == "toLower"
        assert text[editor.positions.offset(place.range.start) :].startswith('"orderId": {"type": "number"')
        assert editor.quit() == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "shop.json"
    path.write_text(SHOP, encoding="utf-8")
    return path


def test_shows_the_template_with_the_inputs_of_the_last_run(
    editor: Editor, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    action = load(project).action("find")
    action.run({"orderId": 7, "order": {"id": "A"}}, mode="sample", settings={"token": "hunter2hunter2"})
    editor.open(SHOP, project)

    def hovered(marked: str) -> str:
        return editor.ask("textDocument/hover", types.HoverParams(**editor.at(marked))).contents.value

    assert '"https://a.b/7/a"' in hovered("b/{{{or¦derId}}}/{{toLower")
    assert '"Bearer $shop.default.token"' in hovered("Bearer {{{to¦ken}}}")

    action.run({"orderId": 8, "order": {"id": "A"}}, mode="sample")
    assert '"https://a.b/8/a"' in hovered("b/{{{or¦derId}}}/{{toLower")


def test_shows_what_a_test_case_has_where_nothing_was_run(editor: Editor, project: Path) -> None:
    response = {"status_code": 200, "body": {"customer": {"name": "Bo", "since": 2020}}}
    case = {"name": "a", "action": "find", "inputs": {"orderId": 5}, "exchange": {"response": response}}
    (project.parent / "a.case.json").write_text(json.dumps(case), encoding="utf-8")
    editor.open(SHOP.replace("/#body.customer.name", "/#body.customer."), project)

    hover = editor.ask("textDocument/hover", types.HoverParams(**editor.at("b/{{{or¦derId}}}/{{toLower")))
    found = editor.ask("textDocument/completion", types.CompletionParams(**editor.at('"/#body.customer.¦"')))

    assert '"https://a.b/5/"' in hover.contents.value
    assert [item.label for item in found.items] == ["name", "since"]


def test_plain_text_for_an_editor_without_markdown() -> None:
    editor = Editor(hover=[types.MarkupKind.PlainText])
    editor.open(SHOP)

    contents = editor.ask(
        "textDocument/hover", types.HoverParams(**editor.at('"ty¦pe": "rest_api",\n    "app'))
    ).contents

    assert contents.kind == "plaintext"
    assert contents.value.startswith("type: Always rest_api; the")
    assert editor.quit() == 0


def test_each_quick_fix_makes_its_problem_go(editor: Editor) -> None:
    editor.open(SHOP.replace("{{_env.orgId}}", "{{shopNumber}}").replace('"post"', '"POST "'))
    before = editor.diagnostics()
    context = types.CodeActionContext(before)
    params = types.CodeActionParams(editor.document, editor.positions.whole(), context)

    actions = editor.ask("textDocument/codeAction", params)

    assert "Add shopNumber to inputSchema (KNB303)" in [action.title for action in actions]
    text = editor.text
    for action in actions:
        editor.change(text)
        editor.change(editor.edited(action.edit))
        code = action.diagnostics[0].code
        after = [item.code for item in editor.diagnostics()]
        assert after.count(code) < [item.code for item in before].count(code), action.title


def test_fixes_all_that_is_safe(editor: Editor) -> None:
    editor.open("{app: 'shop', version: '1.0.0', title: 'Shop'}")
    context = types.CodeActionContext([], only=["source.fixAll"])
    params = types.CodeActionParams(editor.document, editor.positions.range(0, 0), context)

    (action,) = editor.ask("textDocument/codeAction", params)

    assert editor.edited(action.edit) == '{"app": "shop", "version": "1.0.0", "title": "Shop"}'


def test_renames_and_says_why_not(editor: Editor) -> None:
    editor.open(SHOP)
    at = editor.at("b/{{{or¦derId}}}/{{toLower")

    prepared = editor.ask("textDocument/prepareRename", types.PrepareRenameParams(**at))
    renamed = editor.edited(editor.ask("textDocument/rename", types.RenameParams(**at, new_name="number")))
    with pytest.raises(JsonRpcException, match="order"):
        editor.ask("textDocument/rename", types.RenameParams(**at, new_name="order"))

    assert prepared.placeholder == "orderId"
    assert renamed.count('"number": {"type": "number"') == 1
    assert editor.ask("textDocument/prepareRename", types.PrepareRenameParams(**editor.at("Bea¦rer"))) is None


def test_has_an_outline(editor: Editor) -> None:
    editor.open(SHOP)

    found = editor.ask("textDocument/documentSymbol", types.DocumentSymbolParams(editor.document))

    assert [symbol.name for symbol in found] == ["kustomer.app.shop.find", "kustomer.app.shop.pay"]
    assert [inner.name for inner in found[1].children] == ["inputSchema", "inputTemplate"]


@pytest.mark.parametrize("error", ["ValueError('it broke')", "RecursionError()", "MemoryError()"])
def test_a_crash_is_an_error_and_the_server_goes_on(error: str) -> None:
    editor = Editor((sys.executable, "-c", BROKEN.format(error=error)))
    editor.open(SHOP)

    with pytest.raises(JsonRpcException):
        editor.ask("textDocument/documentSymbol", types.DocumentSymbolParams(editor.document))
    assert editor.ask("textDocument/hover", types.HoverParams(**editor.at("{{to¦Lower")))
    assert editor.diagnostics() is not None
    assert editor.quit() == 0


@pytest.mark.uncounted
@pytest.mark.timeout(MUTATIONS + 600)
def test_no_text_makes_a_request_fail(editor: Editor) -> None:
    generator = random.Random(7)
    editor.open(SHOP)
    for text in Mutations(20261130).texts(MUTATIONS):
        # What no encoding has cannot be sent.
        editor.change(text.encode("utf-8", "replace").decode("utf-8"))
        place = editor.positions.position(generator.randint(0, len(editor.text)))
        at = {"text_document": editor.document, "position": place}
        editor.ask("textDocument/completion", types.CompletionParams(**at))
        editor.ask("textDocument/hover", types.HoverParams(**at))
        editor.ask("textDocument/definition", types.DefinitionParams(**at))
        editor.ask("textDocument/prepareRename", types.PrepareRenameParams(**at))
        context = types.CodeActionContext([])
        params = types.CodeActionParams(editor.document, types.Range(place, place), context)
        editor.ask("textDocument/codeAction", params)
        editor.ask("textDocument/documentSymbol", types.DocumentSymbolParams(editor.document))

    assert editor.diagnostics() is not None
