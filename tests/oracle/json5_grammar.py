"""Random documents over the whole grammar of JSON5."""

import random

USUAL_SPACES = ["", "", "", "", " ", " ", "\n"]
SPACES = [*USUAL_SPACES, "\r\n", "\r", "\t", "\v", "\f", "\u00a0", "\u2003", "\u2028", "\u2029", "\ufeff"]
COMMENTS = [
    "// one\n", "//\r\n", "// a: 1, 'b' */ /*\n", "// one\r", "// one\u2028", "/**/", "/* one */",
    "/* * \n // ' \" */", "/* {a: [ */", "/***/", "// \\\n", "// é😀 `\n",
]  # fmt: skip
NAMES = [
    "a", "b", "$", "_", "$a_1", "é", "ünï", "名前", "ªb", "a\u200cb", "e\u0301", "null", "true",
    "Infinity", "NaN", "undefined", "default", "__proto__", "constructor", "\\u0061b", "c\\u00e9",
]  # fmt: skip
TEXTS = [
    "a", "b", " ", "word", "key: ", "x, ", "'", '"', "`", "//", "/*", "*/", "#", "{{x}}", "/#x", "${y}",
    "{", "}", "[", "]", ":", ",", "é", "😀", "\u2028", "\u2029", "\u00a0", "\ufeff", "\x7f", "\t",
    "\x01", "“", "’", "\ud800", "https://x.com/?a=1&b=2",
]  # fmt: skip
ESCAPES = [
    "\\b", "\\f", "\\n", "\\r", "\\t", "\\v", "\\0", "\\x41", "\\xe9", "\\u00e9", "\\u2028",
    "\\ud83d\\ude00", "\\ud83d", "\\\\", "\\'", '\\"', "\\/", "\\\n", "\\\r\n", "\\\r", "\\\u2028",
    "\\\u2029",
]  # fmt: skip
SIGNS = ["", "", "", "-", "+"]
NUMBERS = [
    "0", "7", "42", "1234567890", "9007199254740993", "123456789012345678901234567890", "1.5", "0.1",
    ".5", "5.", "0.", "1e3", "1E+3", "5.e-1", ".25e2", "1e400", "1e-400", "0x0", "0xFF", "0XdecAF",
    "0xfffffffffffffffff", "Infinity", "NaN",
]  # fmt: skip


class Documents:
    """Makes JSON5 texts by chance; the same seed makes the same ones."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.one_of = self.chance.choice

    def maybe(self, share):
        return self.chance.random() < share

    def text(self):
        """Return a document, now and then a bare string or number."""
        value = self.scalar() if self.maybe(0.05) else self.document()
        return f"{self.gap()}{value}{self.gap()}"

    def document(self):
        """Return an object or array without anything around it."""
        return self.collection(self.one_of([1, 2, 4]))

    def module(self, document):
        """Return a JavaScript module that exports a document."""
        start = self.one_of(["export default", "module.exports =", "exports =", "export\n  default"])
        return f"{self.gap()}{start}{self.gap()}{document}{self.one_of(['', ';', ' ;'])}{self.gap()}"

    def gap(self):
        parts = [*SPACES, *COMMENTS] if self.maybe(0.2) else USUAL_SPACES
        return "".join(self.one_of(parts) for _ in range(self.one_of([0, 1, 1, 2])))

    def value(self, depth):
        return self.scalar() if depth <= 0 or self.maybe(0.5) else self.collection(depth)

    def collection(self, depth):
        opening, closing, item = self.one_of([("{", "}", self.member), ("[", "]", self.value)])
        count = self.one_of([0, 1, 2, 2, 5])
        items = [f"{self.gap()}{item(depth - 1)}{self.gap()}" for _ in range(count)]
        trailing = f",{self.gap()}" if items and self.maybe(0.3) else ""
        return f"{opening}{','.join(items) or self.gap()}{trailing}{closing}"

    def member(self, depth):
        return f"{self.key()}{self.gap()}:{self.gap()}{self.value(depth)}"

    def key(self):
        return self.one_of(NAMES) if self.maybe(0.6) else self.string()

    def scalar(self):
        if self.maybe(0.4):
            return self.one_of(SIGNS) + self.one_of(NUMBERS)
        return self.one_of(["null", "true", "false"]) if self.maybe(0.3) else self.string()

    def string(self):
        quote = self.one_of("\"'")
        parts = (self.one_of(TEXTS if self.maybe(0.7) else ESCAPES) for _ in range(self.one_of([0, 1, 3, 6])))
        return quote + "".join(f"\\{part}" if part == quote else part for part in parts) + quote
