"""Generates curl commands and their quoting for a shell; the same seed gives the same commands."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

_TEXT = "aZ09 .,:;!?-_~*+=&%#@/\\'\"`$(){}[]<>|^\t\né日😀"
_TEXTS = [
    "",
    "Hello, world",
    "it's",
    'say "hi"',
    "$HOME `id` $(id)",
    "{{name}} {{{raw}}}",
    "/#x",
    "100%",
    "a\\b\\\\",
    "@x",
]
_WORDS = ["orders", "customers", "v1", "api", "search", "items", "notes", "export.json"]
_IDS = [
    "42",
    "007",
    "cus_9s6XKzkNRiz8i3",
    "0f8fad5b-d9cd-469f-a165-70867728950e",
    "1.0",
    "a%20b",
    "x,y",
    "id=7",
    "~me",
]
# With the number of requests that curl makes of each.
_PARTS = [("..", 1), (".", 1), ("", 1), ("[1-3]", 3), ("{a,b}", 2), ("{id}", 1)]
_NAMES = ["limit", "q", "status", "page", "order_id", "a.b", "since", "customerId", "note"]
_HEADERS = ["X-Trace", "x-order", "Accept-Language", "X-Feature-Flags", "If-Match", "Prefer"]
_FLAGS = [
    "-s",
    "-S",
    "-f",
    "-i",
    "-sS",
    "-k",
    "-L",
    "--silent",
    "--show-error",
    "--http1.1",
    "-o/dev/null",
    "--no-buffer",
]
_SECRET_HEADERS = ["X-Api-Key", "x-auth-token", "X-Shop-Access-Token"]


class Generator:
    """Makes the arguments of one curl command after the other."""

    def __init__(self, seed: int, base: str) -> None:
        self._random = random.Random(seed)
        self._base = base
        # How many requests the latest command stands for.
        self.count = 1

    def arguments(self) -> list[str]:
        """Return the arguments of a command that curl accepts and an action can express."""
        groups = [[self._url()], *self._body(), *self._headers(), *self._credentials(), *self._others()]
        self._random.shuffle(groups)
        # The order of data, cookies and headers among themselves counts: they were made in one group.
        return [argument for group in groups for argument in group]

    def _choice(self, items: list[Any]) -> Any:
        return self._random.choice(items)

    def _maybe(self, probability: float) -> bool:
        return self._random.random() < probability

    def text(self) -> str:
        """Return a text that is hard to quote."""
        if self._maybe(0.5):
            return self._choice(_TEXTS)
        return "".join(self._random.choices(_TEXT, k=self._random.randint(1, 12)))

    def _token(self) -> str:
        return "".join(self._random.choices("abcdefABCDEF0123456789", k=24)) + "7x"

    def _option(self, short: str, long: str, value: str) -> list[str]:
        form = self._random.randrange(3)
        if form == 0 and value:
            return [f"-{short}{value}"]
        return [f"-{short}", value] if form == 1 else [f"--{long}", value]

    def _url(self) -> str:
        segments = [self._choice(_WORDS + _IDS) for _ in range(self._random.randint(0, 4))]
        self.count = 1
        if self._maybe(0.2):
            part, self.count = self._choice(_PARTS)
            segments.insert(self._random.randint(0, len(segments)), part)
        path = "/" + "/".join(segments) if segments or self._maybe(0.5) else ""
        query = (
            "?" + "&".join(self._pair() for _ in range(self._random.randint(0, 3)))
            if self._maybe(0.6)
            else ""
        )
        fragment = "#part?a=b" if self._maybe(0.1) else ""
        base = self._base.removeprefix("http://") if self._maybe(0.15) else self._base
        if self._maybe(0.1):
            base = base.replace("127.0.0.1", "us%40er:p%3Aw@127.0.0.1")
        return f"{base}{path}{query}{fragment}"

    def _pair(self) -> str:
        name = self._choice(_NAMES)
        if self._maybe(0.1):
            return str(name)
        value = (
            quote(self.text(), safe="-._~,:@/!$*();")
            if self._maybe(0.6)
            else self._choice(["", "10", "a+b", "x"])
        )
        return f"{name}={value}"

    def _json(self, depth: int = 0) -> Any:
        kinds = ["text", "number", "other"] + (["object", "array"] if depth < 3 else [])
        match self._choice(kinds):
            case "object":
                return {
                    self._choice(_NAMES): self._json(depth + 1) for _ in range(self._random.randint(0, 3))
                }
            case "array":
                return [self._json(depth + 1) for _ in range(self._random.randint(0, 3))]
            case "number":
                return self._choice([0, 1, -7, 42, 1.5, 1e21, 0.1, 12345678901, -0.5])
            case "text":
                return self.text()
        return self._choice([True, False, None])

    def _json_text(self) -> str:
        value = {self._choice(_NAMES): self._json() for _ in range(self._random.randint(0, 4))}
        indent = self._choice([None, None, 2])
        return json.dumps(value, indent=indent, ensure_ascii=self._maybe(0.3))

    def _body(self) -> list[list[str]]:
        kind = self._choice(
            ["none", "none", "form", "urlencode", "json", "json", "raw", "query", "jsonopt", "delete"]
        )
        match kind:
            case "form":
                pairs = [
                    self._option("d", "data", self._form_pair()) for _ in range(self._random.randint(1, 3))
                ]
                return [[word for pair in pairs for word in pair], *self._method()]
            case "urlencode":
                return [
                    [word for _ in range(2) for word in ("--data-urlencode", self._urlencode())],
                    *self._method(),
                ]
            case "json":
                data = [self._choice(["-d", "--data", "--data-raw", "--data-binary"]), self._json_text()]
                name = self._choice(["Content-Type", "content-type"])
                return [[*data, *self._option("H", "header", f"{name}: application/json")], *self._method()]
            case "jsonopt":
                return [["--json", self._json_text()], *self._method()]
            case "raw":
                text = self.text().replace("@", "a") or "x"
                return [["--data-binary", f"<a>{text}</a>", "-H", "Content-Type: text/xml"], *self._method()]
            case "query":
                data = [word for _ in range(2) for word in ("--data-urlencode", self._urlencode())]
                return [[*data, self._choice(["-G", "--get"])]]
            case "delete":
                return [self._option("X", "request", self._choice(["DELETE", "POST", "PUT", "PATCH", "GET"]))]
        return []

    def _form_pair(self) -> str:
        return f"{self._choice(_NAMES)}={quote(self.text(), safe='-._~ ,:')}"

    def _urlencode(self) -> str:
        form = self._random.randrange(3)
        text = self.text()
        if form == 0:
            return f"{self._choice(_NAMES)}={text}"
        return f"={text}" if form == 1 else "plain text & more"

    def _method(self) -> list[list[str]]:
        if self._maybe(0.5):
            return []
        return [self._option("X", "request", self._choice(["POST", "PUT", "PATCH", "DELETE"]))]

    def _headers(self) -> list[list[str]]:
        headers = []
        for name in self._random.sample(_HEADERS, self._random.randint(0, 3)):
            # {{name}} in a header is a variable of a tool for APIs.
            value = "".join(c for c in self.text() if c.isascii() and c.isprintable() and c not in "{}")
            line = f"{name}: {value}" if value.strip() else f"{name};"
            headers += self._option("H", "header", line)
        if self._maybe(0.1):
            headers += ["-H", self._choice(["Accept:", "User-Agent:", "Expect:", "X-None:"])]
        return [headers]

    def _credentials(self) -> list[list[str]]:
        match self._random.randrange(7):
            case 0:
                return [self._option("u", "user", f"user{self._token()}:pa ss:{self._token()}")]
            case 1:
                return [["--oauth2-bearer", self._token()]]
            case 2:
                scheme = self._choice(["Bearer ", "token ", "Basic ", "", "Token token="])
                return [["-H", f"Authorization: {scheme}{self._token()}"]]
            case 3:
                return [["-H", f"{self._choice(_SECRET_HEADERS)}: {self._token()}"]]
            case 4:
                return [[*self._option("b", "cookie", f"sid={self._token()}"), "-b", "theme=dark; lang=en"]]
        return []

    def _others(self) -> list[list[str]]:
        others = [[self._choice(_FLAGS)] for _ in range(self._random.randint(0, 3))]
        if self._maybe(0.1):
            others.append(self._option("A", "user-agent", "shop/1.0 (it's)"))
        if self._maybe(0.1):
            others.append(self._option("e", "referer", "https://shop.example.com/a?b=c"))
        if self._maybe(0.1):
            others.append(["--compressed"])
        if self._maybe(0.05):
            others.append(["-r", "0-99"])
        if self._maybe(0.1):
            others.append(["--url-query", f"{self._choice(_NAMES)}=a b"])
        return others

    def for_posix(self, arguments: list[str]) -> str:
        """Return a command for bash, each argument quoted in one of its ways."""
        words = ["curl", *[self._posix(argument) for argument in arguments]]
        separators = [self._choice([" ", " ", "  ", " \\\n  "]) for _ in words[1:]]
        return words[0] + "".join(
            f"{separator}{word}" for separator, word in zip(separators, words[1:], strict=True)
        )

    def _posix(self, text: str) -> str:
        match self._random.randrange(5):
            case 0:
                return '"' + "".join(f"\\{c}" if c in '"$`\\' else c for c in text) + '"'
            case 1:
                return "$'" + _ansi(text) + "'"
            case 2 if text and "\n" not in text:
                return "".join(c if c.isalnum() and c.isascii() else f"\\{c}" for c in text)
            case 3 if len(text) > 1:
                at = self._random.randint(1, len(text) - 1)
                return self._posix(text[:at]) + self._posix(text[at:])
        return "'" + text.replace("'", "'\\''") + "'"

    def for_cmd(self, arguments: list[str]) -> str:
        """Return a command for cmd: as Chrome copies it, or in plain double quotes."""
        quote_word = self._choice([_chrome_for_cmd, _plain_for_cmd])
        separator = self._choice([" ", " ^\n  "])
        return separator.join(["curl", *map(quote_word, arguments)])

    def for_powershell(self, arguments: list[str]) -> str:
        """Return a command for PowerShell 7, in single or double quotes."""
        words = [self._powershell(argument) for argument in arguments]
        return self._choice([" ", " `\n  "]).join(["curl.exe", *words])

    def _powershell(self, text: str) -> str:
        if self._maybe(0.5):
            return "'" + text.replace("'", "''") + "'"
        return '"' + "".join(f"`{c}" if c in '"$`' else c for c in text) + '"'


def _ansi(text: str) -> str:
    escapes = {
        "\n": "\\n",
        "\t": "\\t",
        "'": "\\'",
        "\\": "\\\\",
        "é": "\\u00e9",
        "!": "\\u0021",
        "😀": "\\U0001f600",
    }
    return "".join(escapes.get(character, character) for character in text)


def _for_runtime(text: str) -> str:
    """Return a text as the C runtime reads it within double quotes, without these."""
    parts, backslashes = [], 0
    for character in text:
        if character == "\\":
            backslashes += 1
            continue
        parts.append("\\" * (2 * backslashes + 1 if character == '"' else backslashes) + character)
        backslashes = 0
    return "".join(parts) + "\\" * (2 * backslashes)


def _chrome_for_cmd(text: str) -> str:
    # Every character that cmd may read is escaped, so that cmd sees no quotes at all.
    escaped = "".join(
        f"^{c}" if c in '"&|<>^%!()' else "^\n\n" if c == "\n" else c for c in _for_runtime(text)
    )
    return f'^"{escaped}^"'


def _plain_for_cmd(text: str) -> str:
    if not set(text) & set('"\n^&|<>'):
        return f'"{_for_runtime(text)}"'
    return _chrome_for_cmd(text)
