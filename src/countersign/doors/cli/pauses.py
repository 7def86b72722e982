# SPDX-License-Identifier: Apache-2.0
"""Verbs that stop use for a time: suspend, resume."""

from __future__ import annotations

from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import emit_json, next_step, say
from countersign.errors import BadInput

What = Annotated[
    str | None,
    typer.Argument(help="A skill's name, or an agreement's or offer's id.", metavar="WHAT"),
]
Series = Annotated[
    str | None, typer.Option("--floor", help="All within this floor's scope.", metavar="SERIES")
]
As = Annotated[
    str | None,
    typer.Option(
        "--as", help="Who says so: by default you; a side of the floor.", metavar="SIGNER"
    ),
]
Party = Annotated[
    str, typer.Option(help="Whose floor, where several have this name.", metavar="PARTY")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    for verb in (suspend, resume):
        app.command(rich_help_panel=FOR_YOU)(verb)


def suspend(
    what: What = None,
    floor: Series = None,
    as_: As = None,
    party: Party = "",
    json: Json = False,
) -> None:
    """Stop all use until you resume it, no reason asked; or as a representative, within a floor."""
    _one_of(what, floor, as_)
    with home() as h:
        if floor is not None and as_ is not None:
            seen = desk.floor_pause(h, floor, signer=as_, party=party, now=now())
            _say_floor(seen, json, ("Suspended", "已暂停"), _STOPPED)
            return
        found = desk.pause(h, what or "", signer=as_, now=now())
    if json:
        emit_json(found)
        return
    for p in found:
        say(
            f"Suspended: {p.agreement}. Refused from now on.",
            f"已暂停：{p.agreement}。即刻起拒绝使用。",
        )
    next_step(f"countersign resume {what}")


def resume(
    what: What = None,
    floor: Series = None,
    as_: As = None,
    party: Party = "",
    json: Json = False,
) -> None:
    """Let it be used again: what you stopped, you alone; within a floor, both its sides."""
    _one_of(what, floor, as_)
    with home() as h:
        if floor is not None and as_ is not None:
            seen = desk.floor_go_on(h, floor, signer=as_, party=party, now=now())
            _say_floor(seen, json, ("Signed that it may go on", "已签署恢复"), _GOES_ON)
            return
        found = desk.go_on(h, what or "", signer=as_, now=now())
    if json:
        emit_json(found)
        return
    for p in found:
        if p.state == "in-force":
            say(f"In use again: {p.agreement}.", f"已恢复：{p.agreement}。")
        else:
            say(
                f"Your own pause is over; a representative's still stands: {p.agreement}.",
                f"本人的暂停已结束；代表的暂停仍然有效：{p.agreement}。",
                style="yellow",
            )


def _one_of(what: str | None, floor: str | None, signer: str | None) -> None:
    if (what is None) == (floor is None) or (floor is not None and signer is None):
        raise BadInput(
            "Say what to stop or to let go on.",
            why="It is a skill or agreement of yours, or the scope of a floor.",
            remedy="countersign suspend SKILL, or: countersign suspend --floor SERIES --as COUNCIL",
        )


_STOPPED = (
    "Everything in its scope is refused from now on, until both its sides sign that it may go on.",
    "范围内的一切即刻起拒绝使用，直至双方都签署恢复。",
)
_GOES_ON = (
    "Both sides have signed. What a person stopped alone stays stopped.",
    "双方均已签署。本人自行暂停的仍然暂停。",
)


def _say_floor(
    seen: desk.FloorPaused, json: bool, done: tuple[str, str], means: tuple[str, str]
) -> None:
    floor = seen.floor
    if json:
        emit_json({"digest": seen.digest, "series": floor.series, "missing": list(seen.missing)})
        return
    say(
        f"{done[0]}: {floor.series}, record {seen.digest[:12]}.",
        f"{done[1]}：{floor.series}，{seen.digest[:12]}。",
    )
    if seen.missing:
        who = seen.missing[0]
        say(f"Still missing: {who}.", f"还缺：{who}。")
        next_step(f"countersign resume --floor {floor.series} --as {who}")
        return
    say(*means)
