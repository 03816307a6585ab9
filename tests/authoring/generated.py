"""Definitions at random, whose templates know which names they read: a rename is a matter of filling in.

A name is written as ``⟦path⟧`` and filled in from the names that the properties have at that time. What only
looks like one, in text or where a block gives it to something else, is written out and stays.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

_MARK = re.compile("⟦([^⟧]*)⟧")
# The properties at each path: of the inputs, of `order`, and of an item of `lines`.
PROPERTIES = {
    "": ("a", "b", "flag", "order", "lines", "tok"),
    "order": ("id", "note"),
    "lines[]": ("sku", "qty"),
}
KINDS = {
    "a": "string",
    "b": "string",
    "flag": "boolean",
    "order": "object",
    "lines": "array",
    "tok": "string",
    "order.id": "string",
    "order.note": "string",
    "lines[].sku": "string",
    "lines[].qty": "number",
}
INPUTS = tuple(path for path in KINDS if path != "tok")
VALUES = {"a": "A&<1>", "b": "b b", "flag": True, "order": {"id": "O-7", "note": "n"}}
LINES = [{"sku": "S1", "qty": 1}, {"sku": "S2", "qty": 2}]


def path_of(context: str, name: str) -> str:
    return f"{context}.{name}" if context else name


class TemplateMaker:
    """Makes templates; ``stack`` has the context of each enclosing block, the innermost last."""

    def __init__(self, generator: random.Random) -> None:
        self.random = generator

    def template(self) -> str:
        return "".join(self.part([""], 0) for _ in range(self.random.randint(1, 4)))

    def part(self, stack: list[str], depth: int) -> str:
        makers = [self.text, self.tag, self.tag, self.twin, self.helper]
        if depth < 3:
            makers += [self.condition, self.loop, self.within, self.section]
        return self.random.choice(makers)(stack, depth)

    def parts(self, stack: list[str], depth: int) -> str:
        return "".join(self.part(stack, depth + 1) for _ in range(self.random.randint(1, 2)))

    def text(self, stack: list[str], depth: int) -> str:
        return self.random.choice(["a b ", "sku=", "x /#a ", "\\{{a}} ", "order.id ", "{{! a }}", "é"])

    def path(self, stack: list[str], kinds: tuple[str, ...] = ("string", "number")) -> str | None:
        """Return a path to a property of one of the kinds, written in one of the ways that lead there."""
        up = self.random.randrange(len(stack))
        context = stack[-1 - up]
        own = [name for name in PROPERTIES[context] if KINDS[path_of(context, name)] in kinds]
        choices = [(path_of(context, name), f"⟦{path_of(context, name)}⟧") for name in own]
        if context == "" and "string" in kinds:
            choices.append(("order.id", "⟦order⟧.⟦order.id⟧"))
            choices.append(("lines[].sku", "⟦lines⟧.[0].⟦lines[].sku⟧"))
        if not choices:
            return None
        _, written = self.random.choice(choices)
        if context == "" and self.random.random() < 0.2:
            return f"@root.{written}"
        if up == 0:
            prefix = self.random.choice(["", "", "", "this.", "./"])
            brackets = "." not in written and not prefix and self.random.random() < 0.2
            return f"[{written}]" if brackets else f"{prefix}{written}"
        return "../" * up + written

    def tag(self, stack: list[str], depth: int) -> str:
        path = self.path(stack)
        if path is None:
            return ""
        return self.random.choice(["{{%s}}", "{{{%s}}}", "{{&%s}}", "{{~ %s ~}}", "{{ %s }}"]) % path

    def helper(self, stack: list[str], depth: int) -> str:
        path = self.path(stack, ("string",))
        if path is None:
            return ""
        choices = [f"{{{{toLower {path}}}}}", f"{{{{math {path} '+' 1}}}}", '{{lookup @root "⟦a⟧"}}']
        return self.random.choice(choices)

    def twin(self, stack: list[str], depth: int) -> str:
        """Return a tag with the name of a property of another context, which has no value in this one."""
        others = [name for at, names in PROPERTIES.items() if at != stack[-1] for name in names]
        names = [name for name in others if name not in PROPERTIES[stack[-1]]]
        return "{{" + self.random.choice(names) + "}}"

    def condition(self, stack: list[str], depth: int) -> str:
        path = self.path(stack, ("string", "number", "boolean"))
        if path is None:
            return ""
        inner, other = self.parts(stack, depth), self.parts(stack, depth)
        return self.random.choice(["{{#if %s}}%s{{else}}%s{{/if}}", "{{#unless %s}}%s{{^}}%s{{/unless}}"]) % (
            path,
            inner,
            other,
        )

    def loop(self, stack: list[str], depth: int) -> str:
        path = self.path(stack, ("array",))
        if path is None:
            return ""
        inner = self.parts([*stack, "lines[]"], depth)
        if self.random.random() < 0.5:
            return (
                f"{{{{#each {path} as |line at|}}}}{inner}{{{{line.⟦lines[].sku⟧}}}}{{{{at}}}}{{{{/each}}}}"
            )
        return f"{{{{#each {path}}}}}{inner}{{{{@index}}}}{{{{/each}}}}"

    def within(self, stack: list[str], depth: int) -> str:
        path = self.path(stack, ("object",))
        # As in handlebars.js, a block with the context it is already in does not open another.
        if path is None or stack[-1] == "order":
            return ""
        inner = self.parts([*stack, "order"], depth)
        return f"{{{{#with {path} as |o|}}}}{inner}{{{{o.⟦order.id⟧}}}}{{{{/with}}}}"

    def section(self, stack: list[str], depth: int) -> str:
        if stack[-1] != "":
            return ""
        name = self.random.choice(["flag", "order", "lines"])
        inner = {"flag": stack, "order": [*stack, "order"], "lines": [*stack, "lines[]"]}[name]
        return f"{{{{#⟦{name}⟧}}}}{self.parts(inner, depth)}{{{{/⟦{name}⟧}}}}"


def filled(node: Any, names: dict[str, str]) -> Any:
    """Return a value with every name filled in, in strings and in keys."""
    if isinstance(node, str):
        return _MARK.sub(lambda match: names[match[1]], node)
    if isinstance(node, list):
        return [filled(item, names) for item in node]
    if isinstance(node, dict):
        return {filled(key, names): filled(item, names) for key, item in node.items()}
    return node


@dataclass
class Model:
    """A definition with marks in place of names, and the names that its properties have now."""

    marked: dict[str, Any]
    names: dict[str, str] = field(default_factory=lambda: {path: path.rpartition(".")[2] for path in KINDS})

    @property
    def value(self) -> Any:
        return filled(self.marked, self.names)

    @property
    def action(self) -> Any:
        return self.marked["actions"][0]

    def inputs(self) -> Any:
        """Return inputs by their names of now."""
        values = {"⟦a⟧": VALUES["a"], "⟦b⟧": VALUES["b"], "⟦flag⟧": True}
        values["⟦order⟧"] = {"⟦order.id⟧": "O-7", "⟦order.note⟧": "n"}
        values["⟦lines⟧"] = [{"⟦lines[].sku⟧": line["sku"], "⟦lines[].qty⟧": line["qty"]} for line in LINES]
        return filled(values, self.names)

    def qualified(self, path: str) -> str:
        """Return how an author names an input now."""
        context, _, _ = path.rpartition(".")
        outer = context.replace("[]", "")
        if not outer:
            return self.names[path]
        return f"{self.names[outer]}{'[]' if '[]' in context else ''}.{self.names[path]}"


def model(generator: random.Random) -> Model:
    make = TemplateMaker(generator)
    line = {
        "type": "object",
        "properties": {"⟦lines[].sku⟧": {"type": "string"}, "⟦lines[].qty⟧": {"type": "number"}},
    }
    order = {"properties": {"⟦order.id⟧": {"type": "string"}, "⟦order.note⟧": {}}, "required": ["⟦order.id⟧"]}
    schema = {
        "properties": {
            "⟦a⟧": {"type": "string"},
            "⟦b⟧": {"type": "string", "description": "a b order.id"},
            "⟦flag⟧": {"type": "boolean"},
            "⟦order⟧": {"type": "object", **order},
            "⟦lines⟧": {"type": "array", "items": line, "default": [{"⟦lines[].sku⟧": "x", "a": 1}]},
        },
        "required": generator.sample(["⟦a⟧", "⟦order⟧", "⟦lines⟧"], 2),
        "dependencies": {"⟦a⟧": ["⟦b⟧"]},
    }
    body = {
        "a": "/#⟦a⟧",
        "order": "/#⟦order⟧.⟦order.id⟧",
        "sku": "/#⟦lines⟧.0.⟦lines[].sku⟧",
        "int": "/#fn:parseInt,⟦b⟧",
        "{{⟦a⟧}}": "a",
        "text": [make.template() for _ in range(3)],
    }
    request = {
        "uri": "https://api.shop.com/a/{{{⟦order⟧.⟦order.id⟧}}}",
        "method": "post",
        "headers": {"x-a": "{{⟦tok⟧}} tok"},
        "data": body,
        "json": True,
    }
    action = {
        "name": "kustomer.app.shop.find",
        "description": "a sku order.id {{a}}",
        "type": "rest_api",
        "appSettings": {"⟦tok⟧": {"key": "shop.default.tok"}},
        "inputSchema": schema,
        "inputTemplate": request,
        "outputTemplate": {"a": "/#body.a", "id": "{{body.order.id}}"},
        "sampleOutputContext": {"a": 1},
    }
    params = {"⟦a⟧": "/#x", "⟦lines⟧": [{"⟦lines[].sku⟧": 1}], "sku": 2}
    steps = [
        {"id": "1", "action": "kustomer.app.shop.find", "params": params},
        {"id": "2", "action": "kustomer.note.create", "params": {"a": "a"}},
    ]
    app = {
        "app": "shop",
        "version": "1.0.0",
        "title": "a",
        "actions": [action],
        "workflows": [{"steps": steps}],
    }
    return Model(app)


def written(value: Any, generator: random.Random) -> str:
    """Return the text of a value in the layout of some author, with comments."""
    text = json.dumps(value, indent=generator.choice([1, 2, 4, "\t"]), ensure_ascii=generator.random() < 0.3)
    style = generator.randrange(3)
    if style == 0:
        return text
    lines = []
    for number, line in enumerate(text.split("\n")):
        if style == 2:
            # JSON5, as people write it in modules.
            line = re.sub(r'^(\s*)"([A-Za-z_]\w*)":', r"\1\2:", line)
        if generator.random() < 0.15:
            line += f" // note {number}" if generator.random() < 0.7 else f" /* a {number} */"
        lines.append(line)
    return ("module.exports = " if style == 2 else "") + "\n".join(lines) + "\n"
