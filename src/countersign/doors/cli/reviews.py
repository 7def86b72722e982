# SPDX-License-Identifier: Apache-2.0
"""Verbs around deciding: review a round in the editor or from a file, and `start`."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import (
    Settings,
    emit_json,
    emit_text,
    err,
    fail,
    may_prompt,
    next_step,
    note,
    say,
    t,
    working,
)
from countersign.errors import BadInput, NotAllowed, Unavailable


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_YOU)(start)
    app.command(rich_help_panel=FOR_YOU)(review)


def review(
    from_: Annotated[
        str | None,
        typer.Option("--from", help="A file of decisions, or - for stdin.", metavar="FILE"),
    ] = None,
    show: Annotated[
        bool, typer.Option("--print", help="Print the round and decide nothing.")
    ] = False,
    size: Annotated[
        int, typer.Option(help="Claims in this round.", metavar="N", min=1, max=200)
    ] = desk.ROUND,
    json: Json = False,
) -> None:
    """Decide on the next 20 claims (about 8 minutes), in your editor or from a file."""
    with home() as h:
        waiting = desk.next_round(h, size=size)
        if show:
            _print_round(waiting, json)
            return
        if from_ is None and not waiting:
            _nothing_waits(json)
            return
        if from_ is None:
            decisions = _decide_in_editor(h, desk.write_todo(waiting))
        else:
            decisions = desk.read_round(h, _read(from_))
        sheet = desk.apply_round(h, decisions, now=now())
        left = len([v for v in desk.ranked(h) if v.status == "proposed"])
    _say_decided(decisions, sheet.digest, left, json)


def _print_round(waiting: list[desk.ClaimView], json: bool) -> None:
    if json:
        emit_json([desk.claim_value(view) for view in waiting])
    else:
        emit_text(desk.write_todo(waiting))


def _nothing_waits(json: bool) -> None:
    if json:
        emit_json({"decided": {}, "sheet": None, "left": 0})
    else:
        say("Nothing waits for a decision.", "没有待决定的条目。")


def _say_decided(decisions: tuple[desk.Decision, ...], sheet: str, left: int, json: bool) -> None:
    counts = Counter(d.verdict.value for d in decisions)
    if json:
        emit_json({"decided": dict(sorted(counts.items())), "sheet": sheet, "left": left})
        return
    said = ", ".join(f"{verdict} {n}" for verdict, n in sorted(counts.items()))
    say(
        f"Decided: {said}. Signed on sheet {sheet[:12]}.",
        f"已决定：{said}。签于 {sheet[:12]}。",
    )
    say(
        f"{left:,} claims are left. To change one, review it again with --from.",
        f"还剩 {left:,} 条。要改某条，可用 --from 再审一次。",
    )
    next_step("countersign review" if left else "countersign publish NAME --to-self")


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(
            "The file of decisions cannot be read.",
            why=type(e).__name__,
            remedy="Give a UTF-8 text file as `countersign review --print` writes it, or JSON.",
        ) from e


def _decide_in_editor(h: desk.Home, todo: str) -> tuple[desk.Decision, ...]:
    """Let the person edit the round in a private folder; a slip costs no minute of their work."""
    if not may_prompt():
        raise Unavailable(
            "There is no terminal to open an editor in.",
            why="stdin is not a terminal, and no verb waits for answers that cannot come.",
            remedy="countersign review --print > round.txt, edit it, then review --from round.txt",
        )
    with h.run_folder() as folder:
        path = folder / "round.txt"
        path.touch(mode=0o600)
        path.write_text(todo, encoding="utf-8")
        while True:
            try:
                return desk.read_round(h, _edited(path))
            except BadInput as e:
                fail(e.what, e.why, e.remedy)
                again = t("Open the editor again?", "重新打开编辑器？")
                if not typer.confirm(again, default=True, err=True):
                    raise


def _edited(path: Path) -> str:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    # Ctrl-C inside the editor is the editor's own. A handler, unlike ignoring, is not inherited.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603 -- the person's own editor
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as e:
        raise Unavailable(
            f"The editor '{editor}' could not be used.",
            why=type(e).__name__,
            remedy="Set EDITOR, or use `countersign review --print` and `--from`.",
        ) from e
    finally:
        signal.signal(signal.SIGINT, before)
    if done.returncode:
        raise NotAllowed("The editor ended with an error; nothing was decided.")
    return text


_TEN = 10


def start(
    path: Annotated[
        Path | None, typer.Argument(help="Where your words are: an export.", metavar="PATH")
    ] = None,
    try_: Annotated[
        bool, typer.Option("--try", help="Keep nothing on disk: everything is gone at the end.")
    ] = False,
    me: Annotated[
        list[str],
        typer.Option(
            "--me", help="Your handle in it, e.g. mail:you@example.org.", metavar="HANDLE"
        ),
    ] = [],  # noqa: B006
    name: Annotated[
        str, typer.Option(help="Your name, as it should be read.", metavar="NAME")
    ] = "",
    purpose: Annotated[str, typer.Option("--for", help="self or team.", metavar="WHOM")] = "",
    json: Json = False,
) -> None:
    """Three questions, then your ten best claims with their quotes. Nothing is signed."""
    path = path or Path(
        _ask(t("Where are your words? (a file or folder)", "你的文字在哪里？（文件或文件夹）"))
    )
    if try_:
        with desk.passing_home() as h:
            _start(h, path, me, name, purpose, json, trying=True)
    else:
        with home() as h:
            h.create()
            _start(h, path, me, name, purpose, json, trying=False)


def _ask(question: str, default: str = "") -> str:
    if not may_prompt():
        raise BadInput(
            "A needed answer is missing and nobody can be asked.",
            why="stdin is not a terminal.",
            remedy="countersign start PATH --me mail:you@example.org --for self",
        )
    return str(typer.prompt(question, default=default or None, err=True)).strip()


def _start(
    h: desk.Home, path: Path, me: list[str], name: str, purpose: str, json: bool, *, trying: bool
) -> None:
    with working(t("Reading…", "读取中…")):
        added = desk.add(h, [path], source=None, author=None, now=now())
    handles = me or _choose(h, added)
    if handles:
        known = h.owner.name if desk.has_owner(h) else ""
        shown = name or known or handles[0].partition(":")[2].partition("@")[0]
        desk.name_owner(h, name=shown, handles=handles, now=now())
    elif added.kept.context and not added.kept.own:
        _nothing_of_yours(added, h.owner.name)
    purpose = purpose or (_ask_purpose() if may_prompt() else "self")
    with working(t("Distilling…", "提炼中…")):
        desk.distill(h, now=now())
    best = desk.ranked(h)[:_TEN]
    if json:
        emit_json({"claims": [desk.claim_value(v) for v in best]})
    else:
        _show_ten(best)
        _after(path, handles, purpose, trying)


def _nothing_of_yours(added: desk.Added, name: str) -> None:
    """Say that no account in what was read is the owner's, and how to name one."""
    listed = ", ".join(str(handle) for handle, _ in added.kept.authors.most_common(5))
    command = f"countersign people add {shlex.quote(name)} --handle HANDLE --me"
    note(
        f"None of the accounts in it is yours so far: {listed}.\n"
        f"To name yours: {command}, then countersign distill",
        f"其中还没有你的账号：{listed}。\n说明哪个是你：{command}，再 countersign distill",
        style="yellow",
    )


def _choose(h: desk.Home, added: desk.Added) -> list[str]:
    """Ask which accounts are the person's: exact handles, never a name's substring."""
    if desk.has_owner(h):
        return []
    met = desk.handles_met(h, added)
    if not met:
        raise BadInput(
            "No author is named in what was read.",
            why="Without an author nothing can be called your own.",
            remedy="For notes, say whose they are: countersign add PATH --author mail:you@example.org",
        )
    if not may_prompt():
        listed = ", ".join(str(author.handle) for author in met[:5])
        raise BadInput(
            "Which of the accounts are you?",
            why=f"The most frequent ones: {listed}.",
            remedy="Say so with --me HANDLE (repeat it for several).",
        )
    for number, author in enumerate(met[:12], 1):
        shown = " ".join(author.name.split())
        err.print(f"  {number:2}. {author.handle}  {shown}  ({author.traces:,})", markup=False)
    answer = _ask(t("Which of these are you? (numbers or handles)", "哪些是你？（序号或账号）"))
    chosen = []
    for word in answer.replace(",", " ").split():
        is_number = word.isdigit() and 1 <= int(word) <= len(met)
        chosen.append(str(met[int(word) - 1].handle) if is_number else word)
    return chosen


def _ask_purpose() -> str:
    return _ask(t("For whom? self or team", "给谁用？self（自己）或 team（团队）"), "self")


def _show_ten(best: list[desk.ClaimView]) -> None:
    say("")
    say(
        "Your ten best claims. Nothing leaves this machine and nothing is signed yet.",
        "你最好的十条。内容不离开本机，什么都还没签。",
        style="bold",
    )
    for number, view in enumerate(best, 1):
        say("")
        say(f"{number:2}. {view.text}")
        for x in view.citations[:2]:
            date = x.at.date().isoformat() if x.at else "----"
            say(f"      “{' '.join(x.quote.split())[:200]}” — {date}", style="dim")
    if not best:
        say("No claims were found in your own words.", "没有从你本人的话里找到可提炼的条目。")


def _after(path: Path, handles: list[str], purpose: str, trying: bool) -> None:
    if trying:
        note("Nothing was kept on disk.", "磁盘上什么都没有留下。")
        mine = "".join(f" --me {shlex.quote(h)}" for h in handles)
        where = (
            ""
            if str(Settings.home) == ".countersign"
            else f"--home {shlex.quote(str(Settings.home))} "
        )
        next_step(f"countersign {where}start {shlex.quote(str(path))}{mine} --for {purpose}")
    else:
        next_step("countersign review")
