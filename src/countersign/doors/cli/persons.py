# SPDX-License-Identifier: Apache-2.0
"""Verbs for a person's own words: init, people, add, traces, distill, claims."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, next_step, note, say, t, working
from countersign.errors import BadInput

people_app = typer.Typer(
    help="Say who is who: people and their exact handles.", rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_YOU)(init)
    app.add_typer(people_app, name="people", rich_help_panel=FOR_YOU)
    people_app.callback(invoke_without_command=True)(list_people)
    people_app.command("add")(add_person)
    app.command(rich_help_panel=FOR_YOU)(add)
    app.command(rich_help_panel=FOR_YOU)(traces)
    app.command(rich_help_panel=FOR_YOU)(distill)
    app.command(rich_help_panel=FOR_YOU)(claims)


def init(json: Json = False) -> None:
    """Set up a home: vault, hub and keys. Running it again changes nothing."""
    with home() as h:
        fresh = h.create()
        protected = h.is_protected
    if fresh and not protected:
        note(
            "Warning: no passphrase was given, so the vault's key lies unprotected in"
            f" {Settings.home}/keys. Whoever can read that folder can read your vault.\n"
            "For a protected one: remove the home and run init with COUNTERSIGN_PASSPHRASE set.",
            f"警告：未设口令，保险箱密钥未加保护，存于 {Settings.home}/keys。"
            "能读该文件夹的人就能读你的保险箱。\n"
            "要加保护：删除此目录，设置 COUNTERSIGN_PASSPHRASE 后重新 init。",
            style="yellow",
        )
    if json:
        emit_json({"home": str(Settings.home), "created": fresh, "protected": protected})
        return
    say(
        f"{'Ready' if fresh else 'Already set up'}: {Settings.home}"
        " (only you can read it; nothing leaves this machine)",
        f"{'已建好' if fresh else '早已建好'}：{Settings.home}（仅你可读，内容不离开本机）",
    )
    next_step("countersign people add NAME --handle mail:you@example.org --me")


def _person(p: desk.Person) -> dict[str, Any]:
    handles = [str(h) for h in p.handles]
    return {"id": p.id, "label": p.label, "name": p.name, "me": p.me, "handles": handles}


def list_people(context: typer.Context, json: Json = False) -> None:
    """List the people this vault knows and their handles."""
    if context.invoked_subcommand:
        return
    with home() as h:
        found = desk.everybody(h)
    if json:
        emit_json([_person(p) for p in found])
        return
    for p in found:
        mine = t("  (this vault is theirs; identity: self-asserted)", "（保险箱主人；身份：自称）")
        say(f"{p.label}  {p.name}{mine if p.me else ''}")
        for handle in p.handles:
            say(f"    {handle}", style="dim")
    if not found:
        say("Nobody yet.", "还没有人。")
        next_step("countersign people add NAME --handle mail:you@example.org --me")


def add_person(
    name: Annotated[
        str, typer.Argument(help="The person's name, as it should be read.", metavar="NAME")
    ],
    handle: Annotated[
        list[str],
        typer.Option(
            help="An exact account, e.g. mail:ann@example.org; repeatable.", metavar="HANDLE"
        ),
    ] = [],  # noqa: B006 -- typer reads the default, nobody changes it
    me: Annotated[bool, typer.Option("--me", help="This is the vault's own person.")] = False,
    label: Annotated[str, typer.Option(help="A short name for commands.", metavar="LABEL")] = "",
    json: Json = False,
) -> None:
    """Add a person, or more handles to one. A handle belongs to one person, exactly."""
    with home() as h:
        p = desk.add_someone(h, name=name, handles=handle, me=me, label=label, now=now())
    if json:
        emit_json(_person(p))
        return
    say(f"{p.label}: {len(p.handles)} handle(s).", f"{p.label}：{len(p.handles)} 个账号。")
    if me:
        next_step("countersign add PATH")


def add(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Exports: files or folders.", metavar="PATH")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="mbox, slack or notes; by default told by content.", metavar="KIND"),
    ] = None,
    author: Annotated[
        str | None,
        typer.Option(help="Whose notes these are, as a handle; never assumed.", metavar="HANDLE"),
    ] = None,
    paste: Annotated[bool, typer.Option("--paste", help="Read one text from stdin.")] = False,
    json: Json = False,
) -> None:
    """Read your own exports into the vault. Adding the same again adds nothing."""
    if bool(paths) == paste:
        raise BadInput(
            "Give paths, or --paste with a text on stdin.", remedy="countersign add PATH"
        )
    with home() as h:
        if paste:
            text = sys.stdin.buffer.read().decode("utf-8", "replace") if sys.stdin else ""
            added = desk.add_paste(h, text, author=author, now=now())
        else:
            with working(t("Reading…", "读取中…")) as show:
                added = desk.add(
                    h,
                    paths or [],
                    source=source,
                    author=author,
                    now=now(),
                    progress=lambda n: show(t(f"{n:,} records…", f"已读 {n:,} 条…")),
                )
        owned = desk.has_owner(h)
    if json:
        emit_json(_totals(added))
        return
    _say_totals(added, owned)


def _totals(added: desk.Added) -> dict[str, Any]:
    kept = added.kept
    return {
        "read": kept.read,
        "own": kept.own,
        "context": kept.context,
        "skipped": dict(sorted(kept.skipped.items())),
        "rejected": kept.rejected,
        "rejects": [{"where": r.where, "why": r.why} for r in kept.rejects],
        "seconds": round(added.seconds, 3),
        "handles": [
            {"handle": str(h), "traces": n, "shown_as": kept.names.get(h, "")}
            for h, n in kept.authors.most_common(20)
        ],
    }


def _say_totals(added: desk.Added, owned: bool) -> None:
    kept = added.kept
    skipped = ", ".join(f"{reason} {n:,}" for reason, n in sorted(kept.skipped.items())) or "0"
    say(
        f"Read {kept.read:,}: {kept.own:,} your own, {kept.context:,} others' (context),"
        f" skipped {skipped}, rejected {kept.rejected:,}. {added.seconds:.1f} s.",
        f"读入 {kept.read:,} 条：本人 {kept.own:,}，他人（仅作上下文）{kept.context:,}，"
        f"跳过 {skipped}，无法读取 {kept.rejected:,}。{added.seconds:.1f} 秒。",
    )
    for reject in kept.rejects[:5]:
        say(f"  {reject.where}: {reject.why}", style="yellow")
    if kept.rejected > 5:
        say(f"  … --json lists {len(kept.rejects)}", f"  … --json 列出 {len(kept.rejects)} 条")
    if kept.own == 0 and kept.context:
        say("Which of these are you?", "哪些账号是你？")
        for handle, n in kept.authors.most_common(8):
            say(f"    {n:6,}  {handle}  {' '.join(kept.names.get(handle, '').split())}")
        next_step("countersign people add NAME --handle HANDLE --me")
    elif owned:
        next_step("countersign distill")


def traces(json: Json = False) -> None:
    """List your own traces: your words only, without what you quoted."""
    with home() as h:
        if json:
            emit_json(desk.traces(h))
            return
        for row in desk.traces(h):
            first = " ".join(str(row["text"]).split())[:100]
            say(f"{row['at'] or '          ----      '}  {row['id']}  {first}")


def distill(json: Json = False) -> None:
    """Propose claims from your own words, here on this machine, without any model."""
    with home() as h:
        with working(t("Distilling…", "提炼中…")):
            ids = desk.distill(h, now=now())
        best = desk.ranked(h)[:3]
    if json:
        emit_json({"claims": len(ids)})
        return
    say(
        f"{len(ids):,} claims proposed. Nobody sees them before you decide.",
        f"提出 {len(ids):,} 条。你决定之前，没有人能看到。",
    )
    for view in best:
        say(f"  · {view.text}")
    if ids:
        next_step("countersign review")


def claims(
    ranked: Annotated[
        bool, typer.Option("--ranked/--by-date", help="Best first, or oldest first.")
    ] = True,
    limit: Annotated[int, typer.Option(help="At most so many; 0 for all.", metavar="N")] = 0,
    json: Json = False,
) -> None:
    """List claims with their quotes, best first."""
    with home() as h:
        found = desk.ranked(h)
    if not ranked:
        found.sort(key=lambda view: (view.first_at is None, view.first_at, view.id))
    found = found[:limit] if limit else found
    if json:
        emit_json([desk.claim_value(view) for view in found])
        return
    for view in found:
        say(f"{view.id}  {view.kind}  {view.status}  ×{view.support}", style="dim")
        say(f"  {view.text}")
        for x in view.citations:
            date = x.at.date().isoformat() if x.at else "----"
            say(f"    “{' '.join(x.quote.split())}” {date} {x.locator}", style="dim")
