# SPDX-License-Identifier: Apache-2.0
"""Verbs below `notice`: representatives, assessment, processing, leaving, transfer, incapacity."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, say
from countersign.errors import BadInput

notice_app = typer.Typer(
    help="Signed notices around agreements: before use, on change, leaving, transfer, incapacity.",
    rich_markup_mode=None,
)

As = Annotated[
    str, typer.Option("--as", help="Who signs, with their own key file.", metavar="SIGNER")
]
Agreement = Annotated[
    str, typer.Argument(help="The agreement's or offer's id.", metavar="AGREEMENT")
]
Person = Annotated[str, typer.Argument(help="Label of the person.", metavar="PERSON")]
On = Annotated[
    str,
    typer.Option(
        "--on", help="From which UTC day, as 2027-01-31; today by default.", metavar="DAY"
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(notice_app, name="notice", rich_help_panel=FOR_A_TEAM)
    notice_app.command("to-representatives")(to_representatives)
    notice_app.command("assessment")(assessment)
    notice_app.command("processing")(processing)
    notice_app.command("leaving")(leaving)
    notice_app.command("transfer")(transfer)
    notice_app.command("incapacity")(incapacity)


def to_representatives(
    agreement: Agreement,
    as_: As,
    to: Annotated[
        list[str],
        typer.Option(
            help="A representative; else whom a floor or the terms name.", metavar="LABEL"
        ),
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Sign that the representatives were told what the skill does, before its first use."""
    with home() as h:
        made = desk.notice_representatives(h, agreement, to=to, signer=as_, now=now())
    _told([made], json, "The representatives' notice is signed.", "致职工代表的告知书已签署。")


def assessment(
    agreement: Agreement,
    as_: Annotated[str, typer.Option("--as", help="Who signs: the party.", metavar="SIGNER")] = "",
    file: Annotated[Path | None, typer.Option(help="The form, filled in.", metavar="FILE")] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Print the form, filled in as far as terms say.")
    ] = False,
    json: Json = False,
) -> None:
    """Sign what could go wrong and what is done about it; print the form with --blank."""
    if blank == (file is not None) or (file is not None and not as_):
        raise BadInput(
            "Print the form, or sign one that is filled in.",
            why="The short assessment is signed with the agreement; this is the full one.",
            remedy="countersign notice assessment AGREEMENT --blank, then --file FILE --as PARTY",
        )
    with home() as h:
        if file is None:
            emit_text(desk.assessment_form(h, agreement, lang=Settings.lang, now=now()))
            return
        made = desk.notice_assessment(h, agreement, file, lang=Settings.lang, signer=as_, now=now())
    _told([made], json, "The impact assessment is signed.", "影响评估已签署。")


def processing(
    file: Annotated[
        Path,
        typer.Argument(
            help="A TOML file with purposes, methods, kinds, audience, models.", metavar="FILE"
        ),
    ],
    as_: As,
    agreement: Annotated[
        str, typer.Option(help="Only under this one; else under all of yours.", metavar="AGREEMENT")
    ] = "",
    json: Json = False,
) -> None:
    """Declare what is done with the texts; what goes beyond signed terms stops them until re-signed."""
    with home() as h:
        made = desk.notice_processing(h, file, agreement=agreement, signer=as_, now=now())
    _told([made], json, "The processing is declared.", "处理方式已声明。")


def leaving(
    person: Person,
    as_: As,
    party: Annotated[str, typer.Option(help="The party that the person leaves.", metavar="PARTY")],
    on: On = "",
    json: Json = False,
) -> None:
    """Say, as the person or the party, that the person leaves; then the skill stops by default."""
    with home() as h:
        made = desk.notice_leaving(h, person, party=party, signer=as_, at=_day(on), now=now())
    _told(made, json, "The leaving is noted.", "离职已登记。")


def transfer(
    to: Annotated[str, typer.Argument(help="Label of the successor, a party.", metavar="PARTY")],
    as_: As,
    on: On = "",
    json: Json = False,
) -> None:
    """Say that the party passes to another one; agreements do not pass, the successor asks anew."""
    with home() as h:
        made = desk.notice_transfer(h, to, signer=as_, at=_day(on), now=now())
    _told([made], json, "The transfer is noted.", "变更已登记。")


def incapacity(
    person: Person,
    as_: As,
    on: On = "",
    over: Annotated[
        bool, typer.Option("--over", help="The person's own word that it is over.")
    ] = False,
    json: Json = False,
) -> None:
    """Say, as delegate or representative, that a person cannot decide; only they end it."""
    with home() as h:
        made = desk.notice_incapacity(h, person, signer=as_, at=_day(on), over=over, now=now())
    _told([made], json, "It is noted.", "已登记。")


def _day(text: str) -> datetime:
    if not text:
        return now()
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as e:
        raise BadInput("This is no day.", remedy="Write it as 2027-01-31.") from e


def _told(made: list[desk.Noticed], json: bool, en: str, zh: str) -> None:
    if json:
        emit_json(made)
        return
    say(en, zh)
    for m in made:
        say(f"    {m.digest}", style="dim")
        if m.kept_until:
            say(
                f"    Its text is kept until {m.kept_until:%Y-%m-%d} at least.",
                f"    文本至少保存至 {m.kept_until:%Y-%m-%d}。",
            )
