"""Lets Node evaluate a module in a process of its own: without settings and network, for a few seconds.

The process gets no environment variables. It reads only the files of the project, but none whose name begins
with a dot and no ``kustomer-nb.toml``, and it writes nothing.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from kustomer_nb.definition.evaluated import Evaluation
from kustomer_nb.on_windows import ON_WINDOWS

from .programs import find_program

TIME_LIMIT = 10.0
# Characters of JSON, and bytes of output in all: a module may print as well.
MOST_CHARACTERS = 2_000_000
MOST_BYTES = 16_000_000
MEMORY = 256
# Node 20 is the first version that can restrict which files a process reads.
OLDEST = (20, 0)
_PERMISSION = (22, 13)
_SCRIPT = Path(__file__).with_name("evaluate.mjs")
_VERSION = re.compile(r"v(\d+)\.(\d+)")
_SETTINGS_FILE = "kustomer-nb.toml"
# Folders of a larger project are not searched for files to leave out; its modules are not evaluated.
_MOST_ENTRIES = 20_000


def evaluate(path: Path, text: str, root: Path) -> Evaluation:
    """Return what a module exports by default, or why Node cannot tell.

    ``text`` is the text of the file at ``path``, with changes that are not saved yet.
    """
    node = find_program("node")
    if node is None:
        return Evaluation(problem="there is no `node` on the PATH", fix="install Node 20 or newer")
    version = _version_of(node)
    if version < OLDEST:
        problem = f"Node {version[0]}.{version[1]} cannot restrict which files a module reads"
        return Evaluation(problem=problem, fix="install Node 20 or newer")
    try:
        granted = list(_readable(root))
    except OverflowError:
        problem = f"the project has more than {_MOST_ENTRIES} files and folders"
        return Evaluation(
            problem=problem, fix="move the definition to a smaller folder with its own kustomer-nb.toml"
        )
    flag = "--permission" if version >= _PERMISSION else "--experimental-permission"
    reads = [f"--allow-fs-read={name}" for name in (_SCRIPT, *granted)]
    limits = [f"--max-old-space-size={MEMORY}", "--experimental-vm-modules", "--no-warnings"]
    answer = secrets.token_hex(16)
    question = {"path": os.path.abspath(path), "text": text, "answer": answer, "most": MOST_CHARACTERS}  # noqa: PTH100
    output, problem = _run([node, flag, *reads, *limits, str(_SCRIPT)], json.dumps(question), root)
    return Evaluation(problem=problem) if problem else _answer(output, answer, version)


def _answer(output: str, answer: str, version: tuple[int, int]) -> Evaluation:
    lines = [line.removeprefix(answer) for line in output.split("\n") if line.startswith(answer)]
    if not lines:
        return Evaluation(problem="Node ended before the module was evaluated")
    result: dict[str, Any] = json.loads(lines[-1])
    if result.get("error", "").endswith("TYPESCRIPT"):
        problem = f"Node {version[0]}.{version[1]} cannot evaluate TypeScript"
        return Evaluation(problem=problem, fix="install Node 22.13 or newer, or load the compiled JavaScript")
    if "error" in result:
        return Evaluation(problem=f"the module failed: {' '.join(result['error'].split())}")
    return Evaluation(value=json.loads(result["json"]))


def _version_of(node: str) -> tuple[int, int]:
    try:
        done = subprocess.run(  # noqa: S603 - the node on the PATH, with a constant argument
            [node, "--version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME_LIMIT,
            env=_environment(),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return 0, 0
    match = _VERSION.match(done.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _environment() -> dict[str, str]:
    # Windows starts no program without it.
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if ON_WINDOWS and name in os.environ}


def _is_kept_back(entry: os.DirEntry[str]) -> bool:
    """Return whether a module has no business with a file: one that may have secrets, or leads elsewhere."""
    return entry.name.startswith(".") or entry.name == _SETTINGS_FILE or entry.is_symlink()


def _readable(folder: Path, left: list[int] | None = None) -> Iterator[str]:
    """Yield the files and folders that a module may read: no hidden ones, no links, not the settings.

    Raises:
        OverflowError: there are too many.
    """
    left = left or [_MOST_ENTRIES]
    for entry in os.scandir(folder):
        left[0] -= 1
        if left[0] < 0:
            raise OverflowError
        if _is_kept_back(entry):
            continue
        if entry.name == "node_modules":
            yield f"{entry.path}{os.sep}*"
        elif entry.is_dir():
            yield from _readable(Path(entry.path), left)
        else:
            yield entry.path


def _run(command: list[str], question: str, root: Path) -> tuple[str, str]:
    """Return what a process prints, and why it was stopped; empty if it was not."""
    # Files, not pipes: nothing has to be read while it runs, and a size can be asked for.
    with tempfile.TemporaryFile() as question_file, tempfile.TemporaryFile() as output:
        question_file.write(question.encode("utf-8", "surrogatepass"))
        question_file.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - without a shell; the text of the module is not an argument
                command,
                stdin=question_file,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=root,
            )
        except OSError as error:
            return "", f"Node cannot be started: {error.strerror}"
        try:
            problem = _wait(process, output)
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        return output.read(MOST_BYTES).decode("utf-8", "replace"), problem


def _wait(process: subprocess.Popen[bytes], output: IO[bytes]) -> str:
    deadline = time.monotonic() + TIME_LIMIT
    while process.poll() is None:
        if time.monotonic() > deadline:
            return f"the module takes more than {TIME_LIMIT:g} seconds"
        if os.fstat(output.fileno()).st_size > MOST_BYTES:
            return f"the module prints more than {MOST_BYTES} bytes"
        time.sleep(0.01)
    return ""
