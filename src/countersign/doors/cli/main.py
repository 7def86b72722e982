# SPDX-License-Identifier: Apache-2.0
"""`countersign`: options that hold for every verb, and how a run ends (0 ok, 1 refused or not
verified, 2 usage or not found, 3 bad input, 130 interrupted)."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from countersign import __version__
from countersign.doors.cli import (
    asking,
    bystanders,
    checks,
    codes,
    floors,
    identities,
    keeping,
    logs,
    monitors,
    notices,
    pauses,
    persons,
    records,
    replies,
    reviews,
    riders,
    serving,
    skills,
    takebacks,
    teams,
    texts,
    together,
)
from countersign.doors.cli.out import Settings, choose_lang, fail, reader_gone, t
from countersign.doors.cli.verbs import Verbs
from countersign.errors import CountersignError

app = typer.Typer(
    name="countersign",
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Turns what a person knows at work into agent skills, on terms that the person signed."
    " 没有会签，不成技能。",
    epilog="Begin with: countersign start PATH --try  (shows your ten best claims, keeps nothing)",
)
for room in (
    persons,
    identities,
    reviews,
    skills,
    takebacks,
    codes,
    keeping,
    asking,
    together,
    replies,
    serving,
    teams,
    texts,
    checks,
    logs,
    monitors,
    records,
    riders,
    floors,
    notices,
    pauses,
    bystanders,
):
    room.add_to(app)

_EVERYWHERE = ("--home", "--passphrase-file", "--lang")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"countersign {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    home: Annotated[
        Path | None,
        typer.Option(help="Where all is kept; else $COUNTERSIGN_HOME, else ./.countersign."),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            help="A file whose first line is the passphrase; else $COUNTERSIGN_PASSPHRASE."
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            help="en or zh; by default the locale's. `terms template` also knows de.",
            metavar="LANG",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version  # its callback has printed it and left
    Settings.home = home or Path(os.environ.get("COUNTERSIGN_HOME") or ".countersign")
    Settings.passphrase_file = passphrase_file
    if lang not in (None, "en", "zh", "de"):
        raise typer.BadParameter("en or zh", param_hint="--lang")
    # What only some templates have: the rest of the command line then speaks English.
    Settings.lang = "en" if lang == "de" else choose_lang(lang)
    Settings.text_lang = lang or Settings.lang


def _hoist(arguments: list[str]) -> list[str]:
    """Move the options that hold for every verb to the front, so that their place is free."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in _EVERYWHERE:
            front += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        elif word.startswith(tuple(f"{name}=" for name in _EVERYWHERE)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


class _Stopped(BaseException):
    """Somebody ended this run by a signal. No library below may take it for an error of its own."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def _stop(number: int, _frame: object) -> None:
    for each in _STOPPING:  # a second Ctrl-C must not interrupt the clearing up
        signal.signal(each, signal.SIG_IGN)
    raise _Stopped(number)


_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _listen() -> None:
    """Let signals end a run in order, and let no locale keep a text from being printed."""
    for number in _STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` asked for that
            signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _end(verbs: typer.Typer, arguments: list[str]) -> None:
    """Run a verb; what it printed is out before it counts as done."""
    try:
        verbs(args=arguments)
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            reader_gone()


def run() -> None:
    """Run the command line and leave with its exit code."""
    try:
        _listen()
        _end(app, _hoist(sys.argv[1:]))
    except CountersignError as e:
        zh = getattr(e, "zh", "")  # refusals carry a line in Chinese, which says all three
        if zh and Settings.lang == "zh":
            fail(zh, remedy="\n".join(re.findall(r"`(countersign [^`]+)`", e.remedy)))
        else:
            fail(e.what, e.why, e.remedy)
        sys.exit(e.exit_code)
    except _Stopped as e:
        fail(
            t("Stopped.", "已停止。"),
            t("What was finished stays; nothing is half done.", "已完成的保留，没有做到一半的。"),
            t("Run the same command again to go on.", "再次运行同一命令即可继续。"),
        )
        sys.exit(e.exit_code)
    except Exception as e:
        if os.environ.get("COUNTERSIGN_DEBUG"):
            raise
        at = traceback.extract_tb(e.__traceback__)[-1]
        fail(
            t("Something broke inside countersign.", "countersign 内部出错。"),
            # The message itself may hold somebody's words, so only its kind and place are shown.
            f"{type(e).__name__}, {Path(at.filename).name} line {at.lineno}",
            t("Please report this; what was finished stays.", "请报告此错误；已完成的部分保留。"),
        )
        sys.exit(1)
