# SPDX-License-Identifier: Apache-2.0
"""The code on paper that can only stop: shown once, as text and as a QR."""

from __future__ import annotations

from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import emit_json, say


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command(rich_help_panel=FOR_YOU)(code)


def code(
    agreement: Annotated[str, typer.Argument(help="The agreement's id.", metavar="AGREEMENT")],
    json: Json = False,
) -> None:
    """Print one more code for paper that can only suspend or take back. It is shown once."""
    with home() as h:
        made = desk.another_code(h, agreement, now=now())
    if json:
        emit_json({"agreement": agreement, "take_back_code": made})
        return
    show_code(made)


def show_code(made: str) -> None:
    """Show a code once: it is stored nowhere, so it is written down or printed now."""
    say("Your take-back code, shown this once:", "你的收回码，只显示这一次：")
    say(f"    {made}", style="bold")
    for line in desk.code_picture(made):
        say(f"    {line}", style="black on white")
    say(
        "Write it down. Whoever has it can only stop this: countersign withdraw --code CODE",
        "请抄下来。持有此码只能让它停止：countersign withdraw --code CODE",
    )
