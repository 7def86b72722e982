# SPDX-License-Identifier: Apache-2.0
"""Verbs for checkers: verify a package, look for residue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_CHECKERS, Json, home, now
from countersign.doors.cli.out import emit_json, next_step, say
from countersign.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_CHECKERS)(verify)
    app.command(rich_help_panel=FOR_CHECKERS)(residue)


def show_steps(steps: list[desk.Step], json: bool) -> None:
    """Show numbered steps and whether all passed; exit 1 if not."""
    good = bool(steps) and all(s.passed for s in steps)
    if json:
        emit_json({"verified": good, "steps": steps})
    else:
        for s in steps:
            untried = not s.passed and s.detail.startswith("Not tried")
            mark, style = ("✓", "green") if s.passed else ("✗", "bold red")
            if untried:
                mark, style = "·", "dim"
            say(f"{s.number:2}. {mark} {s.name}", style=style)
            if s.detail and not untried:
                say(f"      {s.detail}", style="dim")
        if any(s.detail.startswith("Not tried") for s in steps):
            say("· not tried, because a step before it failed", "· 未检验，因为前面的步骤未通过")
        say(
            "Verified." if good else "NOT VERIFIED.",
            "验证通过。" if good else "未通过验证。",
            style="bold green" if good else "bold red",
        )
    if not good:
        raise typer.Exit(1)


def verify(
    path: Annotated[
        Path,
        typer.Argument(help="A skill's folder, a log's folder, or any one file.", metavar="PATH"),
    ],
    trust: Annotated[
        Path | None, typer.Option(help="Trusted keys; default the home's.", metavar="FILE")
    ] = None,
    beside: Annotated[
        list[Path],
        typer.Option("--with", help="What it builds on: a record, text or proof.", metavar="FILE"),
    ] = [],  # noqa: B006
    withdrawals: Annotated[
        list[Path],
        typer.Option(help="A withdrawal file, or a folder of them, to heed.", metavar="PATH"),
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Verify a package, a log, or one signed file of any kind, offline, with only trust.json."""
    with home() as h:
        steps = desk.verify_any(
            h, path, trust=trust, now=now(), beside=beside, withdrawals=withdrawals
        )
    show_steps(steps, json)


def residue(
    text: Annotated[
        Path | None,
        typer.Option(help="A file with further texts to look for, one a line.", metavar="FILE"),
    ] = None,
    place: Annotated[
        list[Path], typer.Option(help="A further folder to look in.", metavar="FOLDER")
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Look for what was taken back: texts, keys, index tokens, copies. Exit 1 if any is found."""
    extra = []
    if text is not None:
        if not text.is_file():
            raise BadInput("The file of texts cannot be read.", remedy="Give a UTF-8 text file.")
        extra = [x for x in text.read_text("utf-8", "replace").splitlines() if x.strip()]
    with home() as h:
        report = desk.residue(h, extra=extra, places=place)
    if json:
        emit_json(report)
    else:
        say(
            f"Looked for {report.texts} texts in {len(report.looked_in)} places:"
            f" {len(report.found)} found.",
            f"在 {len(report.looked_in)} 处查找 {report.texts} 条文本：发现 {len(report.found)} 处。",
            style="bold green" if not report.found else "bold red",
        )
        for r in report.found[:40]:
            say(f"  {r.form}: {r.where}  ({r.ref})", style="red")
        for kept in report.kept:
            say(f"  yours, kept: {kept}", f"  属于你，保留：{kept}", style="dim")
        if report.unfinished:
            say("An erasure is not finished.", "有删除尚未完成。", style="yellow")
            next_step("countersign withdraw NAME")
    if report.found or report.unfinished:
        raise typer.Exit(1)
