# SPDX-License-Identifier: Apache-2.0
"""What the command line prints: JSON alone on stdout, or calm text in the reader's language."""

from __future__ import annotations

import dataclasses
import json
import locale
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.text import Text


def reader_gone() -> NoReturn:
    """End this run: who read our output went away (`| head`), and that is their right."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """End as any reader's leaving ends us."""
        reader_gone()


out = _Output(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Settings:
    """What the options before the verb set, once a process."""

    home: Path = Path(".countersign")
    passphrase_file: Path | None = None
    lang: str = "en"
    text_lang: str = "en"


def choose_lang(asked: str | None) -> str:
    """Return `zh` or `en`: what was asked for, else the locale's."""
    if asked in ("en", "zh"):
        return asked
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    named = named or locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def t(en: str, zh: str) -> str:
    """Return the text in the reader's language."""
    return zh if Settings.lang == "zh" else en


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: dataclasses as objects, times as RFC 3339 UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def emit_json(value: Any) -> None:
    """Print `value` as JSON, alone on stdout."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=1)
    # A lone surrogate of a broken export must not end the listing of all others.
    _write(text.encode("utf-8", "backslashreplace") + b"\n")


def emit_text(text: str) -> None:
    """Print a text as it is meant for a file, with nothing in it that could steer a terminal."""
    _write(harmless(text).encode("utf-8", "backslashreplace"))


def _write(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        reader_gone()


def harmless(text: str) -> str:
    """Return text that cannot steer a terminal: control and bidi signs are shown as escapes."""
    return "".join(_shown(c) if not c.isprintable() else c for c in text)


def _shown(c: str) -> str:
    if c in "\n\t" or unicodedata.category(c) == "Zs":
        return c
    return c.encode("unicode_escape").decode("ascii")


def say(en: str, zh: str | None = None, *, style: str = "") -> None:
    """Print one line of text to stdout; what it carries is shown as it is, never as markup."""
    out.print(Text(harmless(t(en, zh) if zh is not None else en), style=style))


def note(en: str, zh: str | None = None, *, style: str = "dim") -> None:
    """Print a line to stderr: progress, warnings, what to do next."""
    err.print(Text(harmless(t(en, zh) if zh is not None else en), style=style))


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show at a terminal what is going on, on one line that is gone at the end.

    Without a thread of its own, unlike a spinner: what runs meanwhile forks its workers only where
    there is no other thread.
    """

    def show(said: str) -> None:
        if err.is_terminal:
            err.file.write(f"\r\x1b[2K{said}")
            err.file.flush()

    show(text)
    try:
        yield show
    finally:
        show("")


def next_step(command: str) -> None:
    """Print the one next command."""
    say("")
    say(f"Next: {command}", f"下一步：{command}", style="bold")


def fail(what: str, why: str = "", remedy: str = "") -> None:
    """Print an error as three short lines on stderr."""
    err.print(Text(harmless(what), style="bold red"))
    for line in (why, remedy):
        if line:
            err.print(Text(harmless(line)))


def may_prompt() -> bool:
    """Tell whether a person sits at the terminal; with stdin closed no verb ever prompts."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
