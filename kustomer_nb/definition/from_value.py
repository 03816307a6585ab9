"""The document of a value that is parsed already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError, LoadError
from kustomer_nb.jsontext.bounds import MAX_DEPTH, require_end
from kustomer_nb.jsontext.javascript import LONE_SURROGATE

from .document import Document, read_document


def document_from_value(value: Any) -> Document:
    """Return the document of a parsed value; its text is the value, indented with two spaces.

    Raises:
        LoadError: the value contains something that is not JSON.

    Example:
        >>> document_from_value({"app": "shop"}).text.splitlines()
        ['{', '  "app": "shop"', '}']
    """
    try:
        require_end(value, "", max_depth=MAX_DEPTH)
        text = json.dumps(dict(value) if isinstance(value, Mapping) else value, indent=2, ensure_ascii=False)
        # UTF-8 cannot encode a lone surrogate, so a file needs it as an escape.
        text = LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    except InputError as error:
        # Without the cause: the diagnostics are the same, under the code of a definition.
        raise LoadError(replace(d, code=Code.VALUE_NOT_JSON) for d in error.diagnostics) from None
    except (TypeError, ValueError, RecursionError) as error:
        fix = "pass what json.loads returns: dicts, lists, strings, numbers, True, False and None."
        message = f"the definition contains something that is not JSON: {error}."
        raise LoadError.from_code(Code.VALUE_NOT_JSON, message, fix) from error
    return read_document(text)
