"""Whole runs beside the npm packages the platform is believed to be made of: what is sent, told and put out."""

import os
from collections import deque

import pytest

import kustomer_nb as knb
from tests.samples import RawServer

from .conftest import started
from .runtime_cases import AUTHORED, FIELDS, GONE, Cases

pytestmark = pytest.mark.node
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "2000"))


class Bench:
    """One server for both sides: what it is sent is kept, and answered as a case says."""

    def __init__(self):
        self._answers = deque()
        self.server = RawServer(iter(self._next, None))

    def _next(self):
        return [self._answers.popleft()] if self._answers else ()

    @property
    def url(self):
        return self.server.url

    def heard(self, case, run):
        """Return what a run comes to, with every request it sent."""
        self._answers.clear()
        self._answers.extend(case.answers)
        self.server.received.clear()
        return run(case), [parsed(one) for one in self.server.received]


def parsed(received):
    head, _, body = received.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    headers = [line.split(b":", 1) for line in lines]
    named = [(name.lower(), value.strip(b" \t")) for name, value in headers]
    return line, [one for one in named if one[0] not in (b"host", b"connection")], body


def ours(case):
    hosts = {} if case.hosts is None else {case.hosts: case.base}
    try:
        run = knb.load(case.app).action().run(
            case.inputs,
            settings=case.settings,
            hosts=hosts,
            steps=case.steps,
            platform=knb.Platform(env=case.env, string_qs_is_query=not case.spread),
            allow_missing={*FIELDS, GONE, "id"},
        )
    except knb.InputError:
        return {"rejected": True}
    except knb.KustomerNbError as error:
        return {"error": str(error)}
    return {"response": run.response.to_json(), "output": run.output}
