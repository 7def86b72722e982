# SPDX-License-Identifier: Apache-2.0
"""The list of verbs that `--help` shows: grouped by whom they are for, in the order of the work."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from countersign.doors.cli.common import FOR_A_TEAM, FOR_CHECKERS, FOR_YOU

IN_ORDER: dict[str, tuple[str, ...]] = {
    FOR_YOU: (
        *("start", "init", "people", "add", "traces", "distill", "claims", "review"),
        *("reply", "asked", "answer", "counter", "answer-with", "decline", "together"),
        *("publish", "install", "uses", "statement", "suspend", "resume", "withdraw"),
        *("erasures", "code", "objections"),
        *("record", "export", "import"),
    ),
    FOR_A_TEAM: (
        "ask-for",
        "terms",
        "sign",
        "persona",
        "floor",
        "policy",
        "notice",
        "serve",
        "ask",
        "acknowledge",
        "backup",
        "restore",
        "credit",
    ),
    FOR_CHECKERS: ("verify", "withdrawals", "log", "witness", "monitor", "residue"),
}
_IN_CHINESE = {FOR_YOU: "本人", FOR_A_TEAM: "团队", FOR_CHECKERS: "核验者"}


class Verbs(TyperGroup):
    """The command line, whose help lists each verb under whom it serves."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in the order of the work; one not placed yet comes last."""
        placed = [verb for verbs in IN_ORDER.values() for verb in verbs if verb in self.commands]
        return placed + [verb for verb in super().list_commands(ctx) if verb not in placed]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one section for each group, each verb with its first sentence."""
        grouped: dict[str, list[tuple[str, str]]] = {}
        for verb in self.list_commands(ctx):
            command = self.commands[verb]
            panel = getattr(command, "rich_help_panel", None) or FOR_YOU
            grouped.setdefault(str(panel), []).append((verb, _first_sentence(command.help or "")))
        for panel, rows in grouped.items():
            with formatter.section(f"{panel} {_IN_CHINESE.get(panel, '')}".rstrip()):
                formatter.write_dl(rows)


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).split(". ")[0].rstrip(".")
