"""Definitions as authors write them, and what slips of the hand make of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
# The cases of the field are a hundred definitions in one file, larger than any that an author writes.
FIXTURES = (path for path in (TESTS / "fixtures").iterdir() if path.name != "field_cases.json")
FILES = [TESTS.parent / "notebooks" / "ecommstore.json", *sorted(FIXTURES)]
JSON5 = r"""// The shop
{
  app: 'shop', version: "1.0.0",
  actions: [{
    name: 'kustomer.app.shop.find', type: 'rest_api', $note: 'it\'s one \
string \x41\u{1F600}\v\0', retries: +3, timeout: .5e1, mask: 0xFF, most: Infinity, least: -Infinity, odd: NaN,
    inputTemplate: {uri: "https://shop.com/{{id}}", method: 'GET', headers: {'x-a': "{{{token}}}",},},
    /* what
       comes back */ outputTemplate: {body: '/#body',},
  },],
}
"""
MODULE = """import { base } from "./shop.js";

export default {
  app: "shop",
  actions: [
    {
      name: "kustomer.app.shop.find",
      type: "rest_api",
      inputTemplate: {uri: `${base}/orders/{{id}}`, method: "GET", data: {at: new Date(0, [1]), ...more}},
      inputSchema: {properties: {id: {type: 'string'}}, required: ["id"], additionalProperties: false},
    },
  ],
};
"""
COMMONJS = "module.exports = {a: `x${1}`, 'b': f(1, [2]), // c\n c: +.5e3, d: \"https://\" + x, d: {{id}}};"
SMALL = (
    '{"a": [1, -2.5e3, "x\\n\\u00e9\\ud83d\\ude00", null, true, {"b": {}, "": []}], "c~/d": "e", "a": 0.1}'
)
NUMBERS = f"[0, -0, -0.0, 1E400, {'9' * 305}, 1{'0' * 400}, 1e-400, NaN, -Infinity, 12345678901234567890]"

TEXTS = [*(path.read_text(encoding="utf-8") for path in FILES), JSON5, MODULE, COMMONJS, SMALL, NUMBERS]
TREES = [json.loads(path.read_text(encoding="utf-8")) for path in FILES if path.suffix == ".json"]

TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|[\w$.+-]+|\s+|.", re.DOTALL)
MARKS = [
    *"{}[]\",:'`\\/*#\n\r\t ;=()+-.019eExNau$<>|&?!%",
    *"“”„‘«»\u00a0\u2028\u200b\ufeff\x00\x1f\ud800é😀",
]
PIECES = [
    *("//", "/*", "*/", "{{", "}}", "{{{", "${", "...", "=>", "```", "\\u12", "\\x4", "\\\n", "\r\n", "/#x"),
    *("null", "NaN", "-Infinity", "undefined", "None", "0x1F", "1e999", "007", "1_0", "9" * 305, "1" * 5000),
    *(
        '"a"',
        '"a":',
        "a:",
        "'a'",
        '"\\"',
        '"a\n',
        "f(1, 2)",
        "`a${b}`",
        "export default ",
        "module.exports =",
    ),
]
LEAVES: list[Any] = [None, True, 0, -1.5, 10**30, 1e300, "", "é😀\u2028", 'a"b\\\n', "{{x}}", "/#x", [], {}]
KEYS = ["", "a", "app", "actions", "name", "type", "data", "$ref", "a/b~c", "__proto__", "é", "0"]


class Mutations:
    """Mutated texts, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def texts(self, count: int) -> Iterator[str]:
        """Yield texts of every kind in turn."""
        kinds = [self._characters, self._tokens, self._tree]
        for at in range(count):
            yield kinds[at % len(kinds)]()

    def _characters(self) -> str:
        text = self._base()
        for _ in range(self._chance.randint(1, 6)):
            start = self._chance.randrange(len(text) + 1)
            end = start + self._chance.randint(0, 3)
            text = (
                text[:start]
                + self._chance.choice([*MARKS, *PIECES, "", "", text[start : end + 20]])
                + text[end:]
            )
        return text

    def _tokens(self) -> str:
        tokens = TOKEN.findall(self._base())
        for _ in range(self._chance.randint(1, 5)):
            at, other = self._chance.randrange(len(tokens)), self._chance.randrange(len(tokens))
            changes = [[], [tokens[other]], [tokens[at]] * 2, [tokens[other], tokens[at]]]
            tokens[at : at + 1] = self._chance.choice([*changes, [self._chance.choice(PIECES)]])
            tokens = tokens or [" "]
        return "".join(tokens)

    def _tree(self) -> str:
        tree = json.loads(json.dumps(self._chance.choice(TREES)))
        for _ in range(self._chance.randint(1, 5)):
            self._bend(tree)
        layout = {"indent": self._chance.choice([None, 2, "\t"]), "ensure_ascii": self._chance.random() < 0.5}
        text = json.dumps(tree, **layout)
        if self._chance.random() < 0.2:
            text = re.sub(r'"(\w+)":', r"\1:", text)
        if self._chance.random() < 0.2:
            text = f"export default {text};"
        return text

    def _bend(self, node: Any) -> None:
        """Change one member somewhere within an object or array."""
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = self._chance.choice(keys) if keys else None
        if key is not None and isinstance(node[key], (dict, list)) and self._chance.random() < 0.8:
            return self._bend(node[key])
        leaf = json.loads(json.dumps(self._chance.choice(LEAVES)))
        if key is None or self._chance.random() < 0.3:
            key = self._chance.choice(KEYS) if isinstance(node, dict) else slice(0, 0)
            node[key] = leaf if isinstance(node, dict) else [leaf]
        elif self._chance.random() < 0.3:
            del node[key]
        else:
            node[key] = self._chance.choice([leaf, [node[key]], {"a": node[key]}])
        return None

    def _base(self) -> str:
        text = self._chance.choice(TEXTS)
        if self._chance.random() < 0.4:
            start = self._chance.randrange(len(text))
            text = text[start : start + self._chance.randint(1, 150)]
        return text
