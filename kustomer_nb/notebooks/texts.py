"""The texts of a notebook: each with its place, and how it may be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kustomer_nb.jsontext import pointer as pointers

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# Formats whose data are bytes in base64.
_BINARY = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream")
_TRACEBACK = "Traceback (most recent call last)"


class Kind(Enum):
    """What a text is: what is looked for in it, and whether it can be changed."""

    SOURCE = "source"
    TEXT = "text"
    LOG = "log"
    MARKUP = "markup"
    CODE = "code"
    JSON = "json"
    BINARY = "binary"


@dataclass(frozen=True)
class Place:
    """A text of a notebook: the object that holds it, its key there, and how a person finds it."""

    holder: Any
    key: Any
    kind: Kind
    pointer: str
    name: str
    remove: Callable[[], None] | None = None

    @property
    def value(self) -> Any:
        """The text, or the JSON value."""
        return self.holder[self.key]

    def write(self, value: Any) -> None:
        """Put another text or value in its place."""
        self.holder[self.key] = value


def places_in(notebook: Any) -> Iterator[Place]:
    """Yield every text of a notebook, cell by cell, and last its metadata."""
    for index, cell in enumerate(notebook["cells"]):
        pointer = pointers.join("/cells", index)
        name = f"cell {index + 1}"
        yield Place(cell, "source", Kind.SOURCE, f"{pointer}/source", name)
        yield Place(cell, "metadata", Kind.JSON, f"{pointer}/metadata", f"the metadata of {name}")
        for file, bundle in cell.get("attachments", {}).items():
            where = pointers.join(f"{pointer}/attachments", file)
            yield from _bundle(bundle, where, f"{name}, an attachment")
        for number, output in enumerate(cell.get("outputs", ())):
            where = pointers.join(f"{pointer}/outputs", number)
            yield from _output(output, where, f"{name}, output {number + 1}")
    yield Place(notebook, "metadata", Kind.JSON, "/metadata", "the metadata of the notebook")


def _output(output: Any, pointer: str, name: str) -> Iterator[Place]:
    if output["output_type"] == "stream":
        is_log = output.get("name") == "stderr" or _TRACEBACK in output["text"]
        yield Place(output, "text", Kind.LOG if is_log else Kind.TEXT, f"{pointer}/text", name)
    elif output["output_type"] == "error":
        for key in ("ename", "evalue"):
            yield Place(output, key, Kind.LOG, f"{pointer}/{key}", f"{name}, the error")
        for line in range(len(output["traceback"])):
            where = f"{pointer}/traceback/{line}"
            yield Place(output["traceback"], line, Kind.LOG, where, f"{name}, the traceback")
    else:
        yield from _bundle(output["data"], f"{pointer}/data", name)
        yield Place(output, "metadata", Kind.JSON, f"{pointer}/metadata", f"{name}, its metadata")


def _bundle(bundle: Any, pointer: str, name: str) -> Iterator[Place]:
    for mime in list(bundle):
        where = pointers.join(pointer, mime)
        remove = _remover(bundle, mime)
        yield Place(bundle, mime, kind_of(mime, bundle[mime]), where, f"{name}, {mime}", remove)


def _remover(bundle: Any, mime: str) -> Callable[[], None]:
    def remove() -> None:
        del bundle[mime]
        if not bundle:
            bundle["text/plain"] = f"({mime} was left out)"

    return remove


def kind_of(mime: str, value: Any) -> Kind:
    """Return what the data of a MIME type are.

    Example:
        >>> kind_of("image/png", "iVBORw0KGgo="), kind_of("image/svg+xml", "<svg/>")
        (<Kind.BINARY: 'binary'>, <Kind.MARKUP: 'markup'>)
    """
    if not isinstance(value, str):
        return Kind.JSON
    if mime in {"text/html", "image/svg+xml", "text/markdown"}:
        return Kind.MARKUP
    if "javascript" in mime:
        return Kind.CODE
    if mime.startswith(_BINARY):
        return Kind.BINARY
    return Kind.LOG if _TRACEBACK in value else Kind.TEXT
