"""Hostile answers, sent through the code that reads real ones; run apart, so that its memory can be measured.

``python -m tests.transport.hostile <cases> <seed>`` prints one JSON object of what was found.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import repeat
from pathlib import Path
from random import Random

from kustomer_nb import reporting
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.response import Response
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.transport import LARGEST, send, wait
from kustomer_nb.transport.fault_injection import FaultTransport, InjectedFault
from tests.transport.wires import a_wire

MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</pre></td></table><iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "{{constructor}}{{{x}}}<!--",
    "\u2028\u202e\ufeff<\u0000script>",
]
Play = Callable[[Random], Iterable[bytes]]


def head(*headers: bytes, status: bytes = b"200 OK") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"", b""])


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> list[bytes]:
    return [head(b"content-length: %d" % len(body), *headers, status=status) + body]


@cache
def zeros(megabytes: int, window: int) -> bytes:
    """Return so many megabytes of zeros, packed a thousand to one without being made."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * megabytes


def bomb(chance: Random) -> Iterable[bytes]:
    encoding, body = chance.choice(
        [
            (b"gzip", zeros(2000, 31)),
            (b"deflate", zeros(2000, 15)),
            (b"deflate", zeros(2000, -15)),
            (b"gzip", gzip.compress(bytes(2**20)) * 200),
            (b"gzip", gzip.compress(b"") * 100_000),
            (b"gzip, gzip", gzip.compress(zeros(500, 31))),
            (b"br", zeros(10, 31)),
        ]
    )
    return whole(body, b"content-encoding: " + encoding)


def endless(chance: Random) -> Iterable[bytes]:
    yield head(chance.choice([b"x: y", b"content-length: 9999999999999", b"content-type: text/html"]))
    yield from repeat(chance.choice([b"\0", b"<b>", "é😀".encode(), b"[", b"\xff"]) * 16_000)


def endless_chunks(chance: Random) -> Iterable[bytes]:
    yield head(b"transfer-encoding: chunked")
    yield from repeat(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def flood(chance: Random) -> Iterable[bytes]:
    yield from repeat(
        chance.choice([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\nlink: x\r\n\r\n"])
    )


def endless_head(chance: Random) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    yield from repeat(
        chance.choice([b"x: y\r\n" * 99, b"x" * 999, b"\r" * 99, b" folded\r\n" * 99, b"a: <b>\r\n"])
    )


def dense(chance: Random) -> Iterable[bytes]:
    piece = chance.choice(
        [b'{"":0}', b"[[]]", b"[]", b"1e9", b'"ab"', '"😀"'.encode(), b"null", b'{"a":{"b":[]}}']
    )
    count = (8 * 2**20 - 2) // (len(piece) + 1)
    return whole(b"[" + b",".join([piece] * count) + b"]", b"content-type: application/json")


def many_keys(chance: Random) -> Iterable[bytes]:
    keys = b",".join(b'"%x":0' % number for number in range(300_000))
    return whole(b"{" + keys + b',"0":1}')


def deep(chance: Random) -> Iterable[bytes]:
    depth = chance.choice([10, 150, 199, 201, 900, 1000, 20_000, 1_000_000])
    opened, closed = chance.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
    return whole(opened * depth + b"1" + closed * chance.choice([depth, 0]))


def huge_headers(chance: Random) -> Iterable[bytes]:
    size = chance.choice([1000, 60_000, 99_000, 200_000])
    name = chance.choice(
        [b"x", b"set-cookie", b"location", b"content-type", b"retry-after", b"content-encoding"]
    )
    return whole(b"{}", name + b": " + b"9" * size, status=chance.choice([b"200 OK", b"302 Found"]))


def many_headers(chance: Random) -> Iterable[bytes]:
    count = chance.choice([10, 200, 3000, 20_000])
    name = chance.choice([b"x%d", b"set-cookie", b"x", b"content-type"])
    lines = [(name % number if b"%" in name else name) + b": <b>" for number in range(count)]
    return whole(b"{}", *lines)


def chunking(chance: Random) -> Iterable[bytes]:
    chunk = chance.choice(
        [
            b"zz\r\nabc\r\n0\r\n\r\n",
            b"-5\r\nabcde\r\n0\r\n\r\n",
            b"5\r\nabc",
            b"5\r\nabcdefgh\r\n0\r\n\r\n",
            b"ffffffffffffffff\r\nabc",
            b"5;" + b"x" * 200_000 + b"\r\nabcde\r\n",
            b"1\r\nx\r\n" * 5000,
            b"5\r\nabcde\r\n0\r\nx: <b>\r\n\r\n",
            b"0x5\r\nabcde\r\n0\r\n\r\n",
            b"\r\n",
        ]
    )
    more = chance.choice([[], [b"content-length: 3"], [b"transfer-encoding: gzip"]])
    return [head(b"transfer-encoding: chunked", *more) + chunk]


def lengths(chance: Random) -> Iterable[bytes]:
    written = chance.choice([b"-1", b"3", b"99", b"abc", b"", b"+2", b"2, 2", b"2, 3", b"9" * 30, b"\xb2"])
    more = chance.choice([[], [b"content-length: 2"], [b"content-length: 5"]])
    return [head(b"content-length: " + written, *more) + b"{}"]


def controls(chance: Random) -> Iterable[bytes]:
    wild = bytes(chance.randrange(32) for _ in range(20))
    place = chance.randrange(5)
    if place == 0:
        return whole(b'{"a": "' + wild + b'"}')
    if place == 1:
        return whole(b"{}", b"x-wild: " + wild)
    if place == 2:
        return whole(b"{}", wild + b": x")
    if place == 3:
        return whole(b"{}", status=b"200 " + wild)
    return whole(json.dumps({"a": wild.decode(), "b": "\ud800\udc00\udfff", "\0": wild.decode()}).encode())


def markup(chance: Random) -> Iterable[bytes]:
    bad = chance.choice(MARKUP)
    raw = bad.encode()
    body = chance.choice(
        [raw, json.dumps({bad: [bad, {bad: bad}], "id": bad}).encode(), json.dumps(bad).encode(), b"[" + raw]
    )
    kind = chance.choice([b"text/html", b"application/json", b"image/svg+xml; charset=" + raw, raw])
    visible = raw.replace(b"\0", b"")
    headers = [
        b"content-type: " + kind.replace(b"\0", b""),
        b"x-note: " + visible,
        b"set-cookie: a=" + visible,
    ]
    headers += chance.choice([[], [b"location: " + visible], [b"content-encoding: " + visible]])
    status = chance.choice([b"200 OK", b"302 Found", b"404 " + visible, b"500 No", b"999 " + visible, b"600"])
    return whole(body, *headers, status=status)


def redirects(chance: Random) -> Iterable[bytes]:
    to = chance.choice(
        [
            b"//" + b"a" * 5000,
            b"http://[::1",
            b"http://\xff/",
            b"http://a.b:99999/",
            b"/" + b"../" * 20_000,
            b"?" + b"x" * 60_000,
            b"file:///etc/passwd",
            b"javascript:alert(1)",
            b"http://user:pass@a.b/",
            b"\\\\a.b\\c",
            b"http://xn--\xe9.test/",
            b"http://1.2.3/",
            b"#" + b"<b>" * 99,
        ]
    )
    return whole(b"", b"location: " + to, status=b"%d x" % chance.randrange(300, 310))


def noise(chance: Random) -> Iterable[bytes]:
    start = chance.choice(
        [b"", b"HTTP/1.1 200 OK\r\n", head(), head(b"content-encoding: gzip") + b"\x1f\x8b"]
    )
    return [start + chance.randbytes(chance.choice([0, 1, 50, 5000]))]


def broken_json(chance: Random) -> Iterable[bytes]:
    text = json.dumps({"a": [1, "x", None, {"b": 1.5}], "c": "\u00e9"}, ensure_ascii=False).encode()
    at = chance.randrange(len(text))
    piece = chance.choice(
        [b"", b"\0", b"\xff", b'"', b"NaN", b"1e99999", b"9" * 5000, b"\\u", b"\xef\xbb\xbf"]
    )
    return whole(text[:at] + piece + text[at + chance.randrange(3) :], b"content-type: application/json")


# How often each comes in a thousand; the heavy ones take up to a second.
KINDS: dict[str, tuple[int, Play]] = {
    "bomb": (3, bomb),
    "endless body": (2, endless),
    "endless chunks": (1, endless_chunks),
    "flood of 1xx": (2, flood),
    "endless head": (5, endless_head),
    "dense JSON": (1, dense),
    "many keys": (1, many_keys),
    "deep JSON": (75, deep),
    "huge headers": (75, huge_headers),
    "many headers": (30, many_headers),
    "chunking": (150, chunking),
    "lengths": (100, lengths),
    "controls": (100, controls),
    "markup": (150, markup),
    "redirects": (75, redirects),
    "noise": (84, noise),
    "broken JSON": (146, broken_json),
}


class Tags(HTMLParser):
    """Collects what a browser might run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "svg", "iframe", "object", "embed", "link", "base", "form"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or ""):
                self.found.append(f"{tag} {name}")


def cases(count: int, seed: int) -> Iterator[tuple[str, Iterable[bytes], Random]]:
    """Return hostile answers: every kind in its share, in a mixed order."""
    chance = Random(seed)
    names = [name for name, (share, _) in KINDS.items() for _ in range(max(1, count * share // 1000))]
    names += chance.choices(list(KINDS), [share for share, _ in KINDS.values()], k=max(0, count - len(names)))
    chance.shuffle(names)
    for name in names[:count]:
        own = Random(chance.random())
        yield name, KINDS[name][1](own), own


def tried(name: str, parts: Iterable[bytes], chance: Random) -> str:
    """Return how one ended: the status, or the kind of our error; any other exception is a fault of ours."""
    plays = FaultTransport(InjectedFault("hostile", parts=lambda: parts))
    # A flood of 1xx ends by the time alone; nothing else may need it.
    timeout = 0.2 if name == "flood of 1xx" else 30
    wire = a_wire("http://of-nobody.test/x", method=chance.choice(["GET", "POST"]))
    decompresses = chance.random() < 0.8
    try:
        answer = wait(send(wire, timeout=timeout, transport=plays, decompresses=decompresses))
    except KustomerNbError as error:
        return f"{type(error).__name__} {error.diagnostics.codes[0]}"
    if len(answer.content) > LARGEST:
        return "MORE THAN IS READ"
    hide = Redactor({"$token": Secret("s3cret-token", source="test")}) if chance.random() < 0.5 else None
    response = Response.from_bytes(
        answer.status_code,
        answer.headers,
        answer.content,
        parses_json=chance.random() < 0.8,
        is_truncated=answer.is_truncated,
        decompresses=decompresses,
        redactor=hide,
    )
    tags = Tags()
    tags.feed(reporting.html(response, styled=False))
    return f"RUNS {tags.found}" if tags.found else str(answer.status_code // 100 * 100)


def peak_mb() -> float:
    """Return the most memory that this program has held; getrusage counts that of who started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1]) / 1024
            for line in status.read_text().splitlines()
            if line.startswith("VmHWM")
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int, seed: int) -> None:
    ends: dict[str, Counter[str]] = {name: Counter() for name in KINDS}
    faults: list[str] = []
    slowest: dict[str, float] = {}
    for at, (name, parts, chance) in enumerate(cases(count, seed)):
        began = time.perf_counter()
        try:
            end = tried(name, parts, chance)
        except BaseException as error:
            end = f"UNEXPECTED {type(error).__name__}: {error}"[:300]
        slowest[name] = max(slowest.get(name, 0.0), time.perf_counter() - began)
        ends[name][end] += 1
        if end[:4].isupper():
            faults.append(f"{at} {name}: {end}")
    report = {
        "count": sum(ending.total() for ending in ends.values()),
        "peak_mb": peak_mb(),
        "faults": faults,
    }
    sys.stdout.write(json.dumps({**report, "slowest": slowest, "ends": ends}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
