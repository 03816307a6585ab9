"""An editor: a real client of the protocol, which starts the server and talks to it over stdin and stdout."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from kustomer_nb.lsp.positions import Positions
from tests.language.marked import CARET

COMMAND = (sys.executable, "-m", "kustomer_nb", "lsp")
ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Editor:
    """An editor with one open document at a time."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        encodings: Sequence[types.PositionEncodingKind] | None = None,
        hover: Sequence[types.MarkupKind] | None = None,
    ) -> None:
        self.published: list[types.PublishDiagnosticsParams] = []
        self.shown: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._client = LanguageClient("tests", "1")
        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(
            lambda params: self.published.append(params)
        )
        self._client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.shown.append(params.message))
        self._do(self._client.start_io(*command, cwd=ROOT))
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        texts = types.TextDocumentClientCapabilities(
            rename=types.RenameClientCapabilities(prepare_support=True),
            hover=types.HoverClientCapabilities(content_format=hover) if hover else None,
        )
        capabilities = types.ClientCapabilities(general=general, text_document=texts)
        params = types.InitializeParams(capabilities=capabilities)
        self.capabilities = self.ask("initialize", params).capabilities
        self._client.initialized(types.InitializedParams())
        self.uri, self.text, self.version = "", "", 0

    def ask(self, method: str, params: Any) -> Any:
        """Return the result of a request.

        Raises:
            JsonRpcException: the server answered with an error.
        """

        async def asked() -> Any:
            return await asyncio.wait_for(self._client.protocol.send_request_async(method, params), PATIENCE)

        return self._do(asked())

    def open(self, text: str, path: str | Path = "/nowhere/shop.kustomer.json") -> None:
        """Open a document."""
        self.uri, self.text, self.version = Path(path).as_uri(), text, 1
        document = types.TextDocumentItem(self.uri, "json", 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, text: str) -> None:
        """Type another text."""
        self.text, self.version = text, self.version + 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self) -> None:
        """Save the document."""
        self._client.text_document_did_save(types.DidSaveTextDocumentParams(self.document))

    def close(self) -> None:
        """Close the document."""
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(self.document))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        """The open document."""
        return types.TextDocumentIdentifier(self.uri)

    @property
    def positions(self) -> Positions:
        """The positions of the open document."""
        return Positions(self.text, self.capabilities.position_encoding)

    def at(self, marked: str) -> dict[str, Any]:
        """Return the parameters of a question about the caret in a part of the text, which occurs once."""
        part = marked.replace(CARET, "")
        assert self.text.count(part) == 1, (self.text.count(part), part)
        offset = self.text.index(part) + marked.index(CARET)
        return {"text_document": self.document, "position": self.positions.position(offset)}

    def diagnostics(self) -> list[types.Diagnostic]:
        """Wait for the diagnostics of the present version."""
        for _ in range(PATIENCE * 50):
            for params in self.published:
                if (params.uri, params.version) == (self.uri, self.version):
                    return list(params.diagnostics)
            self.wait(0.02)
        raise AssertionError(self.published)

    def edited(self, edit: types.WorkspaceEdit) -> str:
        """Return the text with the edits that the server sent."""
        text, positions = self.text, self.positions
        (changes,) = edit.changes.values()
        for change in sorted(changes, key=lambda change: change.range.start, reverse=True):
            start, end = positions.offset(change.range.start), positions.offset(change.range.end)
            text = text[:start] + change.new_text + text[end:]
        return text

    def wait(self, seconds: float) -> None:
        """Let messages of the server arrive."""
        self._do(asyncio.sleep(seconds))

    def quit(self) -> int:
        """End the server as an editor does, and return its exit code."""
        self.ask("shutdown", None)
        self._client.exit(None)
        self._do(self._client.stop())
        self._loop.close()
        return int(self._client._server.returncode)

    def _do(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)
