"""KNB2: the keys of an app and of its actions, their names and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kustomer_nb.codes import Code
from kustomer_nb.definition import ActionDefinition, WholeApp
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import ORGANIZATION, TYPES_INSIDE_KUSTOMER, LintContext, LintedAction
from kustomer_nb.linting.examples import LEFT_OUT, a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, did_you_mean, quote
from kustomer_nb.linting.rule import Finding, action_rule, document_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import DESCRIPTION_LENGTH, NAME_LENGTH, NAME_PREFIX, REST_API, VERSION

KNOWN_KEYS = WholeApp.keys()
_SEMVER = re.compile(VERSION)
# Missing parts become 0, and a leading v is dropped: v1.2 is meant as 1.2.0.
_NEAR_SEMVER = re.compile(r"v?(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?(?:\.(0|[1-9][0-9]*))?")
_WORKFLOW = {"name": "find-order", "steps": [], "trigger": {"id": "1", "eventName": "order.created"}}


@document_rule(
    Code.ACTIONS_NOT_AN_ARRAY,
    Severity.ERROR,
    why="docs: the property `actions` takes an array; no action is registered from anything else.",
    bad=file(an_app(actions={"find": an_action()})),
    good=file(an_app(actions=[an_action()])),
)
def _actions_not_an_array(subject: LintContext) -> Iterator[Finding]:
    if not subject.has_list_of_actions and subject.app is not None:
        message = f"actions is {quote(subject.app['actions'])}, not an array."
        yield Finding("/actions", message, 'put the actions in square brackets: "actions": [{…}].')


@document_rule(
    Code.APP_KEY_MISSING,
    Severity.ERROR,
    why="docs: app, version and title are required; without any one of them the registration fails.",
    bad=file(an_app(title=LEFT_OUT)),
    good=file(an_app()),
)
def _app_key_missing(subject: LintContext) -> Iterator[Finding]:
    for key in WholeApp.REQUIRED if subject.app is not None else ():
        if subject.app is not None and subject.app.get(key) in (None, ""):
            yield Finding(f"/{key}", f"the app definition has no {key}.", f'add "{key}": "…".')


@document_rule(
    Code.UNKNOWN_APP_KEY,
    Severity.ERROR,
    why="docs: an unknown top-level key makes the registration fail.",
    bad=file(an_app(action=[an_action()])),
    good=file(an_app(actions=[an_action()])),
)
def _unknown_app_key(subject: LintContext) -> Iterator[Finding]:
    for key in subject.app or {}:
        if key not in KNOWN_KEYS:
            pointer = pointers.join("", key)
            near = near_miss(key, KNOWN_KEYS)
            fix = f"did you mean `{near}`?" if near else "remove it."
            message = f"{quote(key)} is not a key of an app definition, so the registration fails."
            edits = subject.rename_key(pointer, near)
            yield Finding(pointer, message, fix, span=subject.key_span(pointer), edits=edits)


@document_rule(
    Code.VERSION_NOT_SEMVER,
    Severity.ERROR,
    why="docs: a version is a semantic version and must be greater than the last one registered.",
    bad=file(an_app(version="1.0")),
    good=file(an_app(version="1.0.0")),
)
def _version_not_semver(subject: LintContext) -> Iterator[Finding]:
    version = (subject.app or {}).get("version")
    if not isinstance(version, str) or not version or _SEMVER.fullmatch(version):
        return
    message = f"{quote(version)} is not a semantic version."
    if near := _NEAR_SEMVER.fullmatch(version):
        better = ".".join(part or "0" for part in near.groups())
        edits = subject.layout.set("/version", better)
        yield Finding("/version", message, f"write {better}.", edits=edits)
    else:
        yield Finding("/version", message, "write a version such as 1.2.3.")


@document_rule(
    Code.WORKFLOW_NOT_AN_APP,
    Severity.ERROR,
    why="observed: an exported workflow has steps and a trigger, and neither app nor actions. An app "
    "definition holds workflows under the key `workflows`.",
    bad=file(_WORKFLOW),
    good=file(an_app(workflows=[_WORKFLOW])),
)
def _workflow(subject: LintContext) -> Iterator[Finding]:
    if subject.is_workflow:
        message = "this is an exported workflow, not an app definition: it has steps and no actions."
        yield Finding("", message, 'load the app definition, or put this file under its key "workflows".')


ACTION_KEYS = ActionDefinition.keys()
# docs: "name": alphanumeric characters, `.`, `-` and `_`.
_FOREIGN = re.compile(r"[^A-Za-z0-9._-]")


@action_rule(
    Code.NAME_MISSING,
    Severity.ERROR,
    why="docs: name is required; it is the primary ID of the action.",
    bad=file(an_action(name=LEFT_OUT)),
    good=file(an_action()),
)
def _name_missing(action: LintedAction) -> Iterator[Finding]:
    if action.value.get("name") in (None, ""):
        name = f"{NAME_PREFIX}{action.subject.app_name or '<app>'}."
        yield Finding(action.at("name"), "the action has no name.", f'add "name": "{name}…".')


@action_rule(
    Code.NAME_CHARACTERS,
    Severity.ERROR,
    why="docs: a name consists of alphanumeric characters, `.`, `-` and `_`.",
    bad=file(an_action(name="kustomer.app.shop.find order")),
    good=file(an_action(name="kustomer.app.shop.find-order")),
)
def _name_characters(action: LintedAction) -> Iterator[Finding]:
    name = _name(action)
    foreign = list(dict.fromkeys(_FOREIGN.findall(name)))
    if foreign:
        listed = ", ".join(quote(char) for char in foreign[:6])
        message = f"the name {quote(name)} contains {listed}, which is not allowed in a name."
        better = _FOREIGN.sub("-", name)
        edits = action.subject.layout.set(action.at("name"), better)
        yield Finding(action.at("name"), message, f"write {cut(better)}.", edits=edits)


@action_rule(
    Code.NAME_TOO_LONG,
    Severity.ERROR,
    why=f"docs: a name has at most {NAME_LENGTH} characters, including spaces.",
    bad=file(an_action(name="kustomer.app.shop." + "find" * 28)),
    good=file(an_action()),
)
def _name_too_long(action: LintedAction) -> Iterator[Finding]:
    length = len(_name(action))
    if length > NAME_LENGTH:
        message = f"the name has {length} characters; at most {NAME_LENGTH} are allowed."
        yield Finding(action.at("name"), message, f"remove at least {length - NAME_LENGTH}.")


@action_rule(
    Code.NAME_PREFIX,
    Severity.WARNING,
    why="docs: a name should start with `kustomer.app.<app name>`. The registration adds the prefix when it "
    "is missing, so workflows use a different name than the definition. In a private app the app name may be "
    "followed by the ID of the organization.",
    bad=file(an_app(actions=[an_action(name="kustomer.app.market.find")])),
    good=file(an_app(actions=[an_action(name="kustomer.app.shop.find")])),
)
def _name_prefix(action: LintedAction) -> Iterator[Finding]:
    name, app_name = _name(action), action.subject.app_name
    if not name:
        return
    owner, tail = _split_prefix(name, app_name)
    prefix = f"{NAME_PREFIX}{app_name or '<app>'}."
    if owner is None:
        message = f"the name {quote(name)} does not start with {prefix}; the registration adds that prefix."
        edits = action.subject.layout.set(action.at("name"), prefix + tail) if app_name else ()
        yield Finding(action.at("name"), message, f"write {cut(prefix + tail)}.", edits=edits)
    elif app_name is not None and owner != app_name:
        message = (
            f"the name {quote(name)} belongs to the app {quote(owner)}, but this app is {quote(app_name)}."
        )
        edits = action.subject.layout.set(action.at("name"), prefix + tail)
        yield Finding(action.at("name"), message, f"did you mean `{cut(prefix + tail)}`?", edits=edits)


@action_rule(
    Code.DESCRIPTION_TOO_LONG,
    Severity.ERROR,
    why=f"docs: a description has at most {DESCRIPTION_LENGTH} characters, including spaces.",
    bad=file(an_action(description="Find an order. " * 274)),
    good=file(an_action(description="Find an order.")),
)
def _description_too_long(action: LintedAction) -> Iterator[Finding]:
    description = action.value.get("description")
    if isinstance(description, str) and len(description) > DESCRIPTION_LENGTH:
        message = (
            f"the description has {len(description)} characters; at most {DESCRIPTION_LENGTH} are allowed."
        )
        yield Finding(action.at("description"), message, "shorten it.")


@action_rule(
    Code.TYPE_NOT_REST_API,
    Severity.ERROR,
    why="docs: type is required and must always be rest_api. Other types exist inside Kustomer "
    f"(observed: {', '.join(TYPES_INSIDE_KUSTOMER)}), but an app cannot define them.",
    bad=file(an_action(type="rest-api")),
    good=file(an_action(type="rest_api")),
)
def _type_not_rest_api(action: LintedAction) -> Iterator[Finding]:
    kind, pointer = action.value.get("type"), action.at("type")
    fix = f'write "type": "{REST_API}".'
    if kind == REST_API:
        # An edit needs the places of all values, which a text without a problem is not searched for.
        return
    if isinstance(kind, str) and kind in TYPES_INSIDE_KUSTOMER:
        yield Finding(pointer, f"actions of type {quote(kind)} exist only inside Kustomer.", fix)
    elif kind is None or isinstance(kind, str):
        edits = action.subject.layout.set(pointer, REST_API)
        message = "the action has no type." if kind is None else f"{quote(kind)} is not a type of action."
        fix = fix if kind is None else did_you_mean(kind, [REST_API], fix)
        yield Finding(pointer, message, fix, edits=edits)


@document_rule(
    Code.NAME_TWICE,
    Severity.ERROR,
    why="docs: a name must be globally unique. A name without the prefix equals the same name with it.",
    bad=file([an_action(), an_action(inputTemplate=a_request(uri="https://api.shop.com/items"))]),
    good=file([an_action(), an_action(name="kustomer.app.shop.list")]),
)
def _name_twice(subject: LintContext) -> Iterator[Finding]:
    first: dict[str, LintedAction] = {}
    for action in subject.actions:
        if not (name := _name(action)):
            continue
        owner, tail = _split_prefix(name, subject.app_name)
        earlier = first.setdefault(tail if owner in (None, subject.app_name) else name, action)
        if earlier is not action:
            message = f"the action at {earlier.pointer} has the name {quote(name)} too."
            yield Finding(action.at("name"), message, "give each action its own name.")


@action_rule(
    Code.UNKNOWN_ACTION_KEY,
    Severity.WARNING,
    why="docs: the page lists the properties of an action; other properties are not known to have any "
    "effect. A near miss of a known property is a warning, anything else a hint.",
    bad=file(an_action(sampleOutput={"total": 5})),
    good=file(an_action(sampleOutputContext={"total": 5})),
)
def _unknown_action_key(action: LintedAction) -> Iterator[Finding]:
    for key in action.value:
        if key not in ACTION_KEYS:
            pointer = action.at(key)
            near = near_miss(key, ACTION_KEYS)
            yield Finding(
                pointer,
                f"{quote(key)} is not a property of an action.",
                f"did you mean `{near}`?" if near else "remove it.",
                Severity.WARNING if near else Severity.HINT,
                action.subject.key_span(pointer),
                action.subject.rename_key(pointer, near),
            )


@action_rule(
    Code.DESCRIPTION_MISSING,
    Severity.HINT,
    why="docs: description is a meaningful summary of what the action does. It is not required, and real "
    "apps leave it out; people who build a workflow then see only the name.",
    bad=file(an_action(description=LEFT_OUT)),
    good=file(an_action()),
)
def _description_missing(action: LintedAction) -> Iterator[Finding]:
    if action.value.get("description") in (None, ""):
        message = "the action has no description."
        yield Finding(action.at("description"), message, "describe in a few words what the action does.")


def _name(action: LintedAction) -> str:
    name = action.value.get("name")
    return name if isinstance(name, str) else ""


def _split_prefix(name: str, app_name: str | None) -> tuple[str | None, str]:
    """Return the app in the prefix of a name, None when there is no prefix, and the remaining name."""
    if not name.startswith(NAME_PREFIX):
        return None, name
    name = name.removeprefix(NAME_PREFIX)
    # observed: Kustomer returns names in lower case. The app name itself may contain dots.
    own = rf"{re.escape(app_name)}(?:{ORGANIZATION})?\." if app_name else "(?!)"
    if match := re.match(own, name, re.IGNORECASE):
        return app_name, name[match.end() :]
    owner, _, tail = name.partition(".")
    return owner, tail
