"""Saves a definition from processes of their own: several at once, or killed while they do."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from kustomer_nb import load
from kustomer_nb.app import App
from kustomer_nb.errors import SaveError
from kustomer_nb.storage.definitions import save_document

LONGEST = 0.06
MOST_ROUNDS = 10


def compete(path: Path, new: Path | None, count: int) -> None:
    """Let processes that loaded the same text save another change each at once; tell what came of it."""
    loaded, reported = os.pipe(), os.pipe()
    go = os.pipe()
    children = []
    for _ in range(count):
        child = os.fork()
        if not child:
            os.close(go[1])
            app = load(path)
            # Unlike any text that was there before: an unchanged text may be saved by several.
            app.edit("/version", f"2.0.{os.getpid()}")
            os.write(loaded[1], b".")
            # All wait for the one end that is closed.
            os.read(go[0], 1)
            os.write(reported[1], f"{outcome(app, new)}\n".encode())
            os._exit(0)
        children.append(child)
    for _ in children:
        os.read(loaded[0], 1)
    os.close(go[1])
    for child in children:
        os.waitpid(child, 0)
    sys.stdout.write(json.dumps(Counter(os.read(reported[0], 65536).decode().split())))


def outcome(app: App, new: Path | None) -> str:
    try:
        app.save(new)
    except SaveError as error:
        return ",".join(error.diagnostics.codes)
    return "saved"


def save_for_ever(path: Path, size: int, begun: int) -> None:
    """Save two texts in turns. They are made before: nearly all of the time goes into saving."""
    app = load(path)
    saved = app.document
    documents = []
    for letter in "xy":
        app.edit("/title", letter * size)
        documents.append(app.document)
    while True:
        os.write(begun, b".")
        for document in documents:
            saved = save_document(replace(document, path=saved.path, file=saved.file))


def killed_once(path: Path, size: int, seconds: float) -> None:
    begun = os.pipe()
    child = os.fork()
    if not child:
        try:
            save_for_ever(path, size, begun[1])
        finally:
            os._exit(1)
    # However busy the machine is, it is killed while it saves.
    os.read(begun[0], 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    for end in begun:
        os.close(end)


def kill(path: Path, kills: int, seed: int) -> None:
    """Kill savers; tell what stands beside the definition, what it held, and how many drafts were left."""
    random = Random(seed)
    names: set[str] = set()
    titles: set[str] = set()
    load(path).save()
    drafts: set[str] = set()
    # Go on until some were killed in the middle of it, but not for ever.
    for at in range(kills * MOST_ROUNDS):
        if at >= kills and drafts and titles != {"z"}:
            break
        killed_once(path, 200_000, random.uniform(0.002, LONGEST))
        names |= {entry.name for entry in path.parent.iterdir()}
        titles.add("".join(sorted(set(json.loads(path.read_text())["title"]))))
        drafts |= {file.name for file in (path.parent / ".kustomer-nb").iterdir() if file.suffix == ".tmp"}
    sys.stdout.write(json.dumps({"names": sorted(names), "titles": sorted(titles), "drafts": len(drafts)}))


if __name__ == "__main__":
    if sys.argv[1] == "compete":
        compete(Path(sys.argv[2]), Path(sys.argv[4]) if sys.argv[4:] else None, int(sys.argv[3]))
    else:
        kill(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
