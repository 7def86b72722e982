# SPDX-License-Identifier: Apache-2.0
"""Verbs of a released skill for its person: publish, install, uses, statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, next_step, say
from countersign.errors import BadInput, NotAllowed


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    for verb in (publish, install, uses, statement):
        app.command(rich_help_panel=FOR_YOU)(verb)


def publish(
    name: Annotated[
        str, typer.Argument(help="The skill's name: lower-case words and hyphens.", metavar="NAME")
    ],
    agreement: Annotated[
        str, typer.Option(help="The signed agreement's or offer's id.", metavar="ID")
    ] = "",
    to_self: Annotated[
        bool, typer.Option("--to-self", help="Only for you: one signature.")
    ] = False,
    as_: Annotated[
        str, typer.Option("--as", help="skill, or document for people.", metavar="FORM")
    ] = "skill",
    title: Annotated[
        str, typer.Option(help="How the skill is called in text.", metavar="TITLE")
    ] = "",
    about: Annotated[str, typer.Option(help="One line on what it is about.", metavar="LINE")] = "",
    json: Json = False,
) -> None:
    """Release what you approved, under terms that are signed and in force."""
    if bool(agreement) == to_self or as_ not in ("skill", "document"):
        raise BadInput(
            "Say under which terms, and as what.",
            why="A release needs one agreement, and is a skill or a document.",
            remedy="countersign publish NAME --agreement A, or --to-self; --as skill|document",
        )
    with home() as h:
        under = agreement or desk.self_agreement(h, now=now())
        if as_ == "document":
            text = desk.document(
                h, agreement=under, title=title or name, lang=Settings.lang, now=now()
            )
            emit_json({"document": text}) if json else emit_text(text)
            return
        made = _published(h, name, under, title, about, to_self)
    if json:
        emit_json(made)
        return
    say(
        f"{made.skill} version {made.version}: {made.claims} claims, signed and logged.",
        f"{made.skill} 第 {made.version} 版：{made.claims} 条，已签名并入日志。",
    )
    if made.left_out:
        say(
            f"{made.left_out} approved claims are outside these terms and stay in your vault.",
            f"{made.left_out} 条已批准的不在条款范围内，留在你的保险箱。",
        )
    say(f"  {made.folder}", style="dim")
    say(f"Undo: countersign withdraw {made.skill}", f"撤销：countersign withdraw {made.skill}")
    next_step(f'countersign ask "…" --skill {made.skill}')


def _published(
    h: desk.Home, name: str, under: str, title: str, about: str, to_self: bool
) -> desk.Published:
    try:
        return desk.publish(h, name, agreement=under, title=title, about=about, now=now())
    except desk.Refused as e:
        if not (to_self and e.code == "missing-signature"):
            raise
        raise NotAllowed(
            "Your terms with yourself are not signed yet.",
            why="Even what only you use stands on a signature: it is what you take back later.",
            remedy=f"Read `countersign terms show {under}`, then"
            f" `countersign sign {under} --as {h.owner.label}`, and publish again.",
        ) from e


def install(
    name: Annotated[str, typer.Argument(help="The skill's name.", metavar="NAME")],
    host: Annotated[str, typer.Option(help="claude-code or agents.", metavar="HOST")] = "agents",
    scope: Annotated[str, typer.Option(help="project or user.", metavar="SCOPE")] = "project",
    project: Annotated[Path, typer.Option(help="The project's folder.", metavar="FOLDER")] = Path(),
    json: Json = False,
) -> None:
    """Install a skill where an agent host finds it; the copy is recorded and taken back with it."""
    if scope not in ("project", "user"):
        raise BadInput(f"'{scope}' is not a scope.", remedy="Use project or user.")
    base = project if scope == "project" else Path.home()
    with home(private=False) as h:
        made = desk.install_skill(h, name, host=host, base=base, actor="", now=now())
    if json:
        emit_json({"path": str(made.path), "host": made.host, "status": made.status})
        return
    say(f"Installed: {made.path}", f"已安装：{made.path}")
    say(f"Undo: countersign withdraw {name}", f"撤销：countersign withdraw {name}")


def uses(
    skill: Annotated[str | None, typer.Option(help="Only of this skill.", metavar="SKILL")] = None,
    json: Json = False,
) -> None:
    """See how your skills were used: topics, time, claims. Never by whom, never the question."""
    with home() as h:
        found = desk.uses(h, skill=skill)
    if json:
        emit_json(found)
        return
    for use in found:
        money = f"  {use.amount} {use.currency}" if use.amount else ""
        say(f"{use.at:%Y-%m-%d %H:%M}Z  {use.skill} #{use.number}  {use.purpose}{money}")
        topics, n = ", ".join(use.topics) or "—", len(use.claims)
        say(
            f"    {topics}  ({n} {'claim' if n == 1 else 'claims'})",
            f"    {topics}（{n} 条）",
            style="dim",
        )
        for what, said in use.told.items():  # only what the caller ticked
            say(f"    {what}: {said}", style="dim")
    if not found:
        say("No uses yet.", "还没有使用。")


def statement(
    month: Annotated[str, typer.Argument(help="A month that is over.", metavar="2026-11")],
    of: Annotated[
        str, typer.Option(help="Whose, where this home has no vault.", metavar="PERSON")
    ] = "",
    json: Json = False,
) -> None:
    """Get the signed statement of a month: answers, purposes, refusals and what is owed for them.
    It is made once and stands in the log; asked for again, it is held against the receipts."""
    with home() as h:
        made = desk.usage_statement(h, of or h.owner.label, month, now=now())
    if json:
        emit_json(made.envelope.to_value())
        return
    for line in made.lines:
        owed = ", ".join(f"{n // 100}.{n % 100:02} {c}" for c, n in line.owed.items()) or "—"
        refused = ", ".join(f"{why} {n}" for why, n in line.refused.items()) or "—"
        say(
            f"{line.agreement}  {line.answers} answers  owed {owed}  refused {refused}",
            f"{line.agreement}  回答 {line.answers} 次  应付 {owed}  拒绝 {refused}",
        )
        say("    " + ", ".join(f"{p} {n}" for p, n in line.purposes.items()), style="dim")
    if not made.lines:
        say("Nothing was asked in that month.", "该月没有提问。")
    say(f"Record: {made.envelope.digest}", f"记录：{made.envelope.digest}", style="dim")
