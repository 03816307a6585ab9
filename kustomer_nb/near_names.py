"""Which known name an author probably meant: one that shares the meaning, not only some letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import islice, takewhile
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

# Beyond these bounds nothing is suggested: so the work stays small, also for a definition of many names.
LONGEST_NAME = 64
MOST_NAMES = 50
# A name this short is within a letter of many others, such as url and uri.
_SHORT = 3
# With fewer letters, one that is replaced makes another word, as in date and data.
_LONG_ENOUGH_TO_REPLACE = 6
_LONG_ENOUGH_FOR_TWO = 8
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_DIGITS = re.compile(r"\d+")
_VOWELS = re.compile(r"[aeiou]")


def is_short_for(name: str, full_name: str) -> bool:
    """Return whether a name is a dotted one, or the end of it from a dot on.

    Example:
        >>> [is_short_for(name, "shop.orders.find") for name in ("find", "orders.find", "ders.find")]
        [True, True, False]
    """
    return f".{full_name}".endswith(f".{name}")


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, or None.

    It has the same letters but for case and separators, or a slip of the keyboard in them, or it is an
    abbreviation, or its word is the stem, the beginning or the end of the known name.

    Example:
        >>> known = ["orderId", "description", "uri", "data"]
        >>> [near_miss(name, known) for name in ("order_id", "ordreId", "descr", "url", "date")]
        ['orderId', 'orderId', 'description', None, None]
    """
    if not name or len(name) > LONGEST_NAME:
        return None
    candidates = [candidate for candidate in islice(known, MOST_NAMES) if len(candidate) <= LONGEST_NAME]
    distances = [
        (distance, at) for at, other in enumerate(candidates) if (distance := _distance(name, other))
    ]
    return candidates[min(distances)[1]] if distances else None


def no_option(name: str, known: Iterable[str], function: str) -> str:
    """Return the message for an option that a function does not have, with the nearest one that it has.

    Example:
        >>> no_option("profil", ["profile", "seed"], "render")
        "render() has no option 'profil'; did you mean 'profile'?"
        >>> no_option("color", ["profile", "seed"], "render")
        "render() has no option 'color'; its options are profile, seed."
    """
    names = sorted(known)
    near = near_miss(name, names)
    hint = f"did you mean {near!r}?" if near else f"its options are {', '.join(names)}."
    return f"{function}() has no option {name!r}; {hint}"


def suggests_options(function: F) -> F:
    """Decorate a function so that the TypeError for a misspelled option names the nearest one.

    Example:
        >>> @suggests_options
        ... def compare(a, b, *, mode="value"):
        ...     return a == b
        >>> compare(1, 1, mdoe="type")
        Traceback (most recent call last):
        TypeError: compare() has no option 'mdoe'; did you mean 'mode'?
    """

    @wraps(function)
    def checked(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except TypeError:
            known = _options_of(function)
            message = next(
                (no_option(name, known, _name(function)) for name in options if name not in known), ""
            )
            if not message:
                raise
        raise TypeError(message)

    return checked  # type: ignore[return-value] # it has the signature of the function


def _options_of(function: Callable[..., Any]) -> list[str]:
    # Late: only for an error.
    import inspect

    parameters = list(inspect.signature(function).parameters.values())
    return [parameter.name for parameter in parameters if parameter.name != "self"]


def _name(function: Callable[..., Any]) -> str:
    return function.__qualname__.removesuffix(".__init__").rpartition(".<locals>.")[2].rpartition(".")[2]


def _distance(name: str, other: str) -> int:
    """Return how far apart two names are, from 1; 0 if neither can be meant for the other."""
    plain, other_plain = _NOT_IN_WORDS.sub("", name.lower()), _NOT_IN_WORDS.sub("", other.lower())
    if plain == other_plain:
        return 1 if plain else 0
    if _DIGITS.findall(plain) != _DIGITS.findall(other_plain):
        return 0
    if min(len(plain), len(other_plain)) < _SHORT or not plain[:1] + other_plain[:1]:
        return 0
    if slips := _slips(plain, other_plain):
        return 1 + slips
    if plain == _abbreviated(plain) and len(plain) > _SHORT and _slips(plain, _abbreviated(other_plain)):
        return 4
    if _shares_words(name, other):
        return 5
    return 6 if _shares_stem(name, other) else 0


def _slips(name: str, other: str) -> int:
    """Return how many letters are missing, added, swapped or replaced; 0 if that may be another word."""
    # The first letter is the one that is seldom wrong; only a swap may move it.
    if name[0] != other[0] and (name[1:2], name[:1]) != (other[:1], other[1:2]):
        return 0
    shorter = min(len(name), len(other))
    most = 2 if shorter >= _LONG_ENOUGH_FOR_TWO else 1
    if abs(len(name) - len(other)) > most or (shorter == _SHORT and len(name) == len(other)):
        return int(shorter == _SHORT and sorted(name) == sorted(other))
    slips, has_replaced = _edit_distance(name, other)
    is_word = has_replaced and shorter < _LONG_ENOUGH_TO_REPLACE
    return 0 if slips > most or is_word else slips


def _edit_distance(name: str, other: str) -> tuple[int, bool]:
    """Return the Damerau-Levenshtein distance, and whether names of equal length differ by a replacement."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(name, 1):
        earlier, before, row = before, row, [at, *([0] * len(other))]
        for index, other_letter in enumerate(other, 1):
            replaced = before[index - 1] + (letter != other_letter)
            row[index] = min(before[index] + 1, row[index - 1] + 1, replaced)
            is_swapped = at > 1 and index > 1 and name[at - 2 : at] == other[index - 2 : index][::-1]
            if is_swapped:
                row[index] = min(row[index], earlier[index - 2] + 1)
    has_replaced = len(name) == len(other) and sorted(name) != sorted(other)
    return row[-1], has_replaced


def _abbreviated(word: str) -> str:
    """Return a word without its vowels, as in qty and msg."""
    return word[:1] + _VOWELS.sub("", word[1:])


def _shares_words(name: str, other: str) -> bool:
    """Return whether the known name begins or ends with the words that were written.

    Not the other way round: firstName is something else than name, and formData than data.
    """
    words, other_words = _words(name), _words(other)
    # A short word alone is too little: id ends a whole family of names.
    if len("".join(words)) <= _SHORT:
        return False
    return "".join(other_words).startswith("".join(words)) or other_words[-len(words) :] == words


def _shares_stem(name: str, other: str) -> bool:
    """Return whether two single words begin alike, as state and status do."""
    words = [*_words(name), *_words(other)]
    pairs = zip(name.lower(), other.lower(), strict=False)
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return len(words) == 2 and stem > _SHORT and 3 * stem >= 2 * min(len(name), len(other))


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]
