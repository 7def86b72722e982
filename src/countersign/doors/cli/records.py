# SPDX-License-Identifier: Apache-2.0
"""Verbs that hand out records: record, credit, export, import."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import FOR_A_TEAM, FOR_YOU, Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, next_step, say
from countersign.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command(rich_help_panel=FOR_YOU)(record)
    app.command(rich_help_panel=FOR_A_TEAM)(credit)
    app.command(rich_help_panel=FOR_YOU)(export)
    app.command("import", rich_help_panel=FOR_YOU)(import_)


def record(
    agreement: Annotated[
        str,
        typer.Argument(help="An agreement's or offer's id, or a file's name.", metavar="AGREEMENT"),
    ] = "",
    format: Annotated[
        str, typer.Option(help="dpv, receipt, odrl, kantara.", metavar="FORMAT")
    ] = "dpv",
    json: Json = False,
) -> None:
    """Print a consent record that other programs read: a rendering of what was signed. Without an
    agreement, the vocabularies, shapes and schemas that come with it; by name, one of them."""
    del json  # a record is JSON in any case
    if not agreement:
        emit_json(desk.packaged_files())
    elif agreement in desk.packaged_files():
        emit_text(desk.packaged_file(agreement))
    else:
        with home() as h:
            emit_json(desk.record_of(h, agreement, form=format, now=now()))


def credit(
    skill: Annotated[str, typer.Argument(help="The skill's name, or a record.", metavar="SKILL")],
    as_: Annotated[str, typer.Option("--as", help="The party that signs.", metavar="PARTY")] = "",
    topic: Annotated[
        list[str], typer.Option(help="A topic of the person's own; repeat it.", metavar="TOPIC")
    ] = [],  # noqa: B006
    format: Annotated[
        str, typer.Option(help="json (signed), md or html (for people).", metavar="FORMAT")
    ] = "json",
    out: Annotated[
        Path | None, typer.Option(help="Write to this new file.", metavar="FILE")
    ] = None,
    json: Json = False,
) -> None:
    """Sign as a party what a person's skill did: topics, period, answers. No rating, no content.
    Given a signed record's file instead of a skill, show it as a page."""
    if format not in ("json", "md", "html") or bool(as_) == skill.endswith(".json"):
        raise BadInput(
            "Say which skill and who signs, or which record to show.",
            why="A party signs once; a signed record can be shown as a page at any time.",
            remedy="countersign credit SKILL --as PARTY --topic T, or credit FILE.json --format md",
        )
    if as_:
        with home() as h:
            made = desk.give_credit(h, skill, party=as_, topics=topic, now=now())
    else:
        made = desk.read_credit_file(Path(skill))
    data = made.envelope.to_bytes()
    if format != "json":
        data = made.page(lang=Settings.lang, form=format).encode("utf-8")
    if out is not None:
        _write_new(out, data)
    if json:
        emit_json({"record": made.envelope.digest, **made.envelope.statement.predicate})
    elif out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        say(f"Written: {out}", f"已写入：{out}")
        next_step(f"countersign verify {out}")


def _write_new(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(data)
    except OSError as e:
        raise BadInput(
            f"The file {path.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Give a file that does not exist yet, in a folder you may write to.",
        ) from e


def export(
    out: Annotated[Path, typer.Option(help="A folder that does not exist yet.", metavar="DIR")],
    plain: Annotated[
        bool, typer.Option("--plain", help="Not sealed: keys and others' words stay behind.")
    ] = False,
    portable: Annotated[
        bool,
        typer.Option(
            "--portable", help="Only what you take along 带走: record, credit, masked claims."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Write everything held about you to a folder, in open formats; sealed by your passphrase."""
    if portable:
        _take_along(out, json)
        return
    with home() as h:
        made = desk.export(h, out, plain=plain, now=now())
    if json:
        emit_json(made)
        return
    c = made.counts
    say(
        f"{c['traces']:,} traces, {c['claims']:,} claims, {c['decisions']:,} decisions,"
        f" {c['record']:,} signed records, {c['receipt']:,} uses: {made.folder}",
        f"{c['traces']:,} 条记录、{c['claims']:,} 条条目、{c['decisions']:,} 个决定、"
        f"{c['record']:,} 条已签记录、{c['receipt']:,} 次使用：{made.folder}",
    )
    if not made.sealed:
        say(
            "It is not sealed: whoever has the folder can read it.",
            "未密封：拿到文件夹的人都能读。",
            style="yellow",
        )
    next_step(f"countersign --home NEW-HOME import {out}")


def _take_along(out: Path, json: bool) -> None:
    with home() as h:
        made = desk.take_along(h, out, now=now())
    if json:
        emit_json(made)
        return
    say(
        f"{made.claims} claims, {made.portfolio} held back, {made.credits} credit records,"
        f" {made.records} records of consent: {made.folder}",
        f"{made.claims} 条经验、{made.portfolio} 条保留、{made.credits} 份贡献证明、"
        f"{made.records} 份同意记录：{made.folder}",
    )
    if made.left:
        say(
            f"{made.left} stay behind: terms you signed leave them out (take_along).",
            f"{made.left} 条未带走：你签署的条款未包含它们（take_along）。",
        )
    say(
        "Masked, not sealed. Look through it before you show it.",
        "已遮盖，未密封。出示前请再看一遍。",
        style="yellow",
    )


def import_(
    folder: Annotated[Path, typer.Argument(help="The folder of an export.", metavar="DIR")],
    json: Json = False,
) -> None:
    """Bring an export into a fresh home: traces, claims, and what you decided."""
    with home() as h:
        made = desk.import_export(h, folder, now=now())
    if json:
        emit_json(made)
        return
    say(
        f"{made.traces:,} traces, {made.claims:,} claims, {made.decisions:,} decisions are here.",
        f"已带入 {made.traces:,} 条记录、{made.claims:,} 条条目、{made.decisions:,} 个决定。",
    )
    if not made.same_ids:
        say(
            "The export was not sealed, so ids are new and your decisions were signed again here.",
            "该导出未密封，因此编号是新的，你的决定已在此重新签名。",
        )
    next_step("countersign claims")
