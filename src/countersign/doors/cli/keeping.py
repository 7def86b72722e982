# SPDX-License-Identifier: Apache-2.0
"""Verbs that keep a hub: backup, restore, how long copies of its keys may live."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import emit_json, note, say

Source = Annotated[Path, typer.Argument(help="The folder that `backup` wrote.", metavar="FOLDER")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_A_TEAM)(backup)
    app.command(rich_help_panel=FOR_A_TEAM)(restore)


def backup(
    out: Annotated[Path, typer.Option(help="A new folder for it.", metavar="FOLDER")],
    key_days: Annotated[
        int | None,
        typer.Option(help="From now on, days that a copy of the keys may live.", metavar="DAYS"),
    ] = None,
    json: Json = False,
) -> None:
    """Copy the hub and, apart, its key ring, which must die early. Never the index or the vault."""
    with home() as h:
        if key_days is not None:
            desk.set_key_days(h, key_days)
        made = desk.backup(h, out, now=now())
    if json:
        emit_json(made)
        return
    say(f"Backed up to {made.folder}.", f"已备份到 {made.folder}。")
    say(
        f"Its keys must be gone by {made.keys.dies_at:%Y-%m-%d %H:%M}Z: {made.keys.path}",
        f"其中的密钥须在 {made.keys.dies_at:%Y-%m-%d %H:%M}Z 前删除：{made.keys.path}",
    )
    for path in made.removed:
        say(f"Removed, its time was over: {path}", f"已到期删除：{path}", style="dim")
    for left in made.left:
        note(
            f"Its time is over and it is out of reach; remove it yourself: {left.path}",
            f"已到期但无法访问，请自行删除：{left.path}",
            style="yellow",
        )


def restore(
    source: Source,
    accept_older: Annotated[
        bool,
        typer.Option("--accept-older", help="Serve though a newer log was seen; goes on record."),
    ] = False,
    json: Json = False,
) -> None:
    """Bring a backup back; what was taken back since is taken back again before anything is served."""
    with home() as h:
        done = desk.restore(h, source, now=now(), accept_older=accept_older)
    if json:
        emit_json(done)
    else:
        say(
            f"Restored. {len(done.replayed)} withdrawals replayed, {done.leaves} leaves taken over.",
            f"已恢复。重放收回 {len(done.replayed)} 条，补齐日志 {done.leaves} 条。",
        )
        if done.keys == "none":
            note(
                "No copy of the keys was left: what was released must be published again.",
                "密钥已无副本：已发布的内容须由本人重新发布。",
                style="yellow",
            )
        if done.held:
            _say_held(done.held)
    if done.held:
        raise typer.Exit(1)


def _say_held(seen: int) -> None:
    say(
        f"This hub answers nothing yet: a log of {seen} leaves was seen, and it has fewer.",
        f"本机暂不提供服务：曾见过 {seen} 条的日志，而这里的更少。",
        style="bold red",
    )
    say(
        "Next: countersign withdrawals fetch URL; or restore again with --accept-older.",
        "下一步：countersign withdrawals fetch URL；或加 --accept-older 重新恢复。",
    )
