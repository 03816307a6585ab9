"""Which segments of a path are values, and which are the words by which a service is addressed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from kustomer_nb.secrets.token_patterns import UUID, is_random

from .names import singular

_DIGITS = re.compile(r"[0-9]+")
_EMAIL = re.compile(r"[^@\s/]+(?:@|%40)[^@\s/]+\.[a-z]+", re.IGNORECASE)
_VERSION = re.compile(r"v[0-9]+(?:\.[0-9]+)*(?:-?(?:alpha|beta|rc)[0-9]*)?|[0-9]+\.[0-9]+(?:\.[0-9]+)*", re.I)
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}(?P<day>-[0-9]{2})?")
# Digits within letters, as in cus_NffrFeUfNV2Hbl, rec0Xr1y2, INV-17 and T00000000.
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_.~-]{8,}|[0-9a-f]{16,}")
_NUMBERED = re.compile(r"[A-Za-z]{1,12}(?:[-_][0-9]{1,12}|[0-9]{3,12})")
# A word with a number of its own, such as oauth2, base64encode or s3-bucket.
_WORD_WITH_NUMBER = re.compile(r"[a-z]+(?:[-_][a-z]+)*[0-9]{1,2}[a-z]*(?:[-_][a-z]+)*")
_WORD = re.compile(r"_?[A-Za-z][A-Za-z_-]*")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# What documentation writes in place of an id.
STANDS_FOR = re.compile(
    r":(?P<colon>[A-Za-z]\w*)|<(?P<angle>[\w -]+)>|\[(?P<square>[\w -]+)\]|%7B(?P<escaped>\w+)%7D"
    r"|(?P<capitals>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|ID|YOUR\w+)|[Xx]{3,}"
)
# A known name before a value, as in customers/externalId=17; and how the response is written.
_PAIR = re.compile(r"(?P<key>[A-Za-z][\w-]*)=(?P<value>.+)")
_ENDING = re.compile(r"(?P<value>.+?)(?P<ending>\.(?:json|xml|csv|html|pdf|js|php|aspx?))", re.IGNORECASE)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Words before which or after which a number is a version, and no value.
_SERVICE = _words(
    "api apis rest restapi services service data admin public web app oauth oauth2 auth graphql rpc",
    "soap ws maps wp-json crm rest-api json ajax open connect gateway tracking",
)
# Plural in form, and no collections.
_NOT_PLURAL = _words(
    "maps services apis news settings sales stats analytics status address series sms https business",
    "access progress process process-status objects sobjects",
)
_COLLECTIONS = _words("people children user customer channel team org organization")
# What follows a collection and is an operation or a part of it, and no item of it.
_OPERATIONS = _words(
    "search find query filter lookup list all any count total sum summary stats statistics me self",
    "current new create add insert update edit delete remove upsert bulk batch batches import export",
    "upload download copy move merge send reply cancel close open reopen archive unarchive restore",
    "activate deactivate enable disable validate verify check test preview render publish unpublish",
    "approve reject refund capture void pay confirm accept decline assign unassign login logout",
    "signin signup sign register token refresh revoke recent latest last first next previous active",
    "inactive pending closed archived deleted default draft by daily weekly monthly yearly hourly",
    "today now history log info details detail meta metadata schema describe config configuration",
    "profile balance usage health ping version status report reports feed available popular trending",
    "top featured best availability autocomplete suggest suggestions graphql json xml csv get post",
    "put sync async start stop run execute retry calculate estimate quote generate convert translate",
    "completions completion embeddings events webhook webhooks callback subscribe unsubscribe from",
    "sha1 sha256 sha512 md5 base64 utf8 iso3166 iso4217",
)


class Role(Enum):
    """What a segment is: a value, or a part of the address of the service, such as ``v1`` or ``orders``."""

    VALUE = "value"
    WORD = "word"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: the text before and after its value, the value, its role, and its name if it shows one."""

    before: str
    value: str
    after: str
    role: Role
    name: str = ""


def segments_of(
    texts: Sequence[str], placeholders: Collection[str] = (), method: str = "GET"
) -> list[Segment]:
    """Return what each segment of a path is.

    Example:
        >>> path = "v1/customers/externalId=c-1/orders/8031.json".split("/")
        >>> [(item.role.value, item.value, item.name) for item in segments_of(path)][2:]
        [('value', 'c-1', 'externalId'), ('word', 'orders', ''), ('value', '8031', '')]
        >>> [item.value for item in segments_of(["repos", "acme", "store", "issues"]) if item.name]
        ['acme', 'store']
    """
    texts = list(texts)
    while texts and not texts[-1]:
        texts.pop()
    segments = [_alone(texts, index, placeholders) for index in range(len(texts))]
    for index in range(len(texts)):
        _find_slugs(segments, index, method)
    return segments


def _alone(texts: Sequence[str], index: int, placeholders: Collection[str]) -> Segment:
    """Return what a segment is by its form, and by the one before it."""
    text = texts[index]
    if text in placeholders:
        return Segment("", text, "", Role.VALUE, text)
    if match := STANDS_FOR.fullmatch(text):
        return Segment("", text, "", Role.VALUE, next(filter(None, match.groups()), ""))
    if match := _PAIR.fullmatch(text):
        return Segment(f"{match['key']}=", match["value"], "", Role.VALUE, match["key"])
    before = texts[index - 1].lower() if index else ""
    if _is_version(text, index, before, is_last=index == len(texts) - 1):
        return Segment("", text, "", Role.VERSION)
    if _DATE.fullmatch(text):
        return Segment("", text, "", Role.VALUE, "date")
    return _id_or_word(text)


def _id_or_word(text: str) -> Segment:
    ending = _ENDING.fullmatch(text)
    value, after = (ending["value"], ending["ending"]) if ending else (text, "")
    if _EMAIL.fullmatch(value):
        return Segment("", value, after, Role.VALUE, "email")
    return Segment("", value, after, Role.VALUE) if _is_id(value) else Segment("", text, "", Role.WORD)


def _is_version(text: str, index: int, before: str, *, is_last: bool) -> bool:
    is_after_service = index == 0 or before in _SERVICE
    if _VERSION.fullmatch(text):
        # 1.5 may be an amount, and v2 is always a version.
        return text[0] in "vV" or is_after_service or index == 1
    if date := _DATE.fullmatch(text):
        return is_after_service or (index == 1 and not date["day"] and not is_last)
    return bool(_DIGITS.fullmatch(text)) and len(text) <= 2 and is_after_service and not is_last


def _is_id(text: str) -> bool:
    if _DIGITS.fullmatch(text) or UUID.fullmatch(text) or is_random(text):
        return True
    if text.lower() in _OPERATIONS or text.lower() in _SERVICE or _WORD_WITH_NUMBER.fullmatch(text):
        return False
    return bool(_MIXED.fullmatch(text) or _NUMBERED.fullmatch(text))


def without_ending(text: str) -> str:
    """Return a segment without how its response is written.

    Example:
        >>> without_ending("orders.json"), without_ending("chat.postMessage")
        ('orders', 'chat.postMessage')
    """
    ending = _ENDING.fullmatch(text)
    return ending["value"] if ending else text


def _find_slugs(segments: list[Segment], index: int, method: str) -> None:
    """Make one or two words behind a collection values, such as those of ``repos/acme/store/issues``."""
    run = _words_after(segments, index)
    if not run or not _are_slugs(segments, run, method):
        return
    noun = singular(segments[index].value)
    names = [f"{noun}_id"] if len(run) == 1 else [f"{noun}_owner", noun]
    for at, name in zip(run, names, strict=True):
        segments[at] = Segment("", segments[at].value, "", Role.VALUE, name)


def _words_after(segments: list[Segment], index: int) -> range:
    """Return where the one or two words behind a collection are that may be values."""
    end = index + 1
    if segments[index].role is Role.WORD and _is_collection(segments[index].value):
        while end < len(segments) and end - index <= 2 and _may_be_slug(segments[end]):
            end += 1
    return range(index + 1, end)


def _are_slugs(segments: list[Segment], run: range, method: str) -> bool:
    """Return whether words behind a collection are values, by what follows them."""
    if run.stop < len(segments):
        # Before an id, a word says of what: sobjects/Account/001D000000IRFma.
        return _is_plural_word(segments[run.stop])
    return len(run) == 1 and method != "POST" and not _is_operation(segments[run[-1]].value)


def _may_be_slug(segment: Segment) -> bool:
    text = segment.value
    return (
        segment.role is Role.WORD
        and re.fullmatch(r"[A-Za-z0-9][\w.-]*", text) is not None
        and text.lower() not in _OPERATIONS | _SERVICE
        and not _is_plural(text)
    )


def _is_operation(text: str) -> bool:
    return any(part.lower() in _OPERATIONS for part in _PARTS.findall(text))


def _is_collection(text: str) -> bool:
    return text.lower() in _COLLECTIONS or _is_plural(text)


def _is_plural_word(segment: Segment) -> bool:
    return segment.role is Role.WORD and (_is_plural(segment.value) or segment.value.lower() in _OPERATIONS)


def _is_plural(text: str) -> bool:
    lower = text.lower()
    is_word = _WORD.fullmatch(text) is not None and len(text) > len("sms")
    return is_word and lower not in _NOT_PLURAL and singular(lower) != lower
