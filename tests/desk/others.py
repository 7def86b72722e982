"""Start real other processes on a home, and talk with them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Asker:
    """Another process that holds a home open (see `asker.py`)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def send(self, question: str) -> None:
        """Ask without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, question: str) -> dict[str, Any]:
        """Ask and wait."""
        self.send(question)
        return self.hear()


@contextmanager
def asker(home: Path, name: str = "other") -> Iterator[Asker]:
    """Start another process on `home`; it has opened everything when the block begins."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desk.asker", str(home), name],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Asker(process)
        finally:
            process.kill()
