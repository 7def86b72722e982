# SPDX-License-Identifier: Apache-2.0
"""Verbs between a person and a team: terms, sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.codes import show_code
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, next_step, note, say

terms_app = typer.Typer(help="Read terms before anybody signs them.", rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(terms_app, name="terms", rich_help_panel=FOR_A_TEAM)
    terms_app.callback(invoke_without_command=True)(list_terms)
    terms_app.command("show")(show)
    terms_app.command("diff")(diff)
    app.command(rich_help_panel=FOR_A_TEAM)(sign)


def offer_value(o: desk.OfferState) -> dict[str, Any]:
    """Return an offer as `--json` prints it."""
    return {
        "offer": o.id,
        "agreement": o.agreement_id,
        "grant": o.grant_digest,
        "person": o.person,
        "party": o.party,
        "missing": list(o.missing),
        "complete": o.complete,
        "state": o.state,
        "starts": o.starts,
        "expires": o.expires,
        "items_asked": list(o.terms.items),
        "items_signed": sorted(o.items - set(o.terms.toggles)),
        "ticked": sorted(o.items & set(o.terms.toggles)),
    }


_STATES = {
    "offered": "已提出",
    "in-force": "有效",
    "suspended": "已暂停",
    "withdrawn": "已收回",
    "expired": "已到期",
}
_ROLES = {"person": "本人", "party": "相对方", "representative": "代表"}


def missing_words(missing: Iterable[str]) -> tuple[str, str]:
    """Return who has not signed, as people read it, in English and Chinese."""
    pairs = [each.rpartition(" ") for each in missing]
    zh = "、".join(f"{_ROLES.get(role, role)} {label}".strip() for role, _, label in pairs)
    en = ", ".join(f"the {role} {label}" if role else label for role, _, label in pairs)
    return en, zh


def list_terms(
    context: typer.Context,
    as_: Annotated[
        str | None,
        typer.Option("--as", help="What this party can see; by default your own.", metavar="PARTY"),
    ] = None,
    json: Json = False,
) -> None:
    """List the presets and your own offers and agreements; with --as, what a party can see."""
    if context.invoked_subcommand:
        return
    if as_ is not None:
        _seen_by(as_, json)
        return
    with home() as h:
        found = desk.list_offers(h) if h.exists else []
    if json:
        emit_json({"presets": list(desk.PRESETS), "offers": [offer_value(o.state) for o in found]})
        return
    say("Presets: " + ", ".join(desk.PRESETS), "预设：" + "、".join(desk.PRESETS))
    for o in found:
        s = o.state
        missing = missing_words(s.missing)
        say(
            f"{s.id}  {o.person} ↔ {o.party}  "
            + ("signed" if s.complete else f"not signed by {missing[0]}")
            + f"  {s.state}  until {s.expires.date()}",
            f"{s.id}  {o.person} ↔ {o.party}  "
            + ("已签署" if s.complete else f"尚缺{missing[1]}")
            + f"  {_STATES.get(s.state, s.state)}  至 {s.expires.date()}",
        )
        say(f"    agreement {s.agreement_id}", f"    协议 {s.agreement_id}", style="dim")


def _seen_by(party: str, json: bool) -> None:
    with home() as h:
        seen = desk.party_view(h, party, now=now())
        labels = {id: desk.label_in_hub(h, id) for j in seen.joint for id in j.persons}
    if json:
        emit_json(_view(seen))
        return
    for o in seen.offers:
        ends = o.offer.expires.date()
        if o.offer.complete:
            say(
                f"{o.offer.id}  {o.person}  signed by both, until {ends}",
                f"{o.offer.id}  {o.person}  双方已签署，至 {ends}",
            )
        else:
            say(
                f"{o.offer.id}  {o.person}  signed by them; it is yours to sign or not",
                f"{o.offer.id}  {o.person}  对方已签署；签不签由你",
            )
    for r in seen.requests:
        ends = r.request.lapses_at.date()
        say(
            f"{r.request.id}  {r.request.topic}  ends by itself on {ends}",
            f"{r.request.id}  {r.request.topic}  {ends} 自行结束",
        )
        if r.round is not None:
            say(
                f"    of {r.round.asked} asked, {r.round.signed} signed",
                f"    征集 {r.round.asked} 人，签署 {r.round.signed} 人",
            )
    for j in seen.joint:
        who = ", ".join(labels[id] for id in j.persons)
        verb = f"countersign together accept {j.joint.id} --as {party}"
        state = (
            ("accepted", "已接受")
            if j.accepted_at
            else (f"yours to sign or not: {verb}", f"签不签由你：{verb}")
        )
        say(
            f"{j.joint.id}  together: {who}  {state[0]}", f"{j.joint.id}  一起谈：{who}  {state[1]}"
        )
    if not (seen.offers or seen.requests or seen.joint):
        say("Nobody has signed anything, and you asked nothing.", "没有已签署的内容，也没有请求。")
    waiting = [o.offer.id for o in seen.offers if not o.offer.complete]
    if waiting:
        next_step(f"countersign terms show {waiting[0]}")


def _view(seen: desk.PartyView) -> dict[str, Any]:
    return {
        "offers": [offer_value(o.offer) | {"request": o.request} for o in seen.offers],
        "requests": [
            {
                "request": r.request.id,
                "topic": r.request.topic,
                "lapses_at": r.request.lapses_at,
                "round": r.round,
            }
            for r in seen.requests
        ],
        "joint": [
            {
                "joint": j.joint.id,
                "persons": list(j.persons),
                "terms": j.joint.terms.to_value(),
                "accepted_at": j.accepted_at,
            }
            for j in seen.joint
        ],
    }


def show(
    what: Annotated[
        str, typer.Argument(help="A preset, a TOML file, or an offer's id.", metavar="WHAT")
    ],
    text: Annotated[bool, typer.Option("--text", help="The whole contract of an offer.")] = False,
    file: Annotated[bool, typer.Option("--file", help="A preset's own file.")] = False,
    json: Json = False,
) -> None:
    """Show the terms card: twelve lines, each true or struck through."""
    with home() as h:
        if json:
            emit_json(desk.terms_of(h, what).to_value())
        elif file:
            say(desk.preset_file(what))
        elif text:
            say(desk.contract_of(h, what, lang=Settings.lang))
        else:
            say(desk.show_card(h, what, lang=Settings.lang))
            _ways_to_answer(h, what)


def _ways_to_answer(h: desk.Home, what: str) -> None:
    """Say all that one can do with what one was asked, none of it pressed on anybody."""
    if not re.fullmatch("[fq][a-z2-7]{26}", what) or not desk.is_asked_of_me(h, what, now=now()):
        return
    if what[0] == "f":
        yes = f"sign {what} --as {h.owner.label}"
        begin = [
            ("Read it whole", "通读全文", f"terms show {what} --text"),
            ("Yes", "同意", yes),
            ("Yes, less a tick", "同意，但去掉一项", f"{yes} --without purpose:onboard"),
        ]
    else:
        begin = [
            ("Prepare a yes, to read it whole", "先备好同意，通读再签", f"answer {what}"),
            ("Yes", "同意", f"answer {what} --sign"),
            ("Together with others", "和同事一起谈", f"together start {what} --terms FILE"),
        ]
    rest = [
        ("Other terms", "换别的条款", f"counter {what} --rung ask-me"),
        ("A page, an hour", "写一页或带一小时", "answer-with page"),
        ("No", "不同意", f"decline {what}"),
    ]
    for en, zh, verb in begin + rest:
        note(f"  {en}: countersign {verb}", f"  {zh}：countersign {verb}")
    note("  No answer is fine too.", "  不回复也可以。")


def diff(
    old: Annotated[str, typer.Argument(help="A preset, file or offer.", metavar="OLD")],
    new: Annotated[str, typer.Argument(help="The other one.", metavar="NEW")],
    json: Json = False,
) -> None:
    """Show in words what differs between two terms."""
    with home() as h:
        found = desk.difference(h, old, new)
    if json:
        emit_json(found)
        return
    for d in found:
        say(f"  {d.field}: {d.en}", f"  {d.field}：{d.zh}")
    if not found:
        say("No difference.", "没有差别。")


def sign(
    offer: Annotated[str, typer.Argument(help="The offer's or agreement's id.", metavar="OFFER")],
    as_: Annotated[
        str, typer.Option("--as", help="Who signs, with their own key file.", metavar="SIGNER")
    ],
    item: Annotated[
        list[str],
        typer.Option(
            help="An item the person signs on its own, e.g. short-cooling-off.", metavar="ITEM"
        ),
    ] = [],  # noqa: B006
    without: Annotated[
        list[str],
        typer.Option(help="A tick of the card to leave out, e.g. purpose:onboard.", metavar="TICK"),
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Sign an offer, once for each signer. Read `terms show` first: it is what you sign."""
    with home() as h:
        at, code = now(), desk.new_code()
        state = desk.sign(h, offer, signer=as_, items=item, leave_out=without, now=at, code=code)
        usable = desk.usable_from(h, state)
        given = desk.code_counts(h, state.agreement_id, code)
    if json:
        emit_json(offer_value(state) | ({"take_back_code": code} if given else {}))
        return
    say(f"Signed as {as_}.", f"已由 {as_} 签署。")
    if given:
        show_code(code)
    asked = (*state.terms.items, *(() if state.terms.to_self else state.terms.toggles))
    left_out = sorted(str(i) for i in asked if i not in state.items)
    if left_out and "person" not in " ".join(state.missing):
        say(
            f"Not signed on their own, so they stay off: {', '.join(left_out)}.",
            f"未单独签署，因此不生效：{'、'.join(left_out)}。",
        )
        own = " ".join(f"--item {item}" for item in left_out if item in state.terms.items)
        if own:
            again = f"countersign sign {state.id} --as {as_} {own}"
            say(f"If you want it: {again}", f"愿意时：{again}")
    if state.missing:
        missing = missing_words(state.missing)
        say(f"Still missing: {missing[0]}.", f"还缺：{missing[1]}。")
        who = state.missing[0].split()[-1]
        next_step(f"countersign sign {state.id} --as {who}")
    else:
        if usable and usable > at:
            say(
                f"Cooling off: nothing is used before {usable:%Y-%m-%d %H:%M} UTC.",
                f"冷静期：{usable:%Y-%m-%d %H:%M} UTC 之前不得使用。",
            )
        say(
            f"In force until {state.expires.date()}. Take it back any day: countersign withdraw"
            f" {state.agreement_id}",
            f"有效至 {state.expires.date()}。随时可收回：countersign withdraw {state.agreement_id}",
        )
        next_step(f"countersign publish NAME --agreement {state.agreement_id}")
