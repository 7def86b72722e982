# SPDX-License-Identifier: Apache-2.0
"""Verbs between a person and a team: ask-for, terms, sign."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, next_step, note, say

terms_app = typer.Typer(help="Read terms before anybody signs them.", rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command("ask-for", rich_help_panel=FOR_A_TEAM)(ask_for)
    app.add_typer(terms_app, name="terms", rich_help_panel=FOR_A_TEAM)
    terms_app.callback(invoke_without_command=True)(list_terms)
    terms_app.command("show")(show)
    terms_app.command("diff")(diff)
    app.command(rich_help_panel=FOR_A_TEAM)(sign)


def _offer(o: desk.OfferState) -> dict[str, Any]:
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
        "items_asked": [i.value for i in o.terms.items],
        "items_signed": sorted(i.value for i in o.items),
    }


def ask_for(
    person: Annotated[
        str, typer.Argument(help="Whom to ask: a label or exact name.", metavar="PERSON")
    ],
    as_: Annotated[
        str, typer.Option("--as", help="In whose name: a party, or the person.", metavar="PARTY")
    ],
    terms: Annotated[
        str, typer.Option(help="A preset or a TOML file of terms.", metavar="TERMS")
    ] = "my-team",
    json: Json = False,
) -> None:
    """Offer terms to one person. Nothing is shared and nobody is bound until both have signed."""
    with home() as h:
        offer = desk.ask_for(h, person, party=as_, terms=terms, now=now())
    if json:
        emit_json(_offer(offer))
        return
    note(
        "They may feel they cannot say no; ask the team instead?",
        "对方可能不好拒绝；改为向团队征集？",
        style="yellow",
    )
    say(
        f"Offer {offer.id}, agreement {offer.agreement_id}. Open until it is signed; no answer is fine.",
        f"要约 {offer.id}，协议 {offer.agreement_id}。签署前不生效；不回复也没关系。",
    )
    next_step(f"countersign terms show {offer.id}")


def list_terms(context: typer.Context, json: Json = False) -> None:
    """List the presets and all offers of this hub."""
    if context.invoked_subcommand:
        return
    with home() as h:
        found = desk.list_offers(h) if h.exists else []
    if json:
        emit_json({"presets": list(desk.PRESETS), "offers": [_offer(o.state) for o in found]})
        return
    say("Presets: " + ", ".join(desk.PRESETS), "预设：" + "、".join(desk.PRESETS))
    for o in found:
        s = o.state
        signed = "signed" if s.complete else f"waiting for {', '.join(s.missing)}"
        say(f"{s.id}  {o.person} ↔ {o.party}  {signed}  {s.state}  until {s.expires.date()}")
        say(f"    agreement {s.agreement_id}", style="dim")


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
        at = now()
        state = desk.sign(h, offer, signer=as_, items=item, leave_out=without, now=at)
        usable = desk.usable_from(h, state)
    if json:
        emit_json(_offer(state))
        return
    say(f"Signed as {as_}.", f"已由 {as_} 签署。")
    asked = (*state.terms.items, *(() if state.terms.to_self else state.terms.toggles))
    left_out = sorted(str(i) for i in asked if i not in state.items)
    if left_out and "person" not in " ".join(state.missing):
        say(
            f"Not signed on their own, so they stay off: {', '.join(left_out)}.",
            f"未单独签署，因此不生效：{'、'.join(left_out)}。",
        )
    if state.missing:
        say(f"Still missing: {', '.join(state.missing)}.", f"还缺：{'、'.join(state.missing)}。")
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
