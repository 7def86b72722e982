"""Run `countersign` as a process of its own, without paying its imports each time.

The child is a fork of this process, in which everything is imported already: it gets its own
arguments, environment, folder and standard streams, and ends by its own exit code or signal.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.doors.cli import main

PLAIN = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"}


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended. `code` is negative for a signal that ended it."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """What was printed."""
        return self.out.decode("utf-8")

    @property
    def json(self) -> Any:
        """What was printed, as the one JSON value that it must be."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Running:
    """A run under way, in a process group of its own."""

    pid: int
    out: Any
    err: Any

    def end(self, number: int) -> Done:
        """Send a signal to it and everything it started; wait for its end."""
        os.killpg(self.pid, number)
        return self.wait()

    def wait(self) -> Done:
        """Wait for its end."""
        _, status = os.waitpid(self.pid, 0)
        self.out.seek(0)
        self.err.seek(0)
        code = os.waitstatus_to_exitcode(status)
        with self.out as out, self.err as err:
            return Done(code, out.read(), err.read().decode("utf-8", "replace"))


def start(
    *words: str | Path,
    home: Path | None = None,
    stdin: bytes | None = b"",
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    stdout: int | None = None,
    uid: int | None = None,
    first: Callable[[], None] | None = None,
) -> Running:
    """Start a run. `stdin` None means closed; `stdout` is a descriptor to write to instead.

    `first` is done in the new process before the command begins.
    """
    arguments = [*(["--home", str(home)] if home else []), *map(str, words)]
    out, err, given = (tempfile.TemporaryFile() for _ in range(3))  # noqa: SIM115 -- `wait` closes
    given.write(stdin or b"")
    given.seek(0)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        streams = (None if stdin is None else given.fileno(), stdout or out.fileno(), err.fileno())
        _be_the_command(arguments, streams, {**PLAIN, **(env or {})}, cwd, uid, first)
    _lead(pid)
    given.close()
    return Running(pid, out, err)


def _lead(pid: int) -> None:
    try:
        os.setpgid(pid, pid)
    except OSError:
        return  # it was faster


def _be_the_command(
    arguments: list[str],
    streams: tuple[int | None, int, int],
    env: dict[str, str],
    cwd: Path | None,
    uid: int | None,
    first: Callable[[], None] | None,
) -> None:
    code = 70
    try:
        for target, source in enumerate(streams):
            if source is None:
                os.close(target)
            else:
                os.dup2(source, target)
        os.closerange(3, 1024)  # a pipe's other end held here would never seem closed
        sys.stdin = None if streams[0] is None else io.TextIOWrapper(io.FileIO(0))
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w")), line_buffering=True)
        os.environ.clear()
        os.environ.update(env)
        tempfile.tempdir = None  # read anew from the environment
        os.chdir(cwd or "/")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if uid is not None:
            os.setuid(uid)
        if first is not None:
            first()
        sys.argv = ["countersign", *arguments]
        code = _exit_code(main.run)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _exit_code(run: Callable[[], None]) -> int:
    try:
        run()
    except SystemExit as e:
        return e.code if isinstance(e.code, int) else int(e.code is not None)
    return 0


def run(*words: str | Path, **how: Any) -> Done:
    """Run to the end (see `start`)."""
    return start(*words, **how).wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something that another process does has been done."""
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
