"""The text of a case file, laid out for people, and the file written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import quoted
from kustomer_nb.storage.files import read_if_present, write_file

from .model import CASE_SUFFIX
from .names import add_name, namesake

FOLDER = "cases"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNFIT = re.compile(r"[^\w.]+")
_LONGEST = 80
# Of the 255 that a name may have: a draft of the file has a longer one.
_LONGEST_BYTES = 200
# What no file may be called on Windows.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def format_case(case: Mapping[str, Any]) -> str:
    r"""Return the text of a case file.

    Example:
        >>> format_case({"name": "a"})
        '{\n  "name": "a"\n}\n'
    """
    text = json.dumps(case, ensure_ascii=False, indent=2, allow_nan=False)
    # UTF-8 has no form for half of a surrogate pair; the rest stays readable.
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def slug(name: str) -> str:
    """Return a name as that of a file: words in lower case, joined by dashes.

    Example:
        >>> slug("Refund of a paid order!"), slug("../"), slug("Größe: 7")
        ('refund-of-a-paid-order', 'case', 'größe-7')
    """
    return _fit(name.lower(), "case")


def case_path(app_path: Path, action: str, name: str) -> Path:
    """Return the default path of a case: in a folder of its action, beside the definition.

    Example:
        >>> case_path(Path("shop.json"), "kustomer.app.shop.orders.refund", "Paid").as_posix()
        'cases/orders.refund/paid.case.json'
    """
    short = action.removeprefix("kustomer.app.").partition(".")[2] or action
    return app_path.parent / FOLDER / _fit(short, "action") / f"{slug(name)}{CASE_SUFFIX}"


def _fit(name: str, kind: str) -> str:
    """Return a name as every system allows it for a file or folder; ``kind`` is a word for what it is."""
    # macOS types an accent as a character of its own, which would become a dash.
    text = _UNFIT.sub("-", normalize("NFC", name))[:_LONGEST]
    text = text.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-._")
    return f"{text}-{kind}" if _RESERVED.fullmatch(text) else text or kind


def write_case(path: Path, case: Mapping[str, Any], *, overwrite: bool) -> None:
    """Write a case to its file, whole or not at all; folders that are missing are made.

    Raises:
        SaveError: there is such a file, or a case of that name beside it, and ``overwrite`` is false; or it
            cannot be written.
    """
    other = None if overwrite else namesake(path, str(case["name"]))
    if other is not None:
        message = f'"{other}" has a case {quoted(str(case["name"]))} already; nothing was written.'
        fix = "use another name; to replace it, pass overwrite=True, or delete the file."
        raise SaveError.from_code(Code.CASE_EXISTS, message, fix)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = read_if_present(path) if overwrite else None
    except LoadError as error:
        raise SaveError(error.diagnostics) from error
    except OSError as error:
        message = f'the folder "{path.parent}" cannot be made: {error.strerror or error}.'
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, "use another path.") from error
    write_file(path, TextFile(format_case(case), bool(before and before.has_mark)), over=before)
    add_name(path, str(case["name"]), is_new=before is None)
