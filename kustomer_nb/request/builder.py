"""Definition, inputs and settings to a `Request`; pure, so a preview is what is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.jsontext.javascript import string
from kustomer_nb.schema import identity_losses

from .added_headers import account_header, with_defaults
from .checks import REQUEST_KEYS, check_action, check_output_template, check_request_keys
from .context import BuildContext, unset_settings
from .host_override import overriding_host
from .missing_values import (
    needs_value_checks,
    paths_read,
    refuse_sample_environment,
    report_missing_values,
)
from .model import Request
from .parts import render_parts
from .safety import assess_safety

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.platform import Platform
    from kustomer_nb.schema import Conversion
    from kustomer_nb.secrets import Secret
    from kustomer_nb.template import MissingReference, Rendering

    from .added_headers import AccountToken
    from .parts import RequestParts
    from .provenance import Locate

# What a run sets later.
_AS_BUILT: dict[str, Any] = {"is_timed": False, "masking": None}


def build_request(
    definition: ActionDefinition,
    inputs: Mapping[str, Any],
    settings: Mapping[str, Secret | None],
    *,
    platform: Platform | None = None,
    rendering: Rendering | None = None,
    hosts: Mapping[str, str] | None = None,
    accounts: Mapping[str, AccountToken] | None = None,
    allow_missing: frozenset[str] = frozenset(),
    variables: Mapping[str, str] | None = None,
    is_sent: bool = True,
    converted: tuple[Conversion, ...] = (),
    missing: tuple[MissingReference, ...] = (),
    locate: Locate | None = None,
    is_plain: Callable[[str], bool] = lambda key: False,
) -> Request:
    """Return the request of an action for coerced inputs and the settings by variable name.

    Never raises for what an author or a user did: `Request.check` raises the errors in ``diagnostics``.
    ``hosts`` maps authored origins to those to connect to; ``rendering`` None is that of ``platform``.
    Sample values of ``_env`` are allowed only if not ``is_sent``. ``is_plain`` returns whether the setting of
    a key is no secret: another one is hidden wherever its value comes from. The rest is as in `Request`.

    Example:
        >>> from kustomer_nb.definition import ActionDefinition
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> build_request(ActionDefinition.read({"inputTemplate": template}).model, {"id": 7}, {})
        <Request: GET http://a.b/7>
    """
    context = BuildContext.from_definition(definition, inputs, settings, platform, rendering, allow_missing)
    if converted:
        context.add(*identity_losses(converted))
    parts, fields = _rendered(context, definition, hosts or {}, accounts or {})
    if is_sent:
        refuse_sample_environment(context)
    fields |= _reported(context, variables or {}, missing)
    # Its __init__, which sets one field after the other, takes ten times as long.
    request = object.__new__(Request)
    vars(request).update(_AS_BUILT, **fields, converted=converted, locate=locate)
    if needs_value_checks(context, parts):
        from .value_checks import with_value_checks

        request = with_value_checks(context, request, definition)
    if not _may_have_values_of(context.secrets.values(), inputs, context.template):
        return request
    # Last: whatever is judged of a request depends on where its values come from.
    from .same_values import without_same_values

    return without_same_values(request, is_plain)


def _reported(
    context: BuildContext, variables: Mapping[str, str], missing: tuple[MissingReference, ...]
) -> dict[str, Any]:
    """Report what has no value; return the fields of `Request` with that and all diagnostics."""
    unset = unset_settings(context.used, context.secrets)
    report_missing_values(context, unset, variables)
    return {
        "unset": tuple([label.removeprefix("$") for label in unset]),
        "variables": variables,
        "missing": (*missing, *context.notes.missing),
        "diagnostics": Diagnostics(context.diagnostics),
    }


def _may_have_values_of(secrets: Collection[Secret | None], *others: Mapping[str, Any]) -> bool:
    """Return whether something else may have the value of a setting, which it has in very few requests."""
    values = [string(secret.reveal()) for secret in secrets if secret is not None]
    if not values:
        return False
    try:
        written = repr(others)
    except RecursionError:
        return True
    # A value with quotes or escapes is not in a repr as it is.
    return any(value in written or repr(value) != f"'{value}'" for value in values if value)


def _rendered(
    context: BuildContext,
    definition: ActionDefinition,
    hosts: Mapping[str, str],
    accounts: Mapping[str, AccountToken],
) -> tuple[RequestParts, dict[str, Any]]:
    """Return the rendered parts, and the fields of `Request` that come from them."""
    context.add(*check_action(definition))
    if not REQUEST_KEYS.issuperset(context.template):
        context.add(*check_request_keys(context.template))
    parts = render_parts(context)
    context.add(*check_output_template(definition.output_template, context.rendering.helpers))
    headers = parts.headers
    if definition.app_account_name:
        headers = headers + account_header(context, definition.app_account_name, headers, accounts)
    header_texts = with_defaults(context, headers, parts)
    return parts, {
        "action": definition.name or "",
        "method": parts.method,
        "written_method": parts.written_method,
        "address": parts.address,
        "uri": parts.uri,
        "header_texts": header_texts,
        "headers_json": parts.headers_json,
        "body_text": parts.body,
        "parses_json": parts.parses_json,
        "secrets": context.secrets,
        "sent_to": overriding_host(context, parts.address, hosts) if hosts else None,
        "reads": paths_read(context.used),
        **assess_safety(context, parts, headers, header_texts)._asdict(),
    }
