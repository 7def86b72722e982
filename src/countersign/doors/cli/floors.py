# SPDX-License-Identifier: Apache-2.0
"""Verbs of floors and of a company's own policy: floor, policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, next_step, say, t
from countersign.errors import BadInput, Unavailable

floor_app = typer.Typer(
    help="A minimum that both sides of a collective agreement sign; below it nothing is signed.",
    rich_markup_mode=None,
)
policy_app = typer.Typer(
    help="A company's own limits, which only narrow, and its public promise.",
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(help="A TOML file of limits.", metavar="FILE")]
Name = Annotated[
    str, typer.Argument(help="A floor's series, or its record's digest.", metavar="FLOOR")
]
As = Annotated[
    str, typer.Option("--as", help="Who signs, with their own key file.", metavar="SIGNER")
]
Party = Annotated[str, typer.Option(help="The party whose agreements it is for.", metavar="PARTY")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(floor_app, name="floor", rich_help_panel=FOR_A_TEAM)
    app.add_typer(policy_app, name="policy", rich_help_panel=FOR_A_TEAM)
    floor_app.command("example")(example)
    floor_app.command("propose")(propose)
    floor_app.command("sign")(sign)
    floor_app.command("show")(show)
    floor_app.command("check")(check)
    policy_app.command("example")(policy_example)
    policy_app.command("sign")(sign_policy)
    policy_app.command("show")(show_policy)
    policy_app.command("page")(page)


def floor_value(seen: desk.FloorSeen) -> dict[str, Any]:
    """Return a floor as `--json` prints it."""
    return {
        "digest": seen.digest,
        "series": seen.floor.series,
        "version": seen.floor.version,
        "party": seen.party,
        "representative": seen.representative,
        "from": seen.floor.since,
        "until": seen.floor.until,
        "persons": seen.floor.persons,
        "limits": seen.floor.limits.to_value(),
        "missing": list(seen.missing),
    }


def example() -> None:
    """Print a floor to begin from: a TOML file with a comment at each line."""
    emit_text(desk.example_text("floor"))


def policy_example() -> None:
    """Print a policy to begin from: a TOML file with a comment at each line."""
    emit_text(desk.example_text("policy"))


def propose(
    file: File,
    as_: As,
    party: Party,
    representative: Annotated[
        str, typer.Option(help="The other side, where the party proposes.", metavar="LABEL")
    ] = "",
    json: Json = False,
) -> None:
    """Propose a floor with the first signature. It binds nobody before the other side signs too."""
    with home() as h:
        beside = representative or as_
        seen = desk.floor_propose(
            h, file, party=party, representative=beside, signer=as_, now=now()
        )
    _told(seen, as_, json)


def sign(name: Name, as_: As, party: Party = "", json: Json = False) -> None:
    """Sign a proposed floor as its other side. Read it first: `floor show FLOOR --text`."""
    with home() as h:
        seen = desk.floor_sign(h, name, signer=as_, party=party, now=now())
    _told(seen, as_, json)


def _told(seen: desk.FloorSeen, signer: str, json: bool) -> None:
    if json:
        emit_json(floor_value(seen))
        return
    floor = seen.floor
    say(
        f"Signed as {signer}: {floor.series}, version {floor.version}, {seen.digest[:12]}.",
        f"已由 {signer} 签署：{floor.series} 第 {floor.version} 版，{seen.digest[:12]}。",
    )
    if seen.missing:
        who = seen.missing[0]
        say(
            f"Still missing: {who}. Until then it binds nobody.",
            f"还缺：{who}。签署前不具约束力。",
        )
        next_step(f"countersign floor sign {seen.digest[:12]} --as {who}")
        return
    say(
        f"Binds from {floor.since:%Y-%m-%d %H:%M} UTC on. Terms below it cannot be signed, and"
        " older agreements below it stop.",
        f"自 {floor.since:%Y-%m-%d %H:%M} UTC 起生效。低于底线的条款不可签署，已有的低于底线的协议停用。",
    )


def show(
    name: Annotated[
        str | None, typer.Argument(help="A series or digest; without it, all.", metavar="FLOOR")
    ] = None,
    party: Annotated[str, typer.Option(help="Only this party's.", metavar="PARTY")] = "",
    text: Annotated[
        bool, typer.Option("--text", help="The whole text of one floor, as it is signed.")
    ] = False,
    de: Annotated[bool, typer.Option("--de", help="The text in German.")] = False,
    json: Json = False,
) -> None:
    """Show floors: their limits in words, versions, and who has not signed."""
    if (text or de) and name is None:
        raise BadInput("Say which floor.", remedy="countersign floor show FLOOR --text")
    with home() as h:
        if name is not None and (text or de):
            emit_text(desk.floor_text(h, name, lang="de" if de else Settings.lang))
            return
        found = [f for f in desk.list_floors(h, party=party) if name is None or _is(f, name)]
    if json:
        emit_json([floor_value(f) for f in found])
        return
    for f in found:
        _show(f)
    if not found:
        say("No floors here.", "没有集体约定的底线。")


def _is(seen: desk.FloorSeen, name: str) -> bool:
    return seen.floor.series == name or (len(name) >= 8 and seen.digest.startswith(name))


def _show(seen: desk.FloorSeen) -> None:
    at, floor = now(), seen.floor
    if seen.missing:
        state = t("proposed, not signed by ", "已提出，尚缺 ") + ", ".join(seen.missing)
    elif seen.over(at):
        state = t("ended or replaced", "已结束或已被替代")
    else:
        state = t("in force", "有效") if seen.runs(at) else t("begins later", "尚未生效")
    until = f" – {seen.ends:%Y-%m-%d}" if seen.ends else ""
    say(
        f"{floor.series} v{floor.version}  {seen.party} ↔ {seen.representative}  {state}"
        f"  {floor.since:%Y-%m-%d}{until}"
    )
    for line in desk.limit_lines(floor.limits, Settings.lang):
        say(f"    {line}")
    say(f"    {seen.digest}", style="dim")


def check(
    what: Annotated[
        str, typer.Argument(help="A preset, a TOML file, or an offer.", metavar="WHAT")
    ],
    party: Annotated[
        str, typer.Option(help="For which party, where it is no offer.", metavar="PARTY")
    ] = "",
    person: Annotated[str, typer.Option(help="For whom.", metavar="PERSON")] = "",
    json: Json = False,
) -> None:
    """Tell which clauses of terms are below a floor, and how to mend each. Exit code 1 if any is."""
    with home() as h:
        found = desk.floor_check(h, what, party=party, person=person, now=now())
    if json:
        emit_json(
            [
                {"field": f.field, "by": f.by, "record": f.name, "says": f.line(Settings.lang)}
                for f in found
            ]
        )
    else:
        for f in found:
            say(f"  {f.line(Settings.lang)}")
        if not found:
            say("Nothing is below a floor.", "没有低于底线的条款。")
    if found:
        raise typer.Exit(1)


def sign_policy(file: File, as_: As, json: Json = False) -> None:
    """Sign a company's policy. It can only narrow what agreements allow."""
    with home() as h:
        seen = desk.policy_sign(h, file, party=as_, now=now())
    if json:
        emit_json(_policy_value(seen))
        return
    version = seen.state.policy.version
    say(
        f"Signed as {as_}: policy version {version}, {seen.state.digest[:12]}.",
        f"已由 {as_} 签署：公司政策第 {version} 版，{seen.state.digest[:12]}。",
    )
    next_step(f"countersign policy page --as {as_} --out PROMISE.md")


def _policy_value(seen: desk.PolicySeen) -> dict[str, Any]:
    policy = seen.state.policy
    return {
        "digest": seen.state.digest,
        "party": seen.party.label,
        "version": policy.version,
        "from": policy.since,
        "until": policy.until,
        "limits": policy.limits.to_value(),
    }


def show_policy(
    party: Annotated[str, typer.Argument(help="Whose policy.", metavar="PARTY")],
    json: Json = False,
) -> None:
    """Show a party's newest policy in words."""
    with home() as h:
        seen = desk.policy_show(h, party)
    if json:
        emit_json(_policy_value(seen))
        return
    policy = seen.state.policy
    say(f"{seen.party.label} v{policy.version}  {policy.since:%Y-%m-%d}")
    for line in desk.limit_lines(policy.limits, Settings.lang):
        say(f"    {line}")
    say(f"    {seen.state.digest}", style="dim")


def page(
    as_: Annotated[str, typer.Option("--as", help="Whose policy.", metavar="PARTY")],
    out: Annotated[
        Path | None, typer.Option(help="Write it here, and its signature beside.", metavar="FILE")
    ] = None,
) -> None:
    """Print the public promise as it was signed; with --out also its signed record, to check alone."""
    with home(private=False) as h:
        text, envelope = desk.policy_page(h, as_, lang=Settings.lang)
    if out is None:
        emit_text(text)
        return
    beside = out.with_name(f"{out.name}.dsse.json")
    try:
        out.write_bytes(text.encode("utf-8"))
        beside.write_bytes(envelope.to_bytes())
    except OSError as e:
        raise Unavailable(
            f"The file {out.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose another --out.",
        ) from e
    say(f"Written: {out} and {beside}", f"已写入：{out} 和 {beside}")
