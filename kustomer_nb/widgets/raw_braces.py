"""The fix for a value that double braces escape: three braces in its template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from .session import Session


def write_raw_braces(session: Session, pointer: str, escaped: Mapping[str, Any]) -> None:
    """Write three braces where ``escaped``, the state of the field at ``pointer``, says that two escape it.

    The file is saved, unless it has other changes that are not. It can be undone.

    Raises:
        InputError: nothing is escaped there.
        SaveError: the file changed meanwhile, or cannot be written.
    """
    action, location = session.action, escaped.get("pointer", "")
    template = pointers.resolve(action.value, location) if location else UNDEFINED
    path = escaped.get("fix", "").strip("{}")
    tag = re.compile(rf"(?<!\{{)\{{\{{(\s*{re.escape(path)}\s*)\}}\}}(?!\}})")
    if not path or not isinstance(template, str) or not tag.search(template):
        message = f"no fix is known for what {quoted(pointer)} is sent as."
        fix = "change the template in the file."
        raise InputError.from_code(Code.FIELD_UNREADABLE, message, fix, pointer=pointer)
    raw = tag.sub(lambda match: f"{{{{{{{match[1]}}}}}}}", template)
    words = f"{{{{{{{path}}}}}}} written to inputTemplate"
    session.edit(lambda: session.app.edit(f"{action.pointer}{location}", raw), words, place="form")
