# SPDX-License-Identifier: Apache-2.0
"""Verbs of the persona rider: persona offer, sign, show. Never part of signing a grant."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, next_step, say
from countersign.errors import BadInput

persona_app = typer.Typer(
    help="A persona: its own document, signatures and end. Off without it; skills work without it.",
    rich_markup_mode=None,
)

As = Annotated[
    str, typer.Option("--as", help="Who signs, with their own key file.", metavar="SIGNER")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(persona_app, name="persona", rich_help_panel=FOR_A_TEAM)
    persona_app.command("offer")(offer)
    persona_app.command("sign")(sign)
    persona_app.command("show")(show)


def offer(
    agreement: Annotated[str, typer.Argument(help="An agreement in force.", metavar="AGREEMENT")],
    as_: As,
    pay: Annotated[
        list[str],
        typer.Option(help='What it gives: "300 CNY a month", "2 h a month".', metavar="PAY"),
    ],
    days: Annotated[int, typer.Option(help="How long; at most 180.", metavar="DAYS")] = 90,
    complaint: Annotated[str, typer.Option(help="Where complaints go.", metavar="TEXT")] = "",
    json: Json = False,
) -> None:
    """Offer a persona rider beside an agreement, with the first signature."""
    with home() as h:
        seen = desk.persona_offer(
            h, agreement, benefits=pay, days=days, signer=as_, complaint=complaint, now=now()
        )
    _told(seen, as_, json)


def sign(
    rider: Annotated[str, typer.Argument(help="The rider's digest.", metavar="RIDER")],
    as_: As,
    json: Json = False,
) -> None:
    """Sign a persona rider. Read it first: `persona show RIDER --text`."""
    with home() as h:
        seen = desk.persona_sign(h, rider, signer=as_, now=now())
    _told(seen, as_, json)


def show(
    what: Annotated[
        str, typer.Argument(help="An agreement, or with --text a rider.", metavar="WHAT")
    ],
    text: Annotated[bool, typer.Option("--text", help="The rider's whole document.")] = False,
    json: Json = False,
) -> None:
    """List an agreement's riders, or show one rider's document as it is signed."""
    if text and json:
        raise BadInput("Choose --text or --json.", remedy="Leave one of them out.")
    with home() as h:
        if text:
            emit_text(desk.persona_text(h, what, lang=Settings.lang))
            return
        found = desk.persona_riders(h, what)
    if json:
        emit_json([_value(seen) for seen in found])
        return
    for seen in found:
        waits = f"  not signed by {', '.join(seen.missing)}" if seen.missing else ""
        say(f"{seen.state.digest[:12]}  until {seen.state.expires:%Y-%m-%d}{waits}")
    if not found:
        say(
            "No persona rider: the skill does not speak as the person.",
            "没有人格附约：技能不以本人口吻作答。",
        )


def _value(seen: desk.RiderSeen) -> dict[str, Any]:
    state = seen.state
    return {
        "digest": state.digest,
        "agreement": state.agreement,
        "starts": state.starts,
        "expires": state.expires,
        "missing": list(seen.missing),
    }


def _told(seen: desk.RiderSeen, signer: str, json: bool) -> None:
    if json:
        emit_json(_value(seen))
        return
    rider = seen.state
    say(
        f"Signed as {signer}: rider {rider.digest[:12]}, until {rider.expires:%Y-%m-%d}.",
        f"已由 {signer} 签署：附约 {rider.digest[:12]}，至 {rider.expires:%Y-%m-%d}。",
    )
    if seen.missing:
        who = seen.missing[0]
        say(
            f"Still missing: {who}. Until then nothing speaks as the person.",
            f"还缺：{who}。签署前不以本人口吻作答。",
        )
        next_step(f"countersign persona show {rider.digest[:12]} --text")
    else:
        say(
            f"Take it back alone, any day: countersign withdraw {rider.agreement} --persona",
            f"随时可单独收回：countersign withdraw {rider.agreement} --persona",
        )
