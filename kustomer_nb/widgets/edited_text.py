"""A text that a page and Python edit together: what the page has of it, and its undo history.

The page has the text of a text field: its lines end with a newline alone, its offsets count UTF-16 units, and
its tokens are masked. An edit is applied to the author's own text, so that line ends and tokens stay.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.jsontext.text_difference import difference_between

from .hidden_values import Clipboard, HiddenValue, hidden_values, with_hidden_values

if TYPE_CHECKING:
    from .renamed_inputs import InputRename

# Not str.splitlines: U+2028 is an ordinary character of a JSON string, and of a text field.
_LINE_END = re.compile("\r\n|\r|\n")
# The edits that can be undone; a run of typing is one of them.
MOST_EDITS = 500
# Characters; more at once were pasted.
LONGEST_TYPED = 16
# Seconds without a key, after which what is typed is another step.
PAUSE = 1.0
# What is typed in the text itself, where a step is a word; other names are those of fields of a form.
TYPED = "text"


class Edit(NamedTuple):
    """A stretch of a text that was replaced: from ``start`` on, ``removed`` by ``inserted``."""

    start: int
    removed: str
    inserted: str

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.start, self.inserted, self.removed)

    def apply(self, text: str) -> str:
        """Return the text after the edit."""
        return f"{text[: self.start]}{self.inserted}{text[self.start + len(self.removed) :]}"


class PageEdit(NamedTuple):
    """An edit in the offsets of a page: UTF-16 units from ``start`` on, and how many were removed."""

    start: int
    removed: int
    inserted: str


def edit_between(before: str, after: str) -> Edit | None:
    """Return the one edit between two texts; None if they are the same.

    Example:
        >>> edit_between('{"a": 1}', '{"a": 25}')
        Edit(start=6, removed='1', inserted='25')
    """
    difference = difference_between(before, after)
    return Edit(*difference) if difference else None


@dataclass(frozen=True, eq=False)
class Step:
    """One step of Undo: an edit, and what it was in words, such as "rename of input orderId"."""

    edit: Edit
    words: str = ""
    # What typing continues it: that of the same field.
    run: str = ""
    # What was typed elsewhere and follows a name.
    rename: InputRename | None = None


@dataclass
class EditHistory:
    """The steps of a text, oldest first, and those that were taken back.

    Typing without a pause is one step for each word, and so are characters that are deleted in a row.
    """

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    is_closed: bool = True
    clock: Callable[[], float] = time.monotonic
    # The latest step that is in the file, as it was saved last.
    saved: Step | None = None
    _typed_at: float = 0.0

    def add(self, edit: Edit, text: str, words: str = "", run: str = TYPED) -> None:
        """Add an edit of a text, which ends what could be redone; ``run`` names the field it is typed in."""
        self.undone.clear()
        now = self.clock()
        is_typed = bool(run) and (run != TYPED or _is_typed(edit))
        last = self.done[-1] if self.done else None
        continues = is_typed and not self.is_closed and now - self._typed_at <= PAUSE
        if last is None or not continues or last.run != run or not self._join(last, edit, text):
            self.done = [*self.done[1 - MOST_EDITS :], Step(edit, words, run)]
        self._typed_at = now
        # A word and what follows it are two steps.
        self.is_closed = not is_typed or edit.inserted[-1:].isspace()

    def _join(self, last: Step, edit: Edit, text: str) -> bool:
        """Make the latest step one with an edit that continues it; return whether it does."""
        if last.run != TYPED:
            # A field of a form: its text may be written anew, with other escapes.
            joined = edit_between(last.edit.inverse.apply(text), edit.apply(text))
            self.done[-1:] = [replace(last, edit=joined)] if joined else []
            return True
        together = _joined(last.edit, edit)
        if together is None:
            return False
        self.done[-1] = replace(last, edit=together)
        return True

    def note_rename(self, rename: InputRename) -> None:
        """Remember which input the latest step renamed."""
        if self.done:
            self.done[-1] = replace(self.done[-1], rename=rename)

    def close(self) -> None:
        """End the step that is being typed."""
        self.is_closed = True

    def mark_saved(self) -> None:
        """Remember that the text is saved as it is."""
        self.close()
        self.saved = self.done[-1] if self.done else None

    @property
    def is_before_save(self) -> bool:
        """Whether a step was taken back that was saved."""
        return self.saved is not None and any(step is self.saved for step in self.undone)

    def undo(self) -> Step | None:
        """Take back the latest step, and return it; None if there is none."""
        return self._move(self.done, self.undone)

    def redo(self) -> Step | None:
        """Make the step again that was taken back last, and return it; None if there is none."""
        return self._move(self.undone, self.done)

    def _move(self, source: list[Step], target: list[Step]) -> Step | None:
        if not source:
            return None
        self.close()
        target.append(source.pop())
        return target[-1]


def _is_typed(edit: Edit) -> bool:
    """Return whether an edit is of a key, or of the few that were pressed while Python was busy."""
    is_part_of_word = len(edit.inserted) <= LONGEST_TYPED and not any(map(str.isspace, edit.inserted))
    return len(edit.inserted) <= 1 or (is_part_of_word and not edit.removed)


def _joined(last: Edit, edit: Edit) -> Edit | None:
    """Return two edits as one, if the second continues the first."""
    if not edit.removed and edit.start == last.start + len(last.inserted):
        return Edit(last.start, last.removed, last.inserted + edit.inserted)
    if not (edit.inserted or last.inserted):
        if edit.start + len(edit.removed) == last.start:
            return Edit(edit.start, edit.removed + last.removed, "")
        if edit.start == last.start:
            return Edit(edit.start, last.removed + edit.removed, "")
    return None


class EditedText:
    r"""A text, as it is and as a page has it.

    ``masks`` returns a text with its tokens masked, each by as many characters.

    Example:
        >>> text = EditedText('{\r\n  "a": 1\r\n}', lambda text: text)
        >>> text.of_page
        '{\n  "a": 1\n}'
        >>> text.change(text.edit_of_page(9, 1, "2,\n"))
        PageEdit(start=9, removed=1, inserted='2,\n')
        >>> text.text
        '{\r\n  "a": 2,\r\n\r\n}'
        >>> text.undo(), text.text
        (PageEdit(start=9, removed=3, inserted='1'), '{\r\n  "a": 1\r\n}')
    """

    def __init__(self, text: str, masks: Callable[[str], str], version: int = 0) -> None:
        self._masks = masks
        self.text = text
        self.version = version
        self.history = EditHistory()
        self._clipboard = Clipboard()
        self._values: list[HiddenValue] = []
        self.of_page = self._for_page(text)

    def _for_page(self, text: str) -> str:
        masked = self._masks(text)
        self._values = hidden_values(text, masked)
        # Looking at each line end would take long in a text that has no other ones.
        return _LINE_END.sub("\n", masked) if "\r" in masked else masked

    def edit_of_page(self, start: int, removed: int, inserted: str) -> Edit:
        """Return an edit of the page as one of the text, with its line ends and its tokens.

        Raises:
            HiddenValueError: it would write a mask, and nothing says which value that stands for.
            ValueError: it is outside the text.
        """
        begin, end = (self._index(offset) for offset in (start, start + removed))
        first, past = (self._of_units(offset) for offset in (start, start + removed))
        if past > first and "*" not in inserted:
            # It may be cut, while the page waited for an answer.
            self._clipboard.remember(self.of_page, first, past, self._values)
        inserted = with_hidden_values(self.of_page, first, past, inserted, self._values, self._clipboard)
        line_end = _LINE_END.search(self.text)
        if line_end and line_end[0] != "\n":
            # A restored value has its own line ends already.
            inserted = re.sub("(?<!\r)\n", line_end[0], inserted)
        return Edit(begin, self.text[begin:end], inserted)

    def remember(self, start: int, end: int) -> None:
        """Remember the hidden values of a stretch, so that they are the same where it is pasted."""
        self._clipboard.remember(self.of_page, self._of_units(start), self._of_units(end), self._values)

    def change(self, edit: Edit, words: str = "", run: str = TYPED) -> PageEdit:
        """Apply an edit, which can be undone, and return what it changes in the page."""
        if edit.removed != edit.inserted:
            self.history.add(edit, self.text, words, run)
        return self._apply(edit)

    def replace(self, text: str, words: str = "", run: str = TYPED) -> PageEdit | None:
        """Take another text, which can be undone, and return what it changes in the page; None if nothing."""
        edit = edit_between(self.text, text)
        return self.change(edit, words, run) if edit else None

    def undo(self) -> PageEdit | None:
        """Take the latest step back, and return what that changes in the page; None if there is none."""
        step = self.history.undo()
        return self._apply(step.edit.inverse) if step else None

    def redo(self) -> PageEdit | None:
        """Make the step again that was taken back last; None if there is none."""
        step = self.history.redo()
        return self._apply(step.edit) if step else None

    def _apply(self, edit: Edit) -> PageEdit:
        removed_page = self.of_page
        self.text = edit.apply(self.text)
        self.of_page = self._for_page(self.text)
        self.version += 1
        # Not only the edit: another key may have turned a value into a token.
        start, removed, inserted = edit_between(removed_page, self.of_page) or Edit(edit.start, "", "")
        return PageEdit(utf16_length(removed_page[:start]), utf16_length(removed), inserted)

    def index_of_page(self, offset: int) -> int:
        """Return the index in the text of an offset of the page.

        Raises:
            ValueError: it is outside the text.
        """
        return self._index(offset)

    def offset_in_page(self, index: int) -> int:
        """Return the offset in the page of an index in the text."""
        before = self.text[:index]
        # Two characters end a line there, and one does here.
        return utf16_length(before) - before.count("\r\n")

    def _index(self, offset: int) -> int:
        index = self._of_units(offset)
        if "\r" not in self.text:
            return index
        line = self.of_page.count("\n", 0, index)
        column = index - (self.of_page.rfind("\n", 0, index) + 1)
        ends = _LINE_END.finditer(self.text)
        start = 0
        for _ in range(line):
            start = next(ends).end()
        return start + column

    def _of_units(self, offset: int) -> int:
        """Return the index in the page's text of an offset in UTF-16 units."""
        text = self.of_page
        if text.isascii():
            index = offset
        else:
            index = len(
                text.encode("utf-16-le", "surrogatepass")[: 2 * offset].decode("utf-16-le", "replace")
            )
        if not 0 <= index <= len(text) or (not text.isascii() and utf16_length(text[:index]) != offset):
            msg = f"offset {offset} is not one of this text"
            raise ValueError(msg)
        return index


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
