"""The base of every widget: its files, its messages, and its static text and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import anywidget
import traitlets

from kustomer_nb import reporting
from kustomer_nb.definition import one_at_a_time
from kustomer_nb.display import is_terminal
from kustomer_nb.errors import KustomerNbError

from .message import InvalidMessage, Message, read_message
from .message_order import KERNEL, in_order
from .messages import Ping
from .page_messages import Pong

if TYPE_CHECKING:
    from .page_messages import PageMessage

VIEW = "application/vnd.jupyter.widget-view+json"
LeafT = TypeVar("LeafT", bound="BaseWidget")
MessageT = TypeVar("MessageT", bound=Message)
_IS_STYLED: ContextVar[bool] = ContextVar("_IS_STYLED", default=False)


@contextmanager
def styled_by_parent() -> Iterator[None]:
    """Make leaves without style sheets of their own: the widget that they are parts of brings them.

    Each sheet has the shared rules. With ten copies of them, a browser tries each rule ten times.
    """
    token = _IS_STYLED.set(True)
    try:
        yield
    finally:
        _IS_STYLED.reset(token)


def handles(
    message_type: type[MessageT],
) -> Callable[[Callable[[LeafT, MessageT], object]], Callable[[LeafT, MessageT], object]]:
    """Mark a method as the one that a leaf calls with each message of this type."""

    def mark(method: Callable[[LeafT, MessageT], object]) -> Callable[[LeafT, MessageT], object]:
        method.handled_message = message_type  # type: ignore[attr-defined]  # read by __init_subclass__
        return method

    return mark


class BaseWidget(anywidget.AnyWidget):
    """A widget that receives messages, reports problems in ``notice``, and has a static form.

    A leaf declares the messages that it acts on: ``@handles(Fix) def _fix(self, message): ...``. An exception
    in a message handler would be lost, so it is caught and shown.
    """

    # Any page may look whether its kernel is there.
    _handlers: ClassVar[dict[type[Message], str]] = {Ping: "_answer"}

    # What ends the listening of this leaf; none yet if it could not be made, and is closed all the same.
    _stops: tuple[Callable[[], object], ...] = ()

    notice = traitlets.Unicode("").tag(sync=True)
    # A page numbers its messages to all leaves of a kernel.
    _kernel = traitlets.Unicode(KERNEL).tag(sync=True)

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        own = {
            method.handled_message: name
            for name, method in vars(cls).items()
            if hasattr(method, "handled_message")
        }
        cls._handlers = {**cls._handlers, **own}

    def __init__(self, **traits: Any) -> None:
        if _IS_STYLED.get():
            self._css = ""
        super().__init__(**traits)
        self.on_msg(self._take_turn)

    def when_closed(self, stop: Callable[[], object]) -> None:
        """Call a function when the widget is closed, such as the one that ends its listening."""
        self._stops = (*self._stops, stop)

    def close(self) -> None:
        """Close the widget; nothing tells it what changed any more."""
        stops, self._stops = self._stops, ()
        for stop in stops:
            stop()
        super().close()

    def _take_turn(self, widget: Any, content: Any, buffers: Any) -> None:
        in_order(content, lambda message: self._receive(widget, message, buffers))

    @one_at_a_time
    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        fields = content if isinstance(content, dict) else {}
        try:
            if fields.get("kind") != Ping.kind:
                # What a person does next ends what was said about the last thing.
                self.notice = ""
            self.intend(fields)
        except (KustomerNbError, InvalidMessage) as error:
            self.notice = str(error)
        except Exception as error:  # ipywidgets would only log it
            self.notice = f"Internal error in the widget ({type(error).__name__}). Its state is unchanged."

    def _answer(self, message: Ping) -> None:
        """Answer: a page waits for it, as a host may not say that the kernel has gone."""
        self.tell(Pong())

    def show_failure(self, error: Exception) -> None:
        """Show that this part could not follow a change; the other parts have followed it."""
        kind = type(error).__name__
        self.notice = f"Internal error ({kind}): this part may not show the latest state. Run the cell again."

    def get_state(self, *arguments: Any, **named: Any) -> Any:
        """Return the state as a page takes it: half a character cannot be sent, and is escaped."""
        return sendable(super().get_state(*arguments, **named))

    def intend(self, content: dict[str, Any]) -> None:
        """Act on a message from the page, by the method that handles its type.

        Raises:
            InvalidMessage: it cannot be read, or this leaf does not handle it.
        """
        message: Message = read_message(content)
        name = self._handlers.get(type(message))
        if name is None:
            msg = f"The page sent a message that {type(self).__name__} does not handle: {message.kind}."
            raise InvalidMessage(msg)
        getattr(self, name)(message)

    def tell(self, message: PageMessage) -> None:
        """Send a message to the pages that show this leaf; without a page it reaches nobody."""
        self.send(sendable(message.as_content()))

    def as_text(self) -> str:
        """Return the widget as text; the same for the same state."""
        return f"<{type(self).__name__}>"

    def as_html(self) -> str:
        """Return the widget as static HTML, for viewers without widgets."""
        return f"<pre>{escape(self.as_text())}</pre>"

    def as_facts(self) -> Mapping[str, Any]:
        """Return what ``pytest --nbval`` compares of it: what its author decides, not what a person typed."""
        return {"shows": self.as_text()}

    def as_compared(self) -> dict[str, Any]:
        """Return the text of an output, and the same facts as JSON; in a terminal, the one line."""
        if is_terminal():
            return {"text/plain": self.as_text()}
        return reporting.with_facts(type(self).__name__, self.as_text(), self.as_facts())

    def __repr__(self) -> str:
        return self.as_text()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, **self.as_compared(), "text/html": self.as_html()}, metadata


def sendable(state: Any) -> Any:
    """Return JSON as it can be sent to a page: half a character is escaped."""
    if isinstance(state, str):
        # Most text is ASCII, which is looked up and not computed.
        return state if state.isascii() else state.encode("utf-8", "backslashreplace").decode()
    if isinstance(state, dict):
        return {sendable(key): sendable(item) for key, item in state.items()}
    return [sendable(item) for item in state] if isinstance(state, list) else state
