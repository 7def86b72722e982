# SPDX-License-Identifier: Apache-2.0
"""Verbs of asking without pressure: ask-for, asked, answer, counter, answer-with, decline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, FOR_YOU, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, next_step, note, say, t
from countersign.doors.cli.teams import offer_value
from countersign.errors import BadInput

What = Annotated[str, typer.Argument(help="A request's or offer's id.", metavar="WHAT")]
SignNow = Annotated[bool, typer.Option("--sign", help="Sign it at once, so that it is sent.")]
Beside = Annotated[
    str,
    typer.Option(
        "--representative",
        help="Who signs as well, chosen by the person: council, union:LABEL, counsel:LABEL.",
        metavar="LABEL",
    ),
]
Items = Annotated[
    list[str],
    typer.Option(help="An item signed on its own, e.g. zero-benefit.", metavar="ITEM"),
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command("ask-for", rich_help_panel=FOR_A_TEAM)(ask_for)
    app.command(rich_help_panel=FOR_YOU)(asked)
    app.command(rich_help_panel=FOR_YOU)(answer)
    app.command(rich_help_panel=FOR_YOU)(counter)
    app.command("answer-with", rich_help_panel=FOR_YOU)(answer_with)
    app.command(rich_help_panel=FOR_YOU)(decline)


def ask_for(
    as_: Annotated[
        str, typer.Option("--as", help="In whose name: a party, or the person.", metavar="PARTY")
    ],
    person: Annotated[
        str | None,
        typer.Argument(help="Whom to ask by name; better ask about a topic.", metavar="PERSON"),
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option(help="Ask everybody who they are that know about this.", metavar="TOPIC"),
    ] = None,
    terms: Annotated[
        str, typer.Option(help="A preset or a TOML file of terms.", metavar="TERMS")
    ] = "my-team",
    complaint: Annotated[
        str, typer.Option(help="Where complaints go, as it will stand signed.", metavar="CONTACT")
    ] = "",
    representative: Beside = "",
    json: Json = False,
) -> None:
    """Ask who would share what they know, by topic or one person. Only who signs is ever shown."""
    if (person is None) == (topic is None):
        raise BadInput(
            "Ask about a topic, or one person.",
            why="A topic goes to everybody, and nobody is singled out.",
            remedy='countersign ask-for --topic "payments" --as acme',
        )
    if topic is not None:
        if representative:
            raise BadInput(
                "Nobody is asked yet who could choose a representative.",
                why="Each person chooses their own (clause 14).",
                remedy="Leave --representative out; they add it when they answer.",
            )
        _ask_topic(topic, as_, terms, json)
    elif person is not None:
        _ask_person(person, as_, terms, complaint, representative, json)


def _ask_topic(topic: str, party: str, terms: str, json: bool) -> None:
    with home() as h:
        made = desk.ask_topic(h, topic, party=party, terms=terms, now=now())
        label = desk.label_in_hub(h, made.party)
    if json:
        emit_json(request_value(made))
        return
    say(
        f"Asked everybody here about {made.topic}: request {made.id}.",
        f"已就“{made.topic}”征集：请求 {made.id}。",
    )
    say(
        "You signed that saying no costs nobody anything. You will see who signs, and nothing else."
        f" It ends by itself on {made.lapses_at:%Y-%m-%d} at 00:00 UTC.",
        "你已签署：不同意，不影响任何人。你只会看到谁签署了。"
        f"此请求于 {made.lapses_at:%Y-%m-%d} 00:00 UTC 自行结束。",
    )
    next_step(f"countersign terms --as {label}")


def _ask_person(
    person: str, party: str, terms: str, complaint: str, representative: str, json: bool
) -> None:
    if person != party and not json:
        note(
            "They may feel they cannot say no; ask the team instead?"
            f' countersign ask-for --topic "…" --as {party}',
            f'对方可能不好拒绝；改为向团队征集？countersign ask-for --topic "…" --as {party}',
            style="yellow",
        )
    with home() as h:
        offer = desk.ask_for(
            h,
            person,
            party=party,
            terms=terms,
            complaint=complaint,
            representative=representative,
            now=now(),
        )
    if json:
        emit_json(offer_value(offer))
        return
    say(
        f"Offer {offer.id}, agreement {offer.agreement_id}. Open until it is signed; no answer is fine.",
        f"要约 {offer.id}，协议 {offer.agreement_id}。签署前不生效；不回复也没关系。",
    )
    if offer.person != offer.party:
        say(
            f"{party} has signed that saying no costs nothing, and not yet the offer itself.",
            f"{party} 已签署承诺：不同意，不影响对方。要约本身尚未签署。",
        )
    next_step(f"countersign terms show {offer.id}")


def request_value(made: desk.TopicRequest) -> dict[str, Any]:
    """Return a topic request as `--json` prints it."""
    return {
        "request": made.id,
        "party": made.party,
        "topic": made.topic,
        "terms": made.terms.digest,
        "asked_at": made.asked_at,
        "lapses_at": made.lapses_at,
        "undertaking": made.undertaking.digest,
    }


def asked(json: Json = False) -> None:
    """See what is asked of you. Looking is not noted; no answer is fine."""
    with home() as h:
        found = desk.asked_of_me(h, now=now())
    if json:
        drafts = [{"draft": d.id, "answers": d.request or d.answers} for d in found.drafts]
        emit_json({"open": found.open, "drafts": drafts})
        return
    for one in found.open:
        about = one.topic or t("your knowledge", "你的经验")
        say(f"{one.id}  {one.party}: {about}")
        if one.undertaken:
            say(
                f"    {one.party} has signed: saying no costs you nothing",
                f"    {one.party} 已签署：不同意，不影响你",
                style="dim",
            )
        say(
            f"    ends by itself on {one.lapses_at:%Y-%m-%d}; no answer is fine",
            f"    {one.lapses_at:%Y-%m-%d} 自行结束；不回复也没关系",
            style="dim",
        )
    for draft in found.drafts:
        say(
            f"{draft.id}  your answer, in your vault alone until you sign it",
            f"{draft.id}  你的答复，签署前只在你的保险箱里",
        )
    if not found.open and not found.drafts:
        say("Nothing is asked of you.", "没有人向你征集。")
    elif found.open:
        next_step(f"countersign terms show {found.open[0].id}")


def answer(
    what: What,
    terms: Annotated[
        str, typer.Option(help="Other terms: a preset or a TOML file.", metavar="TERMS")
    ] = "",
    representative: Beside = "",
    sign: SignNow = False,
    item: Items = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Answer a request on its terms or on yours. It stays in your vault until you sign it."""
    _answer(what, terms, representative, sign, item, json)


def counter(
    what: What,
    terms: Annotated[
        str, typer.Option(help="Your terms: a preset or a TOML file.", metavar="TERMS")
    ] = "",
    rung: Annotated[
        str, typer.Option(help="A lower rung of the ladder, e.g. ask-me.", metavar="PRESET")
    ] = "",
    representative: Beside = "",
    sign: SignNow = False,
    item: Items = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Answer an offer with other terms, and see in words what you change."""
    if bool(terms) == bool(rung) and not (representative and not terms):
        raise BadInput(
            "Say on which other terms.",
            why="A counter-offer changes the terms.",
            remedy=f"countersign counter {what} --rung ask-me, or --terms FILE",
        )
    _answer(what, terms or rung, representative, sign, item, json)


def _answer(
    what: str, terms: str, representative: str, sign: bool, items: list[str], json: bool
) -> None:
    with home() as h:
        at = now()
        made = desk.prepare_answer(h, what, terms=terms, representative=representative, now=at)
        sent = desk.send_answer(h, made, items=tuple(items), now=at) if sign else None
        me, party = h.owner.label, desk.label_in_hub(h, made.draft.party)
    if json:
        emit_json(
            {
                "offer": made.draft.id,
                "request": made.draft.request,
                "answers": made.draft.answers,
                "changes": made.changes,
                "sent": sent is not None,
            }
        )
        return
    if made.changes:
        say(f"What you change ({made.draft.id}):", f"你的改动（{made.draft.id}）：")
        say(desk.render_changes(made.changes, Settings.lang))
    if sent is None:
        say(
            "Kept in your vault. Nobody sees it before you sign.",
            "已存入你的保险箱。签署之前没有人能看到。",
        )
        say(
            f"Read it whole: countersign terms show {made.draft.id} --text",
            f"通读全文：countersign terms show {made.draft.id} --text",
        )
        _own_items(made.draft.terms.items)
        next_step(f"countersign sign {made.draft.id} --as {me}")
    else:
        say(f"Signed and sent. {party} may sign it or not.", f"已签署并送出。{party} 可签可不签。")
        next_step(f"countersign sign {sent.id} --as {party}")


def _own_items(items: Iterable[str]) -> None:
    """Say what needs a signature of its own, so that nobody learns it only after signing."""
    options = " ".join(f"--item {item}" for item in items)
    if options:
        say(
            f"Signed on its own, if you want it: add {options}",
            f"须单独签署的事项，愿意时请加上：{options}",
        )


def answer_with(
    what: Annotated[str, typer.Argument(help="page or hour.", metavar="WHAT")],
    topic: Annotated[str, typer.Option(help="What about.", metavar="TOPIC")] = "",
    json: Json = False,
) -> None:
    """Answer with a written page or an hour of pairing instead of a skill: a text to send yourself."""
    texts = desk.instead_texts(what, topic=topic)
    if json:
        emit_json(texts)
        return
    for text in texts.values():
        say(text)
    note(
        "Nothing was recorded anywhere. Send it as you like.",
        "没有留下任何记录。发不发由你。",
    )


def decline(what: What, json: Json = False) -> None:
    """Say no. Kept in your vault alone; the hub stays as it was, byte for byte."""
    with home() as h:
        id = desk.say_no(h, what, now=now())
    texts = desk.no_texts()
    if json:
        emit_json({"declined": id, "texts": texts})
        return
    say(
        "Noted in your vault alone. Nobody is told, and nothing tells a no from no answer.",
        "只记在你的保险箱里。不会通知任何人，也无从分辨拒绝与未回复。",
    )
    say("If you want to say something:", "如果你想回一句：")
    for text in texts.values():
        say(f"  {text}")
