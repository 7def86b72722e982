# SPDX-License-Identifier: Apache-2.0
"""`together` 一起谈: agree on one set of terms with others who were asked, unseen until it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_YOU, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, may_prompt, next_step, note, say, t
from countersign.errors import BadInput

together_app = typer.Typer(
    help="Answer together 一起谈: agree with others on one set of terms, unseen until sent.",
    rich_markup_mode=None,
)
File = Annotated[Path, typer.Argument(help="The circle's file that is passed on.", metavar="FILE")]
Code = Annotated[str, typer.Option(help="The join code; asked for when left out.", metavar="CODE")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(together_app, name="together", rich_help_panel=FOR_YOU)
    for verb in (start, show, join, propose, sign, send, accept):
        together_app.command()(verb)


def _code(given: str) -> str:
    if given:
        return given
    if may_prompt():
        return str(typer.prompt(t("Join code", "加入码"), hide_input=True))
    raise BadInput("The join code is missing.", remedy="Give it with --code.")


def _show(circle: desk.Circle, path: Path, json: bool) -> None:
    signed = {m.id for m in circle.signed}
    if json:
        emit_json(_value(circle, path))
        return
    say(desk.card_text(circle.joint.terms, Settings.lang))
    for m in circle.members:
        mark = t("signed", "已签") if m.id in signed else t("in", "已加入")
        say(f"  {m.name}  {mark}")
    say(
        f"{len(signed)} signed; three or more can send it. The party and the hub know nothing of this.",
        f"已签 {len(signed)} 人；满三人即可送出。对方和枢纽都不知道。",
    )


def _value(circle: desk.Circle, path: Path) -> dict[str, Any]:
    signed = {m.id for m in circle.signed}
    return {
        "file": str(path),
        "joint": circle.joint.id,
        "terms": circle.joint.terms.to_value(),
        "members": [{"name": m.name, "signed": m.id in signed} for m in circle.members],
    }


def start(
    about: Annotated[str, typer.Argument(help="A request, an offer, or a party.", metavar="ABOUT")],
    terms: Annotated[str, typer.Option(help="A preset or a TOML file.", metavar="TERMS")],
    out: Annotated[Path, typer.Option(help="The file to make.", metavar="FILE")] = Path(
        "together.circle"
    ),
    json: Json = False,
) -> None:
    """Start a circle: a sealed file to pass on, and a join code to tell by another way."""
    with home() as h:
        made = desk.together_start(h, about, terms=terms, out=out)
    if json:
        emit_json(_value(made.circle, made.path) | {"code": made.code})
        return
    say(f"Pass on the file:  {made.path}", f"传给同事的文件：{made.path}")
    say(f"Tell the join code: {made.code}", f"另行告知加入码：{made.code}", style="bold")
    note(
        "The code is shown once and kept nowhere. Use your own devices and a channel that the party"
        " does not run.",
        "加入码只显示一次，不留存。请用自己的设备和对方管不到的渠道。",
        style="yellow",
    )
    next_step(f"countersign together sign {made.path} --code …")


def show(file: File, code: Code = "", json: Json = False) -> None:
    """Read a circle's terms and who is in it."""
    _show(desk.together_open(file, _code(code)), file, json)


def join(file: File, code: Code = "", json: Json = False) -> None:
    """Be in, without signing yet; pass the file on or back."""
    with home() as h:
        circle = desk.together_join(h, file, _code(code))
    _show(circle, file, json)
    if not json:
        next_step(f"countersign together sign {file} --code …")


def propose(
    file: File,
    terms: Annotated[str, typer.Option(help="A preset or a TOML file.", metavar="TERMS")],
    code: Code = "",
    json: Json = False,
) -> None:
    """Put other terms into the circle; whoever signed the old ones signs anew."""
    with home() as h:
        circle = desk.together_propose(h, file, _code(code), terms=terms)
    _show(circle, file, json)


def sign(file: File, code: Code = "", json: Json = False) -> None:
    """Sign the circle's terms with your own key. Still nobody outside sees it."""
    with home() as h:
        circle = desk.together_sign(h, file, _code(code))
    _show(circle, file, json)
    if not json and len(circle.signed) >= desk.LEAST_SIGNERS:
        next_step(f"countersign together send {file} --code …")


def send(
    files: Annotated[
        list[Path], typer.Argument(help="The file, or several copies of it.", metavar="FILE")
    ],
    code: Code = "",
    json: Json = False,
) -> None:
    """Show the party what three or more of you signed. From now on it sees who signed."""
    with home() as h:
        sent = desk.together_send(h, files, _code(code), now=now())
        party = desk.label_in_hub(h, sent.joint.party)
    if json:
        emit_json({"joint": sent.joint.id, "signed": len(sent.persons)})
        return
    say(
        f"Sent: {sent.joint.id}, signed by {len(sent.persons)}. The party may sign it or not.",
        f"已送出：{sent.joint.id}，{len(sent.persons)} 人已签。对方可签可不签。",
    )
    next_step(f"countersign together accept {sent.joint.id} --as {party}")


def accept(
    joint: Annotated[str, typer.Argument(help="The joint terms' id.", metavar="JOINT")],
    as_: Annotated[str, typer.Option("--as", help="Which party accepts.", metavar="PARTY")],
    json: Json = False,
) -> None:
    """Accept joint terms as the party: they become these people's floor, with an offer for each."""
    with home() as h:
        made = desk.together_accept(h, joint, party=as_, now=now())
    if json:
        emit_json({"joint": joint, "offers": [o.id for o in made.offers]})
        return
    say(
        f"Accepted. {len(made.offers)} offers on these terms are ready, signed by you; each person"
        " signs or not.",
        f"已接受。{len(made.offers)} 份要约已由你签好，各人可签可不签。",
    )
    note("From now on nobody can offer them less.", "从此任何人不得向他们提出更低的条款。")
