"""What an author meant by a tag that Handlebars cannot parse: braces as text, a tag within a tag, JavaScript.

Each function returns the problem and the fix as a message words them, or None. A fix is what Handlebars
accepts: whole paths, and ``lookup`` for a name that only a run knows.
"""

from __future__ import annotations

import re

# In a file the backslash is doubled, because it stands in a string of JSON or JavaScript.
BRACES_AS_TEXT = r"write \{{ where the braces are text (\\{{ in a JSON string)"
# The path that the author intended: everything up to a character that ends a path in a tag.
INTENDED_PATH = re.compile(r"(?:\[[^\]{}]*\]|[^\s{}()|=~,])+")
_PART = re.compile(r"""([./]?)(?:\[(?:"([^"\]]*)"|'([^'\]]*)'|([^\]]*))\]|(\.\.(?=/)|[^.\[/]+))""")
_STEP = re.compile(r"\.\.|\[[^\]]*\]|[^./\[\]]+")
# A name that needs no brackets anywhere in a path; a number at its end does.
_PLAIN = re.compile(r"[^\W\d][\w$-]*|\$[\w$-]*")
_WORDS = frozenset({"true", "false", "null", "undefined", "this"})
# Words of Python and other languages, and those that Handlebars has.
LITERAL_WORDS = {
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
    "None": "null",
    "NULL": "null",
    "Null": "null",
    "nil": "null",
}
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
TYPOGRAPHIC_QUOTES = "‘’‚“”„«»′″"
# Brackets directly after a name, as JavaScript writes an index or a key.
_JAVASCRIPT_KEY = re.compile(r"[^\s{}()|=~,#^&.\[/][^\s{}()|=~,#^&\[]*\[")
_VARIABLE_KEY = re.compile(r"[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*")
_CALL = re.compile(r"([#^]?)([\w$.]+)\(([^()]*)\)?")
_ARGUMENT = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w$.@-]+)\s*(?:,|\Z)""")
_STARTS_OF_LITERALS = ('"', "'", *"0123456789")
_RUN = re.compile(r"\{{2,}|\}{2,}")
# A brace on its own, a list of numbers, LaTeX, or statements: what no tag has.
_CODE = re.compile(
    r"(?<!\{)\{(?!\{)|(?<!\})\}(?!\})|\A\s*-?[\d.]+\s*[,;]|\A\s*\\[A-Za-z]|;\s*(?:\n|\Z)|\A\s*[\"'][^\"']*[\"']\s*,"
)
_BUILT_IN = frozenset({"if", "unless", "each", "with", "lookup", "log"})
# The path that a tag within a tag completes, and a whole number of names after that tag.
_PATH_BEFORE = re.compile(r"([^\s(){}=~#^&|]+?)[.\[/]+\Z")
_NAMES_AFTER = re.compile(r"\]?((?:\.[^\s.{}()\[\]|=~]+)*)\Z")
# What no path after /# contains.
_INVALID_PATH = re.compile(r"[{}()\[\]:*]|^\s|\.\.|^\.|\.$")
# An index or a key as JavaScript writes it.
_BRACKETS = re.compile(r"""\[(?:(\d+)|["']([\w@$-]+)["'])\]""")
_TAG = re.compile(r"\{{2,3}\s*([\w@.-]+)\s*\}{2,3}")
_REFERENCE_IN_TAG = re.compile(r"\{\{~?\s*/#((?:fn:)?[^\s{}]+)\s*\}\}")


def explain_reference(path: str) -> tuple[str, str] | None:
    """Return what is wrong with the path of a reference; None if it is valid.

    Example:
        >>> explain_reference("{{orderId}}")[1], explain_reference("orderId")
        ('write /#orderId, without braces', None)
    """
    match = _INVALID_PATH.search(path)
    if match is None:
        return None
    tag = _TAG.fullmatch(path)
    fix = (
        f"write /#{tag[1]}, without braces"
        if tag
        else "write names separated by dots, as in /#body.lines.0.id"
    )
    return f"is not a valid path because of `{match[0]}`: it has no value", fix


def dotted(path: str) -> str:
    """Return the path of a reference that has brackets as it is valid; empty if only its author knows that.

    Example:
        >>> dotted("body.data[0].id"), dotted("body['at']"), dotted("body.data"), dotted("body[at]")
        ('body.data.0.id', 'body.at', '', '')
    """
    written = _BRACKETS.sub(lambda match: f".{match[1] or match[2]}", path).removeprefix(".")
    return written if written != path and explain_reference(written) is None else ""


def explain_reference_in_tag(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a tag that contains a reference; None for another tag.

    Example:
        >>> explain_reference_in_tag("{{/#order.id}}")[1]
        'write {{{order.id}}}; or, as the whole string and without braces, /#order.id'
        >>> explain_reference_in_tag("{{/if}}") is None
        True
    """
    match = _REFERENCE_IN_TAG.match(tag)
    if match is None:
        return None
    written = match[1]
    alone = f"as the whole string and without braces, /#{written}"
    fix = (
        f"write it {alone}"
        if written.startswith("fn:")
        else f"write {{{{{{{handlebars_path(written)}}}}}}}; or, {alone}"
    )
    return "contains a reference, which Handlebars cannot parse", fix


def explain_literal_braces(inside: str) -> tuple[str, str] | None:
    """Return what is wrong with a tag whose braces are part of a text, such as code.

    Example:
        >>> explain_literal_braces("100, 150}, {200, 35")[0], explain_literal_braces("order.id")
        ('is not a tag that Handlebars can parse', None)
    """
    return ("is not a tag that Handlebars can parse", BRACES_AS_TEXT) if _CODE.search(inside) else None


def nested_end(text: str, start: int) -> int | None:
    """Return the end of the tag at ``start`` that contains another tag; None if it contains none.

    Example:
        >>> nested_end("{{a.{{b}}}} c", 0), nested_end("{{a {{b}} c", 0), nested_end("{{a}} {{b}}", 0)
        (11, None, None)
    """
    depth, is_nested = 0, False
    for run in _RUN.finditer(text, start):
        is_opening = run[0][0] == "{"
        is_nested = is_nested or (is_opening and depth > 0)
        depth += len(run[0]) if is_opening else -len(run[0])
        if depth <= 0:
            return run.end() if is_nested else None
    return None


def is_code(tag: str, name: str) -> bool:
    """Return whether the call of ``name`` is text in braces, such as JSON or a style sheet.

    Example:
        >>> is_code("{{ color: red }}", "color:"), is_code('{{"id": 5}}', "id"), is_code("{{go a}}", "go")
        (True, True, False)
    """
    return name.endswith(":") or tag.lstrip("{~& ")[:1] in _STARTS_OF_LITERALS


def explain_nested_tag(tag: str) -> tuple[str, str]:
    """Return what is wrong with a tag that contains another one, and the way without it.

    Example:
        >>> explain_nested_tag("{{hosts.{{slot}}.name}}")[1]
        "write {{lookup (lookup hosts slot) 'name'}}"
        >>> explain_nested_tag("{{#if {{paid}}}}")[1]
        'write {{#if paid}}'
    """
    problem = "contains a tag within a tag, which Handlebars cannot parse"
    braces = len(tag) - len(tag.lstrip("{"))
    inner_start = tag.find("{{", braces)
    inner_end = tag.find("}}", inner_start)
    inner = tag[inner_start:inner_end].strip("{~& ")
    after_start = inner_end + len(tag[inner_start:]) - len(tag[inner_start:].lstrip("{"))
    before, after = tag[braces:inner_start], tag[after_start : len(tag) - braces]
    if "{{" in after or not _VARIABLE_KEY.fullmatch(inner):
        return problem, "read a value whose name is in a variable with {{lookup object name}}"
    opened, closed = "{" * braces, "}" * braces
    if before and before[-1] in " (=":
        if not _is_call(before):
            return problem, "end the outer tag before the inner one begins"
        return problem, f"write {opened}{before}{inner}{after}{closed}"
    path, names = _PATH_BEFORE.search(before), _NAMES_AFTER.match(after)
    if path is None or names is None:
        parent = path[1] if path else "this"
        return (
            problem,
            "compute the whole name in an earlier step, pass it as an input, and read the value with "
            f"{{{{lookup {parent} name}}}}",
        )
    head, call = before[: path.start()], _lookups(path[1], inner, names[1].split(".")[1:])
    return problem, f"write {opened}{head}{f'({call})' if head.strip('~&') else call}{closed}"


def _is_call(head: str) -> bool:
    """Return whether the start of a tag calls a block or helper, so that a variable may follow."""
    # Imported late: dates and randomness take longer to import than the parser.
    from .helpers import HELPERS

    name = head.lstrip("~&#^( ").partition(" ")[0]
    return name in _BUILT_IN or name in HELPERS


def _lookups(parent: str, key: str, names: list[str]) -> str:
    """Return the call that reads the value at a key that a variable holds, and names within that value."""
    call = f"lookup {handlebars_path(parent)} {key}"
    for name in names:
        call = f"lookup ({call}) '{name}'"
    return call


def handlebars_path(written: str) -> str:
    """Return a path in the syntax of Handlebars, with each name in brackets that needs them.

    Example:
        >>> [handlebars_path(path) for path in ("items[0].@id", "order['first name']", "../a.b", "list.0")]
        ['items.[0].[@id]', 'order.[first name]', '../a.b', 'list.[0]']
    """
    parts = list(_PART.finditer(written))
    path = ""
    for at, part in enumerate(parts):
        separator, *names, bare = part.groups()
        before = separator or ("." if at else "")
        if bare is None:
            name = next(quoted for quoted in names if quoted is not None)
            is_plain = _is_plain(name, is_last=at == len(parts) - 1) and not name.isdecimal()
        else:
            # A variable of a block, such as @root, begins a path; its sigil is not part of a name.
            name = bare
            is_plain = at == 0 or _is_plain(name, is_last=at == len(parts) - 1)
        path += before + (name if is_plain else f"[{name}]")
    return path


def _is_plain(name: str, *, is_last: bool) -> bool:
    if name == "..":
        return True
    # Handlebars reads what follows the last dot as a literal, if it can be one.
    return name not in _WORDS if _PLAIN.fullmatch(name) else name.isdecimal() and not is_last


def intended_path(text: str, start: int) -> str:
    """Return the path at an offset of a text in the syntax of Handlebars, with ``..`` within it resolved.

    Example:
        >>> intended_path("{{a.b/../c}}", 2), intended_path("{{a.this.b}}", 2)
        ('a.c', 'a.[this].b')
    """
    match = INTENDED_PATH.match(text, start)
    names: list[str] = []
    for name in _STEP.findall(match[0] if match else ""):
        if name == ".." and names:
            names.pop()
        elif name != "..":
            names.append(name)
    return handlebars_path(".".join(names))


def fix_of_name(name: str) -> str:
    """Return the fix for a word of another language, or a name in typographic quotes; empty for others.

    Example:
        >>> fix_of_name("True"), fix_of_name("“en”"), fix_of_name("id")
        ('write `true`.', "write straight quotes: 'en'.", '')
    """
    if name in LITERAL_WORDS:
        return f"write `{LITERAL_WORDS[name]}`."
    inner = name.strip(TYPOGRAPHIC_QUOTES)
    return f"write straight quotes: '{inner}'." if inner != name else ""


def explain_javascript(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a tag that contains JavaScript: an index, a call, or a comma.

    Example:
        >>> explain_javascript("{{body.items[0].id}}")[1], explain_javascript('{{math(a, "+", b)}}')[1]
        ('write body.items.[0].id', 'write math a "+" b, without parentheses')
    """
    if any(quote in _QUOTED.sub("", tag) for quote in TYPOGRAPHIC_QUOTES):
        return "contains a typographic quote", "write straight quotes, as in 'text'"
    for path in INTENDED_PATH.finditer(tag):
        if _JAVASCRIPT_KEY.match(path[0]):
            return "contains a JavaScript-style index", f"write {_without_index(path[0])}"
    if (call := _CALL.search(tag)) is not None:
        return _explain_call(tag, call)
    if "," in tag:
        return "contains a comma", "separate arguments with spaces only, and write one tag for each variable"
    return None


def _without_index(path: str) -> str:
    name, _, index = path.partition("[")
    key, _, after = index.partition("]")
    names = _NAMES_AFTER.match(after)
    # Without quotes it is a variable of JavaScript, not a name.
    if _VARIABLE_KEY.fullmatch(key) and names is not None:
        return f"{_lookups(name, key, names[1].split('.')[1:])}"
    return handlebars_path(path)


def _explain_call(tag: str, call: re.Match[str]) -> tuple[str, str]:
    sigil, name, written = call.groups()
    owner, _, method = name.rpartition(".")
    if owner:
        other = f"write toLower {owner}" if method.lower() in ("tolowercase", "tolocalelowercase") else ""
        return (
            "calls a method, which Handlebars cannot do",
            other or "compute it in an earlier step, or with a helper",
        )
    problem = "calls a helper with JavaScript syntax"
    arguments, end = [], 0
    while (argument := _ARGUMENT.match(written, end)) is not None:
        arguments.append(argument[1])
        end = argument.end()
    is_whole = end == len(written) and tag[call.end() :].strip("~} ") == ""
    if not is_whole:
        return problem, "write spaces between the helper and its arguments, as in toLower order.name"
    return problem, f"write {' '.join([sigil + name, *arguments])}, without parentheses"
