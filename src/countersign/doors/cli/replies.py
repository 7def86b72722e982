# SPDX-License-Identifier: Apache-2.0
"""`reply`: what somebody who was asked can send back, needing nothing installed anywhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home
from countersign.doors.cli.out import Settings, emit_json, may_prompt, note, say, t
from countersign.errors import BadInput

PURPOSES = {
    "answer-questions": ("Agents may answer questions with it?", "智能体可以用它回答问题？"),
    "review-changes": (
        "It may be shown beside changes in a review?",
        "可以在代码或文档评审时提示？",
    ),
    "onboard": ("New colleagues may learn from it?", "新同事可以用它上手？"),
    "hand-over": ("Whoever takes over my work may use it?", "接手我工作的人可以用？"),
}


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command(rich_help_panel=FOR_YOU)(reply)


def reply(
    terms: Annotated[
        str,
        typer.Option(help="Where to begin: a preset, a TOML file or a link.", metavar="TERMS"),
    ] = "my-team",
    offer: Annotated[
        str, typer.Option(help="An offer of this home, as it stands.", metavar="OFFER")
    ] = "",
    purpose: Annotated[
        list[str], typer.Option(help="A purpose that is fine; repeatable.", metavar="PURPOSE")
    ] = [],  # noqa: B006
    name: Annotated[str, typer.Option(help="name, none, or an alias.", metavar="NAME")] = "",
    pay: Annotated[
        list[str],
        typer.Option(help='For example "2 h a month"; repeatable.', metavar="PAY"),
    ] = [],  # noqa: B006
    place: Annotated[str, typer.Option(help="team, company or client.", metavar="PLACE")] = "",
    leaving: Annotated[
        str, typer.Option(help="suspend or continue, when I leave.", metavar="LEAVING")
    ] = "",
    months: Annotated[int, typer.Option(help="How long, 1 to 24.", metavar="N")] = 0,
    topic: Annotated[
        str, typer.Option(help="What a page or an hour would be about.", metavar="TOPIC")
    ] = "",
    card: Annotated[
        str, typer.Option(help="The card's language: en, zh or both.", metavar="LANG")
    ] = "both",
    out: Annotated[Path, typer.Option(help="Where to write the files.", metavar="DIR")] = Path(
        "reply"
    ),
    json: Json = False,
) -> None:
    """Answer whoever asked you for your knowledge: three texts, a terms card, a link. No account."""
    given = desk.Ticks(
        purposes=purpose, name=name, pay=pay, audience=place, leaving=leaving, months=months
    )
    plain = given == desk.Ticks(purposes=[], pay=[])
    with home(private=False) as h:
        if plain and not offer and not json and may_prompt():
            given = _tick(h, terms)
            plain = False
        kit = desk.make_reply(
            h, terms=terms, offer=offer, ticks=None if plain else given, topic=topic, lang=card
        )
    written = desk.write_reply(kit, out)
    if json:
        texts = {x.name: {"en": x.en, "zh": x.zh} for x in kit.texts}
        paths = [str(p) for p in written.paths]
        emit_json({"texts": texts, "code": kit.card.code, "link": kit.link, "files": paths})
        return
    _show(kit, written, out)


def _show(kit: desk.ReplyKit, written: desk.Written, out: Path) -> None:
    for text in kit.texts:
        say("")
        say(t(text.title_en, text.title_zh), style="bold")
        for said in (text.zh, text.en) if Settings.lang == "zh" else (text.en, text.zh):
            say(said)
    say("")
    names = [p.name for p in written.paths]
    say(
        f"Written to {out}: {', '.join(names)}. card.html opens in any browser.",
        f"已写入 {out}：{'、'.join(names)}。card.html 可用任何浏览器打开。",
        style="dim",
    )
    if written.missing is not None:
        note(
            'No card.png: that needs pip install "countersign[contract]". card.svg is the same picture.',
            '没有 card.png：需 pip install "countersign[contract]"。card.svg 是同一张图。',
        )
    note(
        "Nothing was recorded or sent. Which of the three you send, if any, is yours.",
        "没有记录，也没有发送。发哪一条，发不发，由你。",
    )


def _tick(h: desk.Home, terms: str) -> desk.Ticks:
    """Ask at the terminal what is fine; Enter keeps what the terms say."""
    base = desk.terms_of(h, terms)
    kept = {p.value for p in base.purposes}
    say("Enter keeps what stands in brackets.", "直接回车保留括号里的。", style="dim")
    fine = [p for p, asked in PURPOSES.items() if typer.confirm(t(*asked), default=p in kept)]
    if not fine:
        raise BadInput(
            "No use is fine, so there are no terms to send.",
            why="That is an answer too, and needs no reason.",
            remedy="countersign answer-with page, answer-with hour, or say nothing.",
        )
    name = typer.prompt(
        t("My name on it? name, none, or an alias", "署名？name（署名）、none（不署）或化名"),
        default=base.alias or base.attribution.value,
    )
    pay = typer.prompt(
        t(
            'In return? For example "credit, 2 h a month" or "3000 CNY a month"',
            "回报？例如 credit, 2 h a month 或 3000 CNY a month",
        ),
        default=t("as in these terms", "照条款"),
    )
    stays = min(a.value for a in base.audience)
    place = typer.prompt(
        t("Who? team, company or client", "谁用？team、company 或 client"), default=stays
    )
    leaving = typer.prompt(
        t("When I leave? suspend or continue", "我离职后？suspend（停）或 continue（继续）"),
        default=base.on_leaving.value,
    )
    wanted = [] if pay in ("as in these terms", "照条款") else pay.split(",")
    return desk.Ticks(purposes=fine, name=name, pay=wanted, audience=place, leaving=leaving)
