"""Inputs in place of typed ones: those of an earlier run, a preset, a paste; each can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session


@contextmanager
def replacing_inputs(session: Session, words: str, key: str = "") -> Iterator[None]:
    """Say ``words`` after the block, which replaces the inputs of an action, and offer to put them back.

    ``key`` is that of the action; without it, it is the selected one.
    """
    state = session.state_of(key or session.action_key)
    before = state.inputs, state.unread, state.form

    def undo() -> None:
        with session.changing("inputs", "preview"):
            state.inputs, state.unread, state.form = before
            session.say("Your inputs are back.")

    with session.changing():
        yield
        is_same = (state.inputs, state.unread) == before[:2]
        session.say(words, undo=None if is_same else undo)
