# SPDX-License-Identifier: Apache-2.0
"""The verb `monitor`: watch a hub from one's own machine."""

from __future__ import annotations

import json as json_lib
from pathlib import Path
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_CHECKERS, Json, home, now
from countersign.doors.cli.out import emit_json, say
from countersign.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(rich_help_panel=FOR_CHECKERS)(monitor)


def monitor(
    as_: Annotated[
        str, typer.Option("--as", help="Whose rights to watch; the vault's owner.", metavar="WHO")
    ] = "",
    log: Annotated[
        Path | None, typer.Option(help="Another copy of the log's folder to look at.")
    ] = None,
    receipt: Annotated[
        list[Path], typer.Option(help="A receipt that a caller kept (`ask --json`).")
    ] = [],  # noqa: B006
    line: Annotated[
        bool, typer.Option("--line", help="Print one line to compare with somebody else.")
    ] = False,
    compare: Annotated[
        str, typer.Option(help="Compare with the line of somebody else.", metavar="LINE")
    ] = "",
    check: Annotated[Path | None, typer.Option(help="Check an evidence file by itself.")] = None,
    json: Json = False,
) -> None:
    """Watch a hub: keep its checkpoints, counts and key histories, and say what does not fit."""
    with home() as h:
        if check is not None:
            say(desk.check_evidence(check, desk.log_keys(h, None)))
        elif line:
            say(desk.line_of(h))
        elif compare:
            _compared(desk.compare_line(h, compare, log_folder=log))
        else:
            receipts = [_receipt(path) for path in receipt]
            who = as_ or h.owner.label
            found = desk.monitor(h, person=who, now=now(), log_folder=log, receipts=receipts)
            _told(found, json=json)


def _receipt(path: Path) -> dict[str, Any]:
    try:
        value = json_lib.loads(path.read_bytes())
        return dict(value.get("receipt") or value)
    except (OSError, ValueError, AttributeError, TypeError) as e:
        raise BadInput(f"{path.name} is not a receipt.", why=type(e).__name__) from e


def _compared(evidence: Path | None) -> None:
    if evidence is None:
        say("You were both shown the same log.", "两人看到的是同一份日志。")
        return
    say(
        f"You were shown two different logs. The evidence: {evidence}",
        f"两人看到的是两份不同的日志。证据：{evidence}",
        style="bold red",
    )
    raise typer.Exit(1)


def _told(found: desk.Watched, *, json: bool) -> None:
    if json:
        emit_json(
            {
                "leaves": found.leaves,
                "uses": found.uses,
                "first": found.first,
                "findings": [{"kind": f.kind, "evidence": path} for f, path in found.findings],
            }
        )
    else:
        for f, path in found.findings:
            say(f.en, f.zh, style="bold red")
            say(f"  evidence: {path}", f"  证据：{path}")
        if not found.findings:
            say(
                f"All as it was kept: {found.leaves} leaves, {found.uses} uses.",
                f"与所留记录一致：{found.leaves} 条日志，{found.uses} 次使用。",
            )
        if found.first:
            say(
                "This was the first look; from now on changes show.",
                "这是第一次查看；此后的改动会被发现。",
            )
    if found.findings:
        raise typer.Exit(1)
