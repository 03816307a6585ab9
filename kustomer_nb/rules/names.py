"""KNB2: what an action is called, described as and made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kustomer_nb import kustomer
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Severity

from .model import Finding, action_rule, document_rule
from .proof import LEFT_OUT, a_request, an_action, an_app, file
from .subject import ORGANISATION, TYPES_INSIDE_KUSTOMER, Action, Subject
from .words import cut, did_you_mean, near_miss, said

ACTION_KEYS = ActionDefinition.keys()
_FOREIGN = re.compile(r"[^A-Za-z0-9._-]")


@action_rule(
    "KNB204",
    "name-missing",
    Severity.ERROR,
    why="docs: name is required; it is the primary id of the action.",
    bad=file(an_action(name=LEFT_OUT)),
    good=file(an_action()),
)
def _name_missing(action: Action) -> Iterator[Finding]:
    if action.value.get("name") in (None, ""):
        name = f"{kustomer.NAME_PREFIX}{action.subject.app_name or '<app>'}."
        yield Finding(action.at("name"), "the action has no name.", f'add "name": "{name}…".')


@action_rule(
    "KNB205",
    "name-characters",
    Severity.ERROR,
    why="docs: a name is made of alphanumeric characters, `.`, `-` and `_`.",
    bad=file(an_action(name="kustomer.app.shop.find order")),
    good=file(an_action(name="kustomer.app.shop.find-order")),
)
def _name_characters(action: Action) -> Iterator[Finding]:
    name = _name(action)
    foreign = list(dict.fromkeys(_FOREIGN.findall(name)))
    if foreign:
        listed = ", ".join(repr(char) for char in foreign[:6])
        message = f"the name {said(name)} holds {listed}, which a name must not."
        better = _FOREIGN.sub("-", name)
        edits = action.subject.layout.set(action.at("name"), better)
        yield Finding(action.at("name"), message, f"write {cut(better)}.", edits=edits)


@action_rule(
    "KNB206",
    "name-too-long",
    Severity.ERROR,
    why=f"docs: a name has at most {kustomer.NAME_LENGTH} characters, spaces included.",
    bad=file(an_action(name="kustomer.app.shop." + "find" * 28)),
    good=file(an_action()),
)
def _name_too_long(action: Action) -> Iterator[Finding]:
    length = len(_name(action))
    if length > kustomer.NAME_LENGTH:
        message = f"the name has {length} characters, and {kustomer.NAME_LENGTH} are allowed."
        yield Finding(action.at("name"), message, f"take out {length - kustomer.NAME_LENGTH}.")


@action_rule(
    "KNB207",
    "name-prefix",
    Severity.WARNING,
    why="docs: a name should be prefixed with `kustomer.app.<app name>`. Registration adds the prefix where "
    "it is missing, so workflows must use another name than the one written; a private app's may end in its "
    "organisation.",
    bad=file(an_app(actions=[an_action(name="kustomer.app.market.find")])),
    good=file(an_app(actions=[an_action(name="kustomer.app.shop.find")])),
)
def _name_prefix(action: Action) -> Iterator[Finding]:
    name, app_name = _name(action), action.subject.app_name
    if not name:
        return
    whose, tail = _parts(name, app_name)
    prefix = f"{kustomer.NAME_PREFIX}{app_name or '<app>'}."
    if whose is None:
        message = f"the name {said(name)} does not start with {prefix}; registration puts that before it."
        edits = action.subject.layout.set(action.at("name"), prefix + tail) if app_name else ()
        yield Finding(action.at("name"), message, f"write {cut(prefix + tail)}.", edits=edits)
    elif app_name is not None and whose != app_name:
        message = f"the name {said(name)} is one of the app {said(whose)}, and this app is {said(app_name)}."
        edits = action.subject.layout.set(action.at("name"), prefix + tail)
        yield Finding(action.at("name"), message, f"did you mean `{cut(prefix + tail)}`?", edits=edits)


@action_rule(
    "KNB208",
    "description-too-long",
    Severity.ERROR,
    why=f"docs: a description has at most {kustomer.DESCRIPTION_LENGTH} characters, spaces included.",
    bad=file(an_action(description="Find an order. " * 274)),
    good=file(an_action(description="Find an order.")),
)
def _description_too_long(action: Action) -> Iterator[Finding]:
    description = action.value.get("description")
    if isinstance(description, str) and len(description) > kustomer.DESCRIPTION_LENGTH:
        message = (
            f"the description has {len(description)} characters, {kustomer.DESCRIPTION_LENGTH} are allowed."
        )
        yield Finding(action.at("description"), message, "say it shorter.")


@action_rule(
    "KNB209",
    "type-not-rest-api",
    Severity.ERROR,
    why="docs: type is required and must be always set as rest_api. Other types exist inside Kustomer "
    f"(observed: {', '.join(TYPES_INSIDE_KUSTOMER)}), and an app cannot bring one.",
    bad=file(an_action(type="rest-api")),
    good=file(an_action(type="rest_api")),
)
def _type_not_rest_api(action: Action) -> Iterator[Finding]:
    kind, pointer = action.value.get("type"), action.at("type")
    fix = f'write "type": "{kustomer.REST_API}".'
    edits = action.subject.layout.set(pointer, kustomer.REST_API)
    if kind is None:
        yield Finding(pointer, "the action has no type.", fix, edits=edits)
    elif isinstance(kind, str) and kind in TYPES_INSIDE_KUSTOMER:
        yield Finding(pointer, f"actions of type {said(kind)} exist only inside Kustomer.", fix)
    elif isinstance(kind, str) and kind != kustomer.REST_API:
        fix = did_you_mean(kind, [kustomer.REST_API], fix)
        yield Finding(pointer, f"{said(kind)} is no type of action.", fix, edits=edits)


@document_rule(
    "KNB210",
    "name-twice",
    Severity.ERROR,
    why="docs: a name must be globally unique. A name without the prefix is the same as the one with it.",
    bad=file([an_action(), an_action(inputTemplate=a_request(uri="https://api.shop.com/items"))]),
    good=file([an_action(), an_action(name="kustomer.app.shop.list")]),
)
def _name_twice(subject: Subject) -> Iterator[Finding]:
    first: dict[str, Action] = {}
    for one in subject.actions:
        if not (name := _name(one)):
            continue
        whose, tail = _parts(name, subject.app_name)
        earlier = first.setdefault(tail if whose in (None, subject.app_name) else name, one)
        if earlier is not one:
            message = f"the name {said(name)} is that of the action at {earlier.pointer} too."
            yield Finding(one.at("name"), message, "give each action a name of its own.")


@action_rule(
    "KNB216",
    "unknown-action-key",
    Severity.WARNING,
    why="docs: the page lists the properties of an action; another one is not known to do anything. A near "
    "miss of one that does is a warning, anything else a hint.",
    bad=file(an_action(sampleOutput={"total": 5})),
    good=file(an_action(sampleOutputContext={"total": 5})),
)
def _unknown_action_key(action: Action) -> Iterator[Finding]:
    for key in action.value:
        if key not in ACTION_KEYS:
            pointer = action.at(key)
            near = near_miss(key, ACTION_KEYS)
            yield Finding(
                pointer,
                f"{said(key)} is no property of an action.",
                f"did you mean `{near}`?" if near else "take it out.",
                Severity.WARNING if near else Severity.HINT,
                action.subject.key_span(pointer),
                action.subject.renamed(pointer, near),
            )


@action_rule(
    "KNB219",
    "description-missing",
    Severity.HINT,
    why="docs: description is a meaningful summary of what the action does. It is not required, and real "
    "apps leave it out; who builds a workflow then has only the name to go by.",
    bad=file(an_action(description=LEFT_OUT)),
    good=file(an_action()),
)
def _description_missing(action: Action) -> Iterator[Finding]:
    if action.value.get("description") in (None, ""):
        message = "the action has no description."
        yield Finding(action.at("description"), message, "say in a few words what it does.")


def _name(action: Action) -> str:
    name = action.value.get("name")
    return name if isinstance(name, str) else ""


def _parts(name: str, app_name: str | None) -> tuple[str | None, str]:
    """Return the app a name says it belongs to, None where it has no prefix, and the rest of the name."""
    if not name.startswith(kustomer.NAME_PREFIX):
        return None, name
    rest = name.removeprefix(kustomer.NAME_PREFIX)
    # observed: names come back in lower case.
    own = rf"{re.escape(app_name)}(?:{ORGANISATION})?\." if app_name else "(?!)"
    if found := re.match(own, rest, re.IGNORECASE):
        return app_name, rest[found.end() :]
    whose, _, tail = rest.partition(".")
    return whose, tail
