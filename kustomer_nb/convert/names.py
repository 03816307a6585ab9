"""Names for what is imported: words as a name, unique names, and that of the app."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.template.helpers import HELPERS

from .words import MARKER

if TYPE_CHECKING:
    from .http_call import HttpCall

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_APP = re.compile(r"[a-z][a-z0-9_-]*")
# What the name of a host begins with that says nothing about the service.
_OF_HOSTS = frozenset({"api", "www", "app", "rest", "eu", "us", "graph", "gateway", "my", "co", "com"})
# Names that a template reads as something else.
RESERVED = frozenset(
    {"_env", "this", "if", "unless", "each", "with", "lookup", "log", "true", "false", "null", *HELPERS}
)


def camel_case(text: str) -> str:
    """Return the words of a text as a name in camel case; empty without a letter.

    Example:
        >>> camel_case("STRIPE_SECRET_KEY"), camel_case("X-Api-Key"), camel_case("orderId"), camel_case("2fa")
        ('stripeSecretKey', 'xApiKey', 'orderId', 'fa')
    """
    words = _WORD.findall(text if text.isascii() else "")
    while words and words[0].isdigit():
        words = words[1:]
    return "".join(
        word.lower() if at == 0 else word[:1].upper() + word[1:].lower() for at, word in enumerate(words)
    )


def singular(word: str) -> str:
    """Return what one item of a collection is called.

    Example:
        >>> [singular(word) for word in ("orders", "companies", "boxes", "address", "status", "news")]
        ['order', 'company', 'box', 'address', 'status', 'news']
    """
    if re.search(r"(?:ss|us|is|ews)$", word):
        return word
    if word.endswith("ies") and len(word) > len("series"):
        return f"{word[:-3]}y"
    if re.search(r"(?:x|ch|sh|ss)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def unique(name: str, taken_names: Iterable[str], start: int = 1) -> str:
    """Return a name that is none of the others, with a number if it must be; ``start`` is the first to try.

    Example:
        >>> unique("id", ["id", "id2"])
        'id3'
    """
    others = taken_names if isinstance(taken_names, set) else set(taken_names)
    number, candidate = start, name if start == 1 else f"{name}{start}"
    while candidate in others or candidate in RESERVED:
        number += 1
        candidate = f"{name}{number}"
    return candidate


def app_name(call: HttpCall) -> str:
    """Return an id for the app of a service, from its host.

    Example:
        >>> from kustomer_nb.convert.http_call import CallUrl, HttpCall
        >>> app_name(HttpCall("GET", CallUrl("https", "api.eu.stripe.com:443", "/v1")))
        'stripe'
    """
    host = MARKER.sub("", call.url.host).rpartition("@")[2].partition(":")[0].lower()
    labels = [label for label in host.split(".") if re.search("[a-z]", label)]
    names = [label for label in labels[:-1] if label not in _OF_HOSTS] or labels[:1]
    name = re.sub(r"[^a-z0-9_-]+", "_", names[-1]) if names else ""
    return name if _APP.fullmatch(name) and name != "localhost" else "my_app"


def is_app_name(name: str) -> bool:
    """Return whether a text can be the id of an app."""
    return _APP.fullmatch(name) is not None


def title_of(app: str) -> str:
    """Return the title of an app.

    Example:
        >>> title_of("my_shop")
        'My Shop'
    """
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[_-]+", app) if word)
