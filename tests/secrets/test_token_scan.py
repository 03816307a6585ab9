"""The tokens of a text after an edit are those that are found when all of it is searched."""

import json
import os
import random

import pytest

from kustomer_nb.secrets.token_scan import TokenScan
from kustomer_nb.secrets.token_shapes import SHAPES, tokens_in
from tests.jsontext.mutations import FILES
from tests.work import SLOW, count_calls

SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20260131"))
EDITS = int(os.environ.get("KUSTOMER_NB_FUZZ", "12000" if SLOW else "300"))
KEY = "-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEAx3Zk8Jm5\\nq2VdX9t0\\n-----END RSA PRIVATE KEY-----"
TOKENS = [
    'authorization: "Bearer 9f8e7d6c5b4a39281706"',
    '"authorization"\n:\n\n"Bearer\n 9f8e7d6c5b4a39281706"',
    '"x-api-key": "sk_live_51H8xY2eZvKYlo2C"',
    "https://shop:hunter2@api.shop.com/",
    "https://aB3dE5gH7jK9mN1pQ2rS@api.shop.com/",
    '"password"\n\n   :\n\t"pa55w0rd"',
    "pwd='x1y2'",
    "?token=9f8e7d6c5b4a3928",
    '"type": "secret",\n "description": "words",\n "defaultValue": "correct-horse"',
    '"defaultValue": "correct horse battery",\n "type": "secret"',
    "api_key = aB3dE5gH7jK9mN1p",
    KEY,
    KEY.replace("\\n", "\n"),
    "token  eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
]
PIECES = [*TOKENS, *TOKENS, *'"\n :={}\\x9', "\n\n\n", "   ", "Bearer ", '": "', "\r\n", "secret", "type"]


def typed(chance, text):
    """Return a text after something was typed, pasted or deleted in it, mostly near the last edit."""
    start = min(len(text), max(0, int(chance.gauss(len(text) / 2, len(text) / 6))))
    end = min(len(text), start + chance.choice([0, 0, 0, 1, 1, 3, 30, 200]))
    copied = chance.randrange(len(text) + 1)
    pasted = text[copied : copied + chance.choice([5, 40, 200])]
    inserted = chance.choice([*PIECES, "", "", "", pasted, pasted[: len(pasted) // 2]])
    return text[:start] + inserted + text[end:]


def texts():
    for path in FILES:
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.name)
    app = json.loads(FILES[0].read_text(encoding="utf-8"))
    yield pytest.param(json.dumps(app), id="one line")
    yield pytest.param("\n".join(TOKENS * 12), id="tokens")
    yield pytest.param("\n\n \t\n".join(TOKENS * 6), id="empty lines")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("text", list(texts()))
def test_the_tokens_after_an_edit_are_those_of_the_whole_text(text):
    chance, scan, seen = random.Random(SEED), TokenScan.of(text), 0

    for _ in range(EDITS):
        scan = scan.after(typed(chance, scan.text))

        tokens = list(scan.tokens())
        assert tokens == list(tokens_in(scan.text))
        seen += len(tokens)
        if len(scan.text) > 3 * len(text) + 5000:
            scan = scan.after(text)
    assert seen > EDITS / 2


def test_a_key_searches_only_what_is_near_it():
    action = json.dumps(json.loads(FILES[0].read_text(encoding="utf-8")), indent=2)

    def key_typed(actions):
        scan = TokenScan.of(action * actions)
        middle = len(action) * (actions // 2) + 100
        text = f"{scan.text[:middle]}x{scan.text[middle:]}"
        return count_calls(lambda: scan.after(text))

    key_typed(2)
    matches = sum(1 for shape in SHAPES for _ in shape.pattern.finditer(action))

    # Those below are moved, without a call for each.
    assert key_typed(40) - key_typed(20) < matches
