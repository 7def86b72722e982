# SPDX-License-Identifier: Apache-2.0
"""Verbs for people whose words stand beside yours: objections, and the notice to a group."""

from __future__ import annotations

from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.notices import notice_app
from countersign.doors.cli.out import Settings, emit_json, emit_text, say

objections_app = typer.Typer(
    help="People who do not want their words in your vault.", rich_markup_mode=None
)
_Account = Annotated[
    str, typer.Argument(help="Their account, for example mail:kim@example.org.", metavar="HANDLE")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(objections_app, name="objections", rich_help_panel=FOR_YOU)
    objections_app.command("add")(add)
    objections_app.command("list")(list_all)
    objections_app.command("remove")(remove)
    notice_app.command("bystanders")(bystanders)


def add(handle: _Account, json: Json = False) -> None:
    """Leave this person's words out: of every export from now on, and of what is here already."""
    with home() as h:
        gone = desk.add_objection(h, handle, now=now())
    if json:
        emit_json(gone)
        return
    say(
        f"Left out: {gone.traces} of their messages, {gone.quotes} quotes. Your own text stays.",
        f"已排除：其消息 {gone.traces} 条，引文 {gone.quotes} 处。你自己的文字保留。",
    )


def list_all(json: Json = False) -> None:
    """List who objected, and until when others' words may stay at all."""
    with home() as h:
        found, due = desk.list_objections(h), desk.context_due(h)
    if json:
        emit_json(
            {
                "objections": [{"handle": str(o.handle), "since": o.since} for o in found],
                "others_words_gone_by": due,
            }
        )
        return
    for o in found:
        say(f"{o.handle}  since {o.since.date()}", f"{o.handle}  自 {o.since.date()}")
    if not found:
        say("Nobody objected.", "没有人提出异议。")
    if due:
        say(
            f"All others' words are gone by {due:%Y-%m-%d}, 30 days after your review.",
            f"其他人的全部文字将于 {due:%Y-%m-%d} 前删除（审阅后 30 天）。",
        )


def remove(handle: _Account) -> None:
    """Take a person off the list, because they said so. What went does not come back by itself."""
    with home() as h:
        desk.remove_objection(h, handle)
    say("Off the list.", "已移出名单。")


def bystanders(json: Json = False) -> None:
    """Print a text for a group chat, to send yourself before you read the group's export."""
    with home() as h:
        text = desk.bystander_notice(h, lang=Settings.lang, now=now())
    emit_json({"text": text}) if json else emit_text(text)
