"""``kustomer-nb lsp``: answers an editor over stdin and stdout."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from kustomer_nb._version import __version__
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.linting import Selection, project_selection

from . import features
from .documents import OpenDocument
from .project_runs import ProjectRuns

T = TypeVar("T")
# Seconds without a key, after which the problems of a text are looked for.
PAUSE = 0.2


class DefinitionServer(LanguageServer):
    """The server of one editor: its open documents, and a thread that reads them one after the other.

    The thread is not the one that reads the protocol: while a large text is read, a cancellation and the next
    version of the text arrive.
    """

    def __init__(self) -> None:
        # Full texts: whatever an editor calls a line, the text is the same.
        super().__init__(
            features.SOURCE, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
        )
        self.documents: dict[str, OpenDocument] = {}
        self.runs = ProjectRuns()
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="language")
        self._pending: dict[str, asyncio.Task[None]] = {}

    def take(self, uri: str, version: int | None, text: str) -> None:
        """Keep a version of a document, and look for its problems after a pause."""
        self.documents[uri] = OpenDocument(uri, version, text, self.workspace.position_encoding or "utf-16")
        self._cancel(uri)
        self._pending[uri] = asyncio.get_running_loop().create_task(self._look(uri))

    def close(self, uri: str) -> None:
        """Forget a document, and take its marks away."""
        self._cancel(uri)
        if self.documents.pop(uri, None) is not None:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def look_again(self) -> None:
        """Look for the problems of every open document again, as after a change of the configuration."""
        self.runs.forget()
        for document in list(self.documents.values()):
            self.take(document.uri, document.version, document.text)

    def _cancel(self, uri: str) -> None:
        if (task := self._pending.pop(uri, None)) is not None:
            task.cancel()

    async def _look(self, uri: str) -> None:
        await asyncio.sleep(PAUSE)
        document = self.documents[uri]
        work = partial(features.diagnostics, document, await self.run(partial(_selection, document)))
        marks = await self.run(work)
        # Of another version they would be at the wrong places.
        if self.documents.get(uri) is document:
            params = types.PublishDiagnosticsParams(uri, marks, version=document.version)
            self.text_document_publish_diagnostics(params)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what some work returns, which the thread of the language does."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    async def answer(self, uri: str, ask: Callable[[OpenDocument], T]) -> T | None:
        """Return the answer to a question about an open document; None if it is no definition.

        Raises:
            JsonRpcException: what was asked for cannot be done, for a reason that the person is shown.
        """
        document = self.documents.get(uri)
        if document is None:
            return None
        try:
            return await self.run(lambda: ask(document) if document.is_definition else None)
        except EditError as error:
            message = " ".join(str(problem) for problem in error.diagnostics)
            raise JsonRpcException(message, types.LSPErrorCodes.RequestFailed) from None


def _selection(document: OpenDocument) -> Selection:
    """Return the codes that the project selects; all of them if its file cannot be read."""
    try:
        return project_selection(document.path)
    except (KustomerNbError, OSError):
        return Selection()


def new_server() -> DefinitionServer:
    """Return a server with all that it answers."""
    server = DefinitionServer()
    _follow_documents(server)
    _answer_about_text(server)
    _answer_about_names(server)
    return server


def _follow_documents(server: DefinitionServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.take(document.uri, document.version, document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        if params.content_changes:
            # Each is the whole text.
            text = params.content_changes[-1].text
            server.take(params.text_document.uri, params.text_document.version, text)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.look_again()


def _answer_about_text(server: DefinitionServer) -> None:
    completing = types.CompletionOptions(trigger_characters=[*features.TRIGGERS], resolve_provider=False)
    fixing = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, features.FIX_ALL], resolve_provider=False
    )

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, completing)
    async def completion(params: types.CompletionParams) -> types.CompletionList | None:
        context = params.context
        is_typed = bool(context and context.trigger_kind is types.CompletionTriggerKind.TriggerCharacter)

        def ask(document: OpenDocument) -> types.CompletionList:
            last_run = server.runs.of(document.path)
            return features.completions(document, params.position, last_run, is_typed=is_typed)

        return await server.answer(params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        def ask(document: OpenDocument) -> types.Hover | None:
            runs, selection = server.runs.of(document.path), _selection(document)
            return features.hover_of(
                document, params.position, runs, selection, takes_markdown=_takes_markdown(server)
            )

        return await server.answer(params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, fixing)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        def ask(document: OpenDocument) -> list[types.CodeAction]:
            runs, selection = server.runs.of(document.path), _selection(document)
            return features.code_actions(document, params, runs, selection)

        return await server.answer(params.text_document.uri, ask)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        return await server.answer(params.text_document.uri, features.symbols)


def _answer_about_names(server: DefinitionServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        return await server.answer(
            params.text_document.uri, lambda document: features.renamable(document, params.position)
        )

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        return await server.answer(
            params.text_document.uri,
            lambda document: features.renamed(document, params.position, params.new_name),
        )

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> types.Location | None:
        return await server.answer(
            params.text_document.uri, lambda document: features.declaration(document, params.position)
        )


def _takes_markdown(server: DefinitionServer) -> bool:
    document = server.client_capabilities.text_document
    formats = document.hover.content_format if document and document.hover else None
    return not formats or types.MarkupKind.Markdown in formats


def serve() -> None:
    """Answer an editor until it ends, over stdin and stdout.

    Whatever else would be printed goes to stderr: one stray line ends the conversation.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # It logs what it was asked, which has the text of the definition; the editor gets the error anyway.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = new_server()
    try:
        server.start_io(stdout=protocol)
    finally:
        server.worker.shutdown(wait=False, cancel_futures=True)
