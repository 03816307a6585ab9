"""Random templates over the whole grammar of Handlebars, and random data for them."""

import random

NAMES = [
    "a",
    "b",
    "n",
    "name",
    "items",
    "o",
    "c-d",
    "é",
    "10",
    "0",
    "length",
    "this",
    "as",
    "x y",
    "@x",
    "",
    "true",
]
BARE = ["a", "b", "n", "name", "items", "o", "c-d", "é", "length", "athis", "x", "i"]
LEAVES = [
    None, True, False, 0, 1, 2, -0.0, 1.5, 1e21, 0.1, 2**53, 1e-7, "", "x", "12", "=&<>\"'`", "😀é", [], {},
    [None],
]  # fmt: skip
TEXTS = [
    "", "x", " ", "\n", "  \n", "\n  ", "\t\n\n ", "\r\n", " }", "{ ", "&", "é😀", " }} ", "\\", "a\\\\",
    "\u00a0\n", "1",
]  # fmt: skip
SPACES = ["", "", "", " ", "\n", "\u2003"]
LITERALS = [
    '"s"',
    "'t\"'",
    '"q\\"r"',
    "1",
    "-2.50",
    "0",
    "true",
    "false",
    "null",
    "undefined",
    '""',
    '"name"',
    "12",
]
DATA = [
    "root",
    "index",
    "key",
    "first",
    "last",
    "root.a",
    "root.items",
    "../index",
    "../key",
    "nope",
    "_parent.index",
]
# With how many arguments each is called; the ones that take a block last.
TAKES = {
    "up": 1, "concat": 2, "eq": 2, "not": 1, "hashlist": 0, "stringify": 1, "safe": 1, "retnull": 0,
    "retundef": 0, "rettrue": 0, "retzero": 0, "retnum": 0, "retarr": 0, "retobj": 0, "typ": 1, "argc": 2,
    "ctxname": 0, "dflt": 2, "hname": 0, "lookup": 2, "retempty": 0, "idx": 0,
}  # fmt: skip
BLOCKS = {"wrap": 0, "when": 1, "pair": 0, "raw": 0}
BUILTINS = {"if": 1, "unless": 1, "each": 1, "with": 1}
HELPERS = [name for name in (*TAKES, *BLOCKS) if name != "lookup"]
NOISE = "{}#/^~!&@[]|()='\" \n.\\-ae0\0"


class Grammar:
    """Makes templates and contexts by chance; the same seed makes the same ones."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.one_of = self.chance.choice

    def maybe(self, share):
        return self.chance.random() < share

    def case(self):
        template = self.statements(self.one_of([1, 2, 3]))
        if self.maybe(0.15):
            template = self.spoiled(template)
        return {
            "template": template,
            "context": self.context(),
            "noEscape": self.maybe(0.15),
            "strict": self.maybe(0.06),
            "helpers": HELPERS,
        }

    def spoiled(self, template):
        at = self.chance.randint(0, len(template))
        added = self.one_of(["", self.one_of(NOISE), self.one_of(NOISE) * 2])
        return template[:at] + added + template[at + self.one_of([0, 1]) :]

    def context(self):
        return self.value(3) if self.maybe(0.1) else self.object(4, 12)

    def object(self, depth, size):
        return {name: self.value(depth - 1) for name in self.chance.sample(NAMES, k=size)}

    def value(self, depth):
        kind = self.chance.random()
        if depth <= 0 or kind < 0.4:
            return self.one_of(LEAVES)
        if kind < 0.65:
            return [self.value(depth - 1) for _ in range(self.chance.randint(0, 3))]
        return self.object(depth, self.chance.randint(0, 5))

    def statements(self, depth):
        return "".join(self.statement(depth) for _ in range(self.chance.randint(1, 4)))

    def statement(self, depth):
        kind = self.chance.random()
        if kind < 0.3:
            return self.one_of(TEXTS)
        if kind < 0.62 or depth == 0:
            return self.mustache()
        if kind < 0.67:
            return self.comment()
        if kind < 0.7:
            return "\\" + self.one_of(["", "\\"]) + self.mustache()
        return self.raw_block() if kind < 0.72 else self.block(depth - 1)

    def tilde(self):
        return "~" if self.maybe(0.12) else ""

    def comment(self):
        inner = self.one_of(["c", "", " a b ", "\n", "{{x", "-"])
        if self.maybe(0.5):
            return f"{{{{{self.tilde()}!--{inner}}}}}--{self.tilde()}}}}}"
        return f"{{{{{self.tilde()}!{inner}{self.tilde()}}}}}"

    def mustache(self):
        opening, closing = self.one_of([("{{", "}}"), ("{{", "}}"), ("{{{", "}}}"), ("{{&", "}}")])
        opening = opening[:2] + self.tilde() + opening[2:]
        space = self.one_of(SPACES)
        if closing == "}}}" and self.maybe(0.1):
            closing = "}~}}"
        elif closing == "}}":
            closing = self.tilde() + closing
        return f"{opening}{space}{self.call(2)}{self.one_of(SPACES)}{closing}"

    def call(self, depth):
        kind = self.chance.random()
        if kind < 0.6:
            return self.name()
        if kind < 0.95:
            name = self.one_of([*TAKES])
            return f"{name}{self.arguments(TAKES[name], depth)}"
        if kind < 0.97:
            name = self.one_of([*BUILTINS, "lookup", "argc", "concat"])
            return f"{name}{self.arguments(self.one_of([0, 1, 2, 3]), depth)}"
        return f"{self.name()}{self.arguments(self.one_of([0, 1]), depth)}"

    def arguments(self, count, depth):
        found = "".join(f" {self.expression(depth)}" for _ in range(count))
        for _ in range(self.one_of([0, 0, 0, 0, 1, 2])):
            found += f" {self.one_of([*BARE, '[x y]', '10', 'includeZero'])}={self.expression(depth)}"
        return found

    def expression(self, depth):
        kind = self.chance.random()
        if kind < 0.2 and depth:
            name = self.one_of([*TAKES])
            return f"({name}{self.arguments(TAKES[name], depth - 1)})"
        return self.one_of(LITERALS) if kind < 0.4 else self.path()

    def name(self):
        return self.one_of(LITERALS) if self.maybe(0.04) else self.path()

    def path(self):
        if self.maybe(0.12):
            return f"@{self.one_of(DATA)}"
        if self.maybe(0.12):
            return self.one_of([".", "this", "..", "../..", "./this", "this/.."])
        path = self.one_of(["", "", "", "", "", "../", "this.", "./", "../../", "this/"]) + self.segment()
        for _ in range(self.one_of([0, 0, 0, 1, 1, 2])):
            path += self.one_of("../") + self.segment()
        return path

    def segment(self):
        if self.maybe(0.85):
            return self.one_of(BARE)
        name = self.one_of([*NAMES, "a]b", "a\\b", "1", "x\ny"])
        return "[" + name.replace("\\", "\\\\").replace("]", "\\]") + "]"

    def raw_block(self):
        name = self.one_of(["raw", "raw", "a", "if a", "wrap"])
        inner = self.one_of(["{{a}}", "", "x\n", "{{{{b}}}}c{{{{/b}}}}", "{{"])
        return f"{{{{{{{{{name}}}}}}}}}{inner}{{{{{{{{/{name.split()[0]}}}}}}}}}"

    def block(self, depth):
        if self.maybe(0.1):
            name = self.path()
            return self.wrapped("^", name, name, depth)
        kind = self.chance.random()
        if kind < 0.25:
            name = call = self.name()
        elif kind < 0.85:
            name = self.one_of(["if", "each", *BUILTINS])
            call = name + self.arguments(1 if self.maybe(0.98) else self.one_of([0, 2, 3]), 1)
        else:
            name = self.one_of([*BLOCKS])
            call = name + self.arguments(BLOCKS[name], 1)
        if self.maybe(0.25):
            call += f" as |{self.one_of(['x', 'x i', 'a', 'x i n', 'i x', 'name i', '[x] i'])}|"
        return self.wrapped("#", call, name, depth)

    def wrapped(self, sign, call, name, depth):
        inner = self.around(self.statements(depth))
        if sign == "#" and self.maybe(0.2):
            following = self.one_of(["if", "each", "with", "unless"])
            strip = self.tilde(), self.tilde()
            inner += f"{{{{{strip[0]}else {following}{self.arguments(1, 1)}{strip[1]}}}}}"
            inner += self.around(self.statements(depth))
        if self.maybe(0.4):
            word = self.one_of(["else", " else ", "^", "^ "])
            inner += f"{{{{{self.tilde()}{word}{self.tilde()}}}}}{self.around(self.statements(depth))}"
        opening = f"{{{{{self.tilde()}{sign}{self.one_of(SPACES)}{call}{self.tilde()}}}}}"
        return f"{opening}{inner}{{{{{self.tilde()}/{name}{self.tilde()}}}}}"

    def around(self, inner):
        """Put a block on lines of its own half the time, for what stands alone in its line is special."""
        return f"{self.one_of(['', ' '])}\n{inner}\n{self.one_of(['', '  '])}" if self.maybe(0.4) else inner
