# SPDX-License-Identifier: Apache-2.0
"""Verbs below `people` for keys and identity: keys, rotate, challenge, answer, accept, re-binding."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, next_step, say, t
from countersign.doors.cli.persons import people_app

Who = Annotated[
    str, typer.Argument(help="Label or id; without it, this vault's own person.", metavar="WHO")
]
By = Annotated[
    str, typer.Option("--by", help="Who asks: a party, a representative, or hub.", metavar="LABEL")
]

_REASONS = {
    "first": ("first key", "第一把密钥"),
    "added": ("added by a key in use", "由在用密钥添加"),
    "rotated": ("in place of another, by a key in use", "由在用密钥更换"),
    "rebound": ("in place of a lost one, by a representative", "密钥遗失，由代表重新绑定"),
    "cancelled": ("the announced re-binding was cancelled", "已取消宣布的重新绑定"),
    "attested": ("somebody else saw how identity was shown", "他人证明了身份的出示方式"),
    "ended": ("ended by a key in use", "由在用密钥终止"),
}


def add_to(app: typer.Typer) -> None:
    """Add these verbs below `people`."""
    del app
    people_app.command("keys")(keys)
    people_app.command("rotate")(rotate)
    people_app.command("challenge")(challenge)
    people_app.command("answer")(answer)
    people_app.command("accept")(accept)
    people_app.command("representative")(representative)
    people_app.command("rebind")(rebind)
    people_app.command("cancel-rebind")(cancel_rebind)
    people_app.command("told")(told)


def _binding(b: Any) -> dict[str, Any]:
    return {
        "keyid": b.public.keyid,
        "reason": b.reason,
        "level": b.level,
        "at": b.at,
        "since": b.since,
        "until": b.until,
        "by": b.by.id if b.by else None,
        "digest": b.digest,
    }


def keys(who: Who = "", json: Json = False) -> None:
    """Show a signer's keys: every record of the chain, what is announced, who must be told."""
    with home() as h:
        seen = desk.keys_of(h, who, now=now())
    if json:
        emit_json(
            {
                "id": seen.card.id,
                "label": seen.card.label,
                "identity_level": seen.level,
                "in_use": sorted(seen.in_use),
                "chain": [_binding(b) for b in seen.chain],
                "announced": seen.announced.digest if seen.announced else None,
                "notices": [_notice(n) for n in seen.notices],
            }
        )
        return
    say(f"{seen.card.label}  {t('identity', '身份')}: {seen.level.value}")
    for number, b in enumerate(seen.chain, 1):
        state = t("in use", "在用") if b.public.keyid in seen.in_use else t("not in use", "未在用")
        by = f" · {b.by.id}" if b.by else ""
        say(
            f"  {number}. {b.at:%Y-%m-%d %H:%M} UTC  {b.public.keyid[:16]}  {t(*_REASONS[b.reason])}"
            f" · {b.level.value}{by} · {state}"
        )
    if seen.announced is not None:
        say(_announced(seen.announced), style="yellow")
    for n in seen.notices:
        if n.told_at is None:
            say(f"  {t('to be told', '待通知')}: {n.rebinding} {n.address}", style="yellow")
    if not seen.chain:
        say("No key yet.", "还没有密钥。")


def _announced(b: Any) -> str:
    return desk.notice_texts(b)["zh" if Settings.lang == "zh" else "en"]


def _notice(n: Any) -> dict[str, Any]:
    return {"rebinding": n.rebinding, "address": n.address, "told_at": n.told_at}


def rotate(who: Who = "", json: Json = False) -> None:
    """Make a new key and put it in the place of your present one; what was signed stays signed."""
    with home() as h:
        made = desk.rotate(h, who, now=now())
    if json:
        emit_json(_binding(made))
        return
    say(
        f"New key {made.public.keyid[:16]}, in use now. The old file was moved aside.",
        f"新密钥 {made.public.keyid[:16]} 已启用，旧密钥文件已移开。",
    )
    say(
        "Whoever knows the old key sees this change in your chain; a handle must be shown anew.",
        "认识旧密钥的人会在记录链里看到这次更换；账号需要重新证明。",
        style="dim",
    )


def challenge(
    person: Annotated[str, typer.Argument(help="Whose handle it is.", metavar="PERSON")],
    handle: Annotated[
        str, typer.Argument(help="The exact account, e.g. mail:ann@example.org.", metavar="HANDLE")
    ],
    by: By = "hub",
    json: Json = False,
) -> None:
    """Make a one-time code for a person's handle, and the text to send there by hand."""
    with home() as h:
        asked = desk.challenge(h, person, handle, by=by, now=now())
    if json:
        made = asked.challenge
        emit_json(
            {
                "challenge": made.id,
                "handle": made.handle,
                "expires_at": made.expires_at,
                "line": made.line,
                "texts": asked.texts,
            }
        )
        return
    say(
        "Send this to that account yourself; nothing is sent from here:",
        "请自行把下面的文字发到该账号（本程序不发送任何东西）：",
    )
    emit_text(asked.texts["zh" if Settings.lang == "zh" else "en"] + "\n")
    next_step("countersign people accept ANSWER" + (f" --by {by}" if by != "hub" else ""))


def answer(
    handle: Annotated[
        str, typer.Argument(help="The account at which you received the code.", metavar="HANDLE")
    ],
    line: Annotated[str, typer.Argument(help="The line that you received.", metavar="LINE")],
    json: Json = False,
) -> None:
    """Answer a challenge that came to your account; prints the one line to send back."""
    with home() as h:
        made = desk.answer_handle(h, line, handle, now=now())
    if json:
        emit_json({"answer": made})
        return
    say("Send this line back:", "请把这一行发回：")
    emit_text(made + "\n")


def accept(
    line: Annotated[str, typer.Argument(help="The line that came back.", metavar="ANSWER")],
    by: By = "hub",
    json: Json = False,
) -> None:
    """Check the answer to your challenge; the handle then counts for that person's key."""
    with home() as h:
        made = desk.accept_handle(h, line, by=by, now=now())
    if json:
        emit_json(_binding(made))
        return
    say(
        "Shown: the handle and the key are the same person's.", "已证明：该账号与该密钥属于同一人。"
    )


def representative(
    name: Annotated[str, typer.Argument(help="Works council, union or counsel.", metavar="NAME")],
    label: Annotated[str, typer.Option(help="A short name for commands.", metavar="LABEL")] = "",
    json: Json = False,
) -> None:
    """Register a representative with a key of its own; it may announce a new key for a lost one."""
    with home() as h:
        card = desk.add_representative(h, name, label=label, now=now())
    if json:
        emit_json({"id": card.id, "label": card.label, "name": card.name})
        return
    say(f"{card.label}: registered as a representative.", f"{card.label}：已登记为代表。")


def rebind(
    person: Annotated[str, typer.Argument(help="Who lost the key.", metavar="PERSON")],
    by: Annotated[
        str, typer.Option("--by", help="The representative who announces it.", metavar="LABEL")
    ],
    json: Json = False,
) -> None:
    """Announce a new key for a lost one. It counts after 72 hours; the old key can cancel."""
    with home() as h:
        made = desk.replace_lost(h, person, by=by, now=now())
        seen = desk.keys_of(h, person, now=now())
    if json:
        emit_json(_binding(made) | {"notices": [_notice(n) for n in seen.notices]})
        return
    say(
        f"Announced. The new key counts from {made.since:%Y-%m-%d %H:%M} UTC;"
        " until then the old one goes on working and can cancel.",
        f"已宣布。新密钥自 {made.since:%Y-%m-%d %H:%M} UTC 起生效；此前旧密钥仍有效，并可取消。",
    )
    say(
        f"Tell the person at each of these {len(seen.notices)}:",
        f"请逐一通知本人（{len(seen.notices)} 处）：",
    )
    for n in seen.notices:
        say(f"  {n.address}", style="dim")
    emit_text(_announced(made) + "\n")
    next_step(f"countersign people keys {person}")


def cancel_rebind(who: Who = "", json: Json = False) -> None:
    """Cancel an announced re-binding with the key in use; the announced key never counts."""
    with home() as h:
        made = desk.keep_old_key(h, who, now=now())
    if json:
        emit_json(_binding(made))
        return
    say("Cancelled. Your key stays in use.", "已取消。你的密钥继续有效。")


def told(
    rebinding: Annotated[str, typer.Argument(help="Digest of the announcement.", metavar="DIGEST")],
    address: Annotated[str, typer.Argument(help="Who was told, as listed.", metavar="ADDRESS")],
    json: Json = False,
) -> None:
    """Note that a person was told of a re-binding at one of their accounts."""
    with home() as h:
        desk.told(h, rebinding, address, now=now())
    if json:
        emit_json({"rebinding": rebinding, "address": address})
        return
    say("Noted.", "已记下。")
