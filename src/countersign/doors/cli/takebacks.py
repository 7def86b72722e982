# SPDX-License-Identifier: Apache-2.0
"""Verbs that take back and show what came of it: withdraw, erasures, acknowledge, withdrawals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, FOR_CHECKERS, FOR_YOU, Json, home, now
from countersign.doors.cli.out import emit_json, next_step, note, say
from countersign.doors.fetching import get_over_http
from countersign.errors import BadInput

withdrawals_app = typer.Typer(
    help="Signed withdrawal files, which count wherever they lie.", rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_YOU)(withdraw)
    app.command(rich_help_panel=FOR_YOU)(erasures)
    app.command(rich_help_panel=FOR_A_TEAM)(acknowledge)
    app.add_typer(withdrawals_app, name="withdrawals", rich_help_panel=FOR_CHECKERS)
    withdrawals_app.command("fetch")(fetch)


def withdraw(
    what: Annotated[
        str, typer.Argument(help="A skill's name, or an agreement's or offer's id.", metavar="WHAT")
    ] = "",
    as_: Annotated[
        str | None, typer.Option("--as", help="Who takes back; by default you.", metavar="SIGNER")
    ] = None,
    purpose: Annotated[list[str], typer.Option(help="Only this purpose.", metavar="PURPOSE")] = [],  # noqa: B006
    audience: Annotated[
        list[str], typer.Option(help="Only for this audience.", metavar="AUDIENCE")
    ] = [],  # noqa: B006
    source: Annotated[
        list[str], typer.Option(help="Only what came from this source.", metavar="SOURCE")
    ] = [],  # noqa: B006
    topic: Annotated[
        list[str], typer.Option(help="Only this topic, in its own words.", metavar="TOPIC")
    ] = [],  # noqa: B006
    claim: Annotated[
        list[str], typer.Option(help="Only this claim, by its id.", metavar="CLAIM")
    ] = [],  # noqa: B006
    persona: Annotated[bool, typer.Option("--persona", help="Only the persona.")] = False,
    code: Annotated[
        str | None,
        typer.Option(help="The code on paper; needs no key, login or vault.", metavar="CODE"),
    ] = None,
    suspend: Annotated[
        bool, typer.Option("--suspend", help="With --code: only stop for a time.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="A signed withdrawal file, from anybody.", metavar="FILE")
    ] = None,
    on_paper: Annotated[
        bool,
        typer.Option(
            "--on-paper", help="As a representative (--as) whom the person told on paper."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Take all or a part back: refused at once, erased now, no reason asked. Money owed stays owed."""
    parts = desk.Parts(purpose, audience, source, topic, claim, persona)
    _one_way(what, code, file, suspend=suspend, on_paper=on_paper, as_=as_, parts=parts)
    with home() as h:
        at = now()
        if code is not None:
            done = desk.take_back_by_code(h, code, suspend_only=suspend, now=at)
        elif file is not None:
            done = desk.take_back_by_file(h, _bytes(file), now=at)
        else:
            done = desk.take_back_part(h, what, parts, signer=as_, now=at)
    if json:
        emit_json(_value(done))
        return
    _show(done, parts)


def _one_way(
    what: str,
    code: str | None,
    file: Path | None,
    *,
    suspend: bool,
    on_paper: bool,
    as_: str | None,
    parts: desk.Parts,
) -> None:
    """Refuse options that contradict each other, before anything is done."""
    ways = [bool(what), code is not None, file is not None]
    if sum(ways) != 1:
        raise BadInput(
            "Say what to take back.",
            why="It is named, or a code stands for it, or a file says it: one of the three.",
            remedy="countersign withdraw SKILL, or --code CODE, or --file FILE",
        )
    if (suspend and code is None) or (parts and not what) or (on_paper and (not what or not as_)):
        raise BadInput(
            "These options do not go together.",
            why="A code stops all of a grant; parts need a name; paper needs --as and a name.",
            remedy="countersign withdraw --help",
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise BadInput(
            "The withdrawal file cannot be read.", why=e.strerror or "", remedy="Check its path."
        ) from e


def _value(done: desk.TookBack) -> list[dict[str, Any]]:
    erased = {e.withdrawal: e for e in done.erased}
    made = []
    for word, path in zip(done.words, done.files, strict=True):
        found = next((e for e in erased.values() if e.agreement == word.agreement), None)
        made.append(
            {
                "agreement": word.agreement,
                "kind": word.kind,
                "parts": sorted(word.parts),
                "file": str(path),
                "deletion_receipt": found.receipt if found else "",
                "copies": [
                    {"path": str(x.path), "status": x.status}
                    for x in (found.copies if found else ())
                ],
                "built_again": [a.skill for a in done.again if a.release],
                "waiting": list(done.waiting),
            }
        )
    return made


_LEFT = {
    "removed": ("removed", "已删除"),
    "changed": ("changed by somebody, theirs to remove", "已被改动，须由其持有人删除"),
    "unreachable": ("out of reach, its holder's to remove", "无法触及，须由其持有人删除"),
}


def _show(done: desk.TookBack, parts: desk.Parts) -> None:
    for word in done.words:
        _show_word(word, parts)
    for e in done.erased:
        for x in e.copies:
            en, zh = _LEFT.get(x.status.value, (x.status.value, x.status.value))
            style = "yellow" if x in e.unconfirmed else "dim"
            say(f"    {en}: {x.path}", f"    {zh}：{x.path}", style=style)
        say(
            f"Deletion receipt {e.receipt[:16]}, in the log.",
            f"删除回执 {e.receipt[:16]}，已入日志。",
        )
    for again in done.again:
        _show_again(again)
    for path in done.files:
        say(
            f"Signed file, good anywhere without this hub: {path}",
            f"已签名的文件，无需本机也处处有效：{path}",
        )
    next_step("countersign erasures")


def _named(word: Any, parts: desk.Parts) -> str:
    """Return the parts as the person typed them; of a file or code only how many there are."""
    typed = (*parts.purposes, *parts.audiences, *parts.sources, *parts.topics, *parts.claims)
    return ", ".join((*typed, *(["persona"] if parts.persona else []))) or str(len(word.parts))


def _show_word(word: Any, parts: desk.Parts) -> None:
    if word.kind == "suspension":
        say(
            f"Suspended: {word.agreement}. Refused until you resume it yourself.",
            f"已暂停：{word.agreement}。在你本人恢复之前一律拒绝。",
        )
    elif word.parts:
        say(
            f"Taken back of {word.agreement}: {_named(word, parts)}. Refused from now on."
            " The rest stays.",
            f"已收回 {word.agreement} 的一部分：{_named(word, parts)}。即刻起拒绝使用，其余不变。",
        )
    else:
        say(
            f"Taken back: {word.agreement}. Refused from now on.",
            f"已收回：{word.agreement}。即刻起拒绝使用。",
        )


def _show_again(again: Any) -> None:
    if again.release is None:
        say(
            f"{again.skill}: the next release waits for the person's key. Run publish once.",
            f"{again.skill}：新版本等待本人签名。请运行一次 publish。",
            style="yellow",
        )
    else:
        say(
            f"{again.skill}: version {again.release.version} built without it,"
            f" {again.release.claims} claims. Where it was installed, it is this one now.",
            f"{again.skill}：已重建第 {again.release.version} 版，不含该部分，"
            f"共 {again.release.claims} 条；已安装处均已换新。",
        )


_STATES = {
    "open": ("open", "进行中"),
    "late": ("LATE, over 72 hours", "已逾 72 小时"),
    "overdue": ("OVERDUE, over 30 days; the representative was told", "已逾 30 天；已告知代表"),
    "done": ("erased", "已删除"),
}


def erasures(
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not done.")] = False,
    json: Json = False,
) -> None:
    """List what was taken back: what still holds it, until when, who was told. Exit 1 if overdue."""
    with home() as h:
        found = desk.list_erasures(h.hub, now=now(), open_only=open_only)
    if json:
        emit_json({"overdue": found.overdue, "orders": found.orders, "waiting": found.waiting})
    else:
        for order in found.orders:
            _show_order(order)
        for waiting in found.waiting:
            say(
                f"{waiting.skill}: stale, the next release waits for the person's key.",
                f"{waiting.skill}：旧版已失效，新版本等待本人签名。",
                style="yellow",
            )
        if not found.orders:
            say("Nothing was taken back here.", "这里没有收回过任何内容。")
    if found.overdue:
        raise typer.Exit(1)


def _show_order(order: desk.OrderSeen) -> None:
    en, zh = _STATES[order.state]
    style = {"open": "yellow", "done": "green"}.get(order.state, "bold red")
    n = order.claims
    some = (f"{n} {'claim' if n == 1 else 'claims'}", f"{n} 条")
    what = ("all", "全部") if order.whole else some
    say(
        f"{order.ordered_at:%Y-%m-%d %H:%M}Z  {order.agreement}  {what[0]}: {en}",
        f"{order.ordered_at:%Y-%m-%d %H:%M}Z  {order.agreement}  {what[1]}：{zh}",
        style=style,
    )
    if order.state != "done":
        due, last = f"{order.due_at:%Y-%m-%d %H:%M}Z", f"{order.overdue_at:%Y-%m-%d}"
        say(
            f"    held by {', '.join(order.holds)}; due {due}, at the latest {last}",
            f"    尚在：{', '.join(order.holds)}；应于 {due} 前、最迟 {last} 前完成",
        )
    counts = {s: sum(n.state.value == s for n in order.told) for s in _TOLD}
    say(
        "    " + ", ".join(f"{counts[s]} {s}" for s in _TOLD) + " of those who got it",
        "    接收方：" + "、".join(f"{zh} {counts[s]}" for s, zh in _TOLD.items()),
        style="dim",
    )


_TOLD = {"told": "已通知", "acknowledged": "已确认", "unconfirmed": "未确认"}


def acknowledge(
    what: Annotated[
        str, typer.Argument(help="An agreement's id, or a withdrawal's digest.", metavar="WHAT")
    ],
    as_: Annotated[str, typer.Option("--as", help="The party, with its own key.", metavar="PARTY")],
    json: Json = False,
) -> None:
    """Sign as the party that what was taken back is used no more and your copies are gone."""
    with home() as h:
        made = desk.acknowledge_withdrawal(h, what, holder=as_, now=now())
    if json:
        emit_json({"acknowledged": made})
        return
    say(
        f"Acknowledged, {len(made)} in the log; the person sees it.",
        f"已确认 {len(made)} 条，已入日志；本人可见。",
    )


def fetch(
    url: Annotated[str, typer.Argument(help="A witness's URL.", metavar="URL")],
    json: Json = False,
) -> None:
    """Fetch withdrawals that a witness keeps, and honour those whose signer may."""
    with home() as h:
        found = desk.fetch_withdrawals(h.hub, url, get=get_over_http, now=now())
    if json:
        emit_json(found)
        return
    say(
        f"{found.files} files at the witness, {found.written} new here, {len(found.taken)} count here.",
        f"见证处有 {found.files} 个文件，新增 {found.written} 个，其中 {len(found.taken)} 个在此生效。",
    )
    if found.released:
        note("This hub may serve again.", "本机可以重新提供服务。")
