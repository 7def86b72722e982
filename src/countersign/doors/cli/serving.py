# SPDX-License-Identifier: Apache-2.0
"""Verbs that answer: ask in the terminal, serve over MCP."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, say


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_A_TEAM)(ask)
    app.command(rich_help_panel=FOR_A_TEAM)(serve)


def ask(
    question: Annotated[
        str, typer.Argument(help="The question, in English or Chinese.", metavar="QUESTION")
    ],
    skill: Annotated[
        str | None, typer.Option(help="One skill; by default all in force.", metavar="SKILL")
    ] = None,
    caller: Annotated[
        str, typer.Option(help="In whose name to ask.", metavar="CALLER")
    ] = "terminal",
    party: Annotated[
        str | None, typer.Option(help="The party the caller belongs to.", metavar="PARTY")
    ] = None,
    purpose: Annotated[
        str, typer.Option(help="What the answer is for.", metavar="PURPOSE")
    ] = "answer-questions",
    json: Json = False,
) -> None:
    """Ask a skill. Each answer leaves a receipt; the person never sees your question or name."""
    with home() as h:
        if party is None and skill is not None:
            party = desk.party_of(h, skill)
        who = desk.open_caller(h.hub, desk.caller_for(caller, party), party=party, now=now())
        said = question.encode("utf-8", "replace").decode("utf-8")  # argv may hold broken bytes
        answered = desk.ask(h.hub, who, said, skill=skill, purpose=purpose, now=now())
        receipt = desk.receipt_value(answered.receipt, hub=h.hub)
    if json:
        emit_json(
            {
                "text": answered.text,
                "skill": answered.skill or None,
                "claims": list(answered.claims),
                "receipt": receipt,
            }
        )
        return
    say(textwrap.dedent(answered.text))


def serve(
    caller: Annotated[
        str, typer.Option(help="The caller that this server answers.", metavar="CALLER")
    ],
    party: Annotated[
        str | None, typer.Option(help="The party the caller belongs to.", metavar="PARTY")
    ] = None,
    tell: Annotated[
        str,
        typer.Option(help="What the person may see of each use: name, question.", metavar="WORDS"),
    ] = "",
) -> None:
    """Serve skills to one agent over MCP on stdin and stdout. Never opens the vault."""
    with home() as h:
        h.require()
    words = ["--home", str(Settings.home), "--caller", caller]
    words += ["--party", party] if party else []
    words += ["--tell", tell] if tell else []
    # The server is a process image of its own: only it pays for importing the protocol.
    # It has no use for the passphrase of a vault that it never opens.
    rest = {k: v for k, v in os.environ.items() if k != "COUNTERSIGN_PASSPHRASE"}
    os.execve(sys.executable, [sys.executable, "-m", "countersign.doors.mcp", *words], rest)  # noqa: S606
