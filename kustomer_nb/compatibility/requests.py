"""What changed in the request of an action: to whom it goes, and which data is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting.context import ENV
from kustomer_nb.linting.template_strings import template_strings
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.template import Template

from .collector import Collector, name_in_text
from .result import ChangeKind

_ADDRESS = re.compile(r"\s*(?:(https?):/*)?([^/?#\\]*)", re.IGNORECASE)
# What is no variable: the names of those keep their case.
_LITERAL = re.compile(r"(?:^|\})[^{}]*")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class RequestView:
    """The request of an action, and the inputs and settings that it reads."""

    value: Mapping[str, Any]

    @property
    def template(self) -> Any:
        """The inputTemplate."""
        return self.value.get("inputTemplate")

    def part(self, name: str) -> Any:
        """Return a part of the inputTemplate, None if it has none."""
        return self.template.get(name) if isinstance(self.template, dict) else None

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """The declared inputs."""
        schema = self.value.get("inputSchema")
        properties = schema.get("properties") if isinstance(schema, dict) else None
        return properties if isinstance(properties, dict) else {}

    @cached_property
    def setting_keys(self) -> dict[str, str]:
        """The key of each app setting, by its variable."""
        settings = self.value.get("appSettings")
        named = settings.items() if isinstance(settings, dict) else ()
        return {
            name: setting["key"]
            for name, setting in named
            if isinstance(setting, dict) and isinstance(setting.get("key"), str)
        }

    @cached_property
    def unread(self) -> frozenset[str]:
        """The pointers of the strings that cannot be parsed."""
        return frozenset(string.pointer for string in self._strings if string.diagnostics)

    @cached_property
    def _strings(self) -> tuple[Any, ...]:
        return tuple(template_strings(self.template, ""))

    @cached_property
    def reads(self) -> dict[str, frozenset[tuple[str, int]]]:
        """Where each variable is read: the pointer of the string, and the number of the read in it."""
        places: dict[str, set[tuple[str, int]]] = {}
        for string in self._strings:
            for number, reference in enumerate(string.references):
                places.setdefault(reference.segments[0], set()).add((string.pointer, number))
        return {name: frozenset(positions) for name, positions in places.items()}

    @cached_property
    def setting_reads(self) -> frozenset[str]:
        """The keys of the settings that the request reads."""
        return frozenset(key for name, key in self.setting_keys.items() if name in self.reads)

    @cached_property
    def mistaken(self) -> frozenset[str]:
        """The pointers of the strings that read a name which is neither an input nor a setting."""
        known = {*self.inputs, *self.setting_keys, ENV}
        return frozenset(
            pointer for name, places in self.reads.items() if name not in known for pointer, _ in places
        )

    @cached_property
    def address(self) -> tuple[str, str]:
        """The scheme and the host of the request as they are written, with each variable by its name.

        Example:
            >>> RequestView({"inputTemplate": {"uri": "https://{{{org}}}.shop.com:443/{{id}}"}}).address
            ('https', '{org}.shop.com')
        """
        uri = self.part("uri")
        if not isinstance(uri, str):
            return "", ""
        if is_pointed(uri):
            return "", uri
        match = _ADDRESS.match(_with_names(uri))
        assert match is not None  # noqa: S101 - it matches the empty string
        scheme = (match[1] or "").lower()
        # A user and password are credentials, and no part of the host.
        host = _LITERAL.sub(lambda part: part[0].lower(), match[2].rpartition("@")[2])
        host = host.removesuffix(_DEFAULT_PORTS.get(scheme, " "))
        return scheme, host.rstrip(".")

    @property
    def method(self) -> str:
        """The method in upper case."""
        method = self.part("method")
        return method.upper() if isinstance(method, str) else ""

    @property
    def parses_json(self) -> bool | None:
        """Whether the body of the response is parsed as JSON; None if only a run knows."""
        flag = self.part("json")
        return bool(flag) if flag is None or is_fixed(flag) else None


def _with_names(uri: str) -> str:
    try:
        nodes = Template.parse(uri).nodes
    except TemplateError:
        return uri
    return "".join(node if isinstance(node, str) else f"{{{node.path}}}" for node in nodes)


def compare_requests(
    collector: Collector, old: RequestView, new: RequestView, pointer: str, *, renamed: Mapping[str, str]
) -> None:
    """Add the changes of a request; ``renamed`` are the new names of inputs by the old ones."""
    before = len(collector.changes)
    _compare_addresses(collector, old, new, pointer)
    _compare_methods(collector, old, new, pointer)
    _compare_data(collector, old, new, pointer, renamed)
    _compare_parsing(collector, old, new, pointer)
    is_explained = len(collector.changes) > before or bool(renamed and _is_renaming(old, new, renamed))
    if not is_explained and not equal(old.template, new.template):
        message = "the request is made in another way."
        collector.add(ChangeKind.REQUEST_CHANGED, f"{pointer}/inputTemplate", message)


def _compare_methods(collector: Collector, old: RequestView, new: RequestView, pointer: str) -> None:
    if old.method != new.method:
        message = f"the method was {old.method or 'none'} and is now {new.method or 'none'}."
        fix = "check what the service does with it."
        collector.add(ChangeKind.METHOD_CHANGED, f"{pointer}/inputTemplate/method", message, fix)


def _compare_addresses(collector: Collector, old: RequestView, new: RequestView, pointer: str) -> None:
    (old_scheme, old_host), (scheme, host) = old.address, new.address
    location = f"{pointer}/inputTemplate/uri"
    fix = "check that the service is yours, and that it may get the data."
    if old_host != host:
        before, after = (name_in_text(name) if name else "none" for name in (old_host, host))
        message = f"the host was {before} and is now {after}: it gets the data of every run."
        collector.add(ChangeKind.HOST_CHANGED, location, message, fix)
    elif (old_scheme, scheme) == ("https", "http"):
        message = "the request is sent over http instead of https, so that others can read it."
        collector.add(ChangeKind.HOST_CHANGED, location, message, "write https://.")


def _compare_data(
    collector: Collector, old: RequestView, new: RequestView, pointer: str, renamed: Mapping[str, str]
) -> None:
    # A string that could not be parsed, or read a name that does not exist, was meant to send its value.
    repaired = old.unread | old.mistaken
    explained = {*old.reads, *renamed.values()}
    for name, places in new.reads.items():
        if name in explained or all(place in repaired for place, _ in places):
            continue
        noun = _new_data(name, old, new)
        if noun:
            location = pointers.join(pointer, "inputTemplate") + min(place for place, _ in places)
            message = f"{noun} is sent, which was not sent before: new data for your servers."
            fix = "release a major version, so that organizations can review it."
            collector.add(ChangeKind.DATA_SENT_ADDED, location, message, fix)


def _new_data(name: str, old: RequestView, new: RequestView) -> str:
    """Return what a variable reads that the action knew and did not send; empty for other variables."""
    key = new.setting_keys.get(name)
    if key is not None:
        return "" if key in old.setting_reads else f"the setting {name_in_text(key)}"
    if name == ENV:
        return name_in_text(name)
    return f"the input {name_in_text(name)}" if name in old.inputs else ""


def _compare_parsing(collector: Collector, old: RequestView, new: RequestView, pointer: str) -> None:
    if old.parses_json == new.parses_json or None in (old.parses_json, new.parses_json):
        return
    template = new.value.get("outputTemplate")
    if template is None or "body" in (stringify(template) or ""):
        after = "an object" if new.parses_json else "a string"
        message = f"json changed, so that the body of the response is {after} now."
        fix = "set json as it was, or release a major version."
        collector.add(ChangeKind.OUTPUT_TYPE_CHANGED, f"{pointer}/inputTemplate/json", message, fix)


def _is_renaming(old: RequestView, new: RequestView, renamed: Mapping[str, str]) -> bool:
    """Return whether the request reads the new names where it read the old ones, and nothing else changed."""
    return all(old.reads.get(name) == new.reads.get(other) for name, other in renamed.items()) and (
        old.reads.keys() - renamed.keys() == new.reads.keys() - set(renamed.values())
    )
