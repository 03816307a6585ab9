"""Which names can be given to actions and to inputs and settings, and how the refusals are worded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.platform import NAME_LENGTH, NAME_PREFIX
from kustomer_nb.printable import quoted
from kustomer_nb.template.helpers import HELPERS, why_unknown
from kustomer_nb.template.read_paths import is_plain_name
from kustomer_nb.template.scope import KNOWN

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

# docs: "Workflow Action properties".
_ACTION_NAME = re.compile(r"[A-Za-z0-9._-]+")


# An object of JavaScript that is copied takes its value for its prototype, and has no such key.
PROTOTYPE = "__proto__"
NO_PROTOTYPE = f"JavaScript does not keep a key {PROTOTYPE}.", "use another name."


def unused_name(stem: str, used: Collection[str]) -> str:
    """Return a name that is not in use, with a number if the stem is.

    Example:
        >>> unused_name("key", ["key", "key2"])
        'key3'
    """
    number = 1
    while (name := stem if number == 1 else f"{stem}{number}") in used:
        number += 1
    return name


def refusal(pointer: str, message: str, fix: str) -> EditError:
    """Return the error for a name that cannot be given."""
    return EditError.from_code(Code.NAME_REFUSED, message, fix, pointer=pointer)


def full_name(document: Document, name: str, like: str = "") -> str:
    """Return the full name of an action, with the prefix of its siblings; ``like`` is the one it stands for.

    Raises:
        EditError: the name cannot be that of an action, is in use, or the app is not known.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document('{"app": "shop", "actions": [{"name": "kustomer.app.shop.store.find"}]}')
        >>> full_name(document, "pay"), full_name(document, "bank.pay")
        ('kustomer.app.shop.store.pay', 'kustomer.app.shop.bank.pay')
    """
    if not _ACTION_NAME.fullmatch(name) or name.startswith(".") or name.endswith("."):
        example = re.sub(r"[^A-Za-z0-9_-]+(.?)", lambda match: match[1].upper(), name).strip("._-")
        message = f"{quoted(name)} cannot be the name of an action."
        fix = f"use letters, digits, `.`, `_` and `-` only, such as {example or 'findOrders'}."
        raise refusal("/actions", message, fix)
    full = name if name.startswith(NAME_PREFIX) else f"{_prefix(document, name, like)}{name}"
    if len(full) > NAME_LENGTH:
        message = f"{quoted(full)} has {len(full)} characters, and a name has at most {NAME_LENGTH}."
        raise refusal("/actions", message, "use a shorter name.")
    if any(action.definition.name == full for action in document.actions):
        message = f"there is an action {quoted(full)} already."
        raise refusal("/actions", message, "use another name.")
    return full


def _prefix(document: Document, name: str, like: str) -> str:
    """Return what a short name follows: the names of an app's actions begin with the app."""
    siblings = [action.definition.name or "" for action in document.actions]
    named = [sibling for sibling in (like, *siblings) if sibling.startswith(NAME_PREFIX)]
    if "." not in name and (common := _common_prefix(named, like)):
        return common
    if named and (app := named[0][len(NAME_PREFIX) :].partition(".")[0]):
        return f"{NAME_PREFIX}{app}."
    if document.app.app and _ACTION_NAME.fullmatch(document.app.app):
        return f"{NAME_PREFIX}{document.app.app}."
    message = f"{quoted(name)} is not a full name, and the file does not name its app."
    fix = f"write the full name: {NAME_PREFIX}<app>.{name.rpartition('.')[2]}."
    raise refusal("/actions", message, fix)


def _common_prefix(names: Sequence[str], like: str) -> str:
    """Return what most names of actions begin with, or what ``like`` does if it is the first; else empty."""
    prefixes = [name[: name.rindex(".") + 1] for name in names]
    # Alone it would be the prefix of every app: such a name lacks the app's.
    common = [prefix for prefix in prefixes if prefix != NAME_PREFIX]
    if not common:
        return ""
    return common[0] if like == names[0] else Counter(common).most_common(1)[0][0]


def words_of(name: str) -> str:
    """Return the last part of a name in words, as a description.

    Example:
        >>> words_of("kustomer.app.shop.findOpenOrders"), words_of("kustomer.app.shop.find-order")
        ('Find open orders', 'Find order')
    """
    last = name.rpartition(".")[2]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", last)
    return " ".join(word if word.isupper() else word.lower() for word in words).capitalize() or last


def require_variable_name(name: str, used: Collection[str], pointer: str, what: str) -> None:
    """Refuse a name that a template could not read, or that is in use.

    Raises:
        EditError: so it is; the fix says how the name would have to be written.

    Example:
        >>> require_variable_name("order id", [], "/inputSchema", "an input")
        Traceback (most recent call last):
        kustomer_nb.errors.EditError: /inputSchema: KNB158 "order id" cannot be written as a name...
    """
    if not is_plain_name(name):
        raise _not_plain(name, pointer)
    if name in HELPERS or name in KNOWN or why_unknown(name) is not None:
        message = f"{{{{{name}}}}} calls the helper `{name}` instead of reading a variable."
        fix = f"use another name; this one would have to be written {{{{this.{name}}}}}."
        raise refusal(pointer, message, fix)
    if name == PROTOTYPE:
        raise refusal(pointer, *NO_PROTOTYPE)
    if name in used:
        message = f"{quoted(name)} is already the name of {what}."
        raise refusal(pointer, message, "use another name, or remove that one first.")


def _not_plain(name: str, pointer: str) -> EditError:
    plain = re.sub(r"\W+(.?)", lambda match: match[1].upper(), name).lstrip("0123456789")
    # A word that means something else, such as `this`.
    plain = plain if not plain or is_plain_name(plain) else f"{plain}Value"
    message = f"{quoted(name)} cannot be written as a name in a template and in a reference."
    way = f"; in a tag it would need brackets: {{{{[{name}]}}}}" if name and "]" not in name else ""
    fix = f"use letters, digits, `_` and `-`, such as {plain or 'orderId'}{way}."
    return refusal(pointer, message, fix)
