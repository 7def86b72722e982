# SPDX-License-Identifier: Apache-2.0
"""Verbs that print texts for people: `terms text`, `terms template`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.common import Json, home, now
from countersign.doors.cli.out import Settings, emit_json, emit_text, note, say
from countersign.doors.cli.teams import terms_app
from countersign.errors import BadInput

Format = Annotated[
    str, typer.Option("--format", help="md, html or pdf (extra `contract`).", metavar="FORMAT")
]
Out = Annotated[
    Path | None, typer.Option(help="Write to this file; it must not exist yet.", metavar="FILE")
]
Fonts = Annotated[
    list[Path], typer.Option(help="A folder with more fonts for pdf.", metavar="FOLDER")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs under `terms`."""
    del app  # `terms` itself is added with the verbs of a team
    terms_app.command("text")(text)
    terms_app.command("template")(template)


def text(
    offer: Annotated[str, typer.Argument(help="An offer's or agreement's id.", metavar="OFFER")],
    format: Format = "md",
    out: Out = None,
    fonts: Fonts = [],  # noqa: B006
) -> None:
    """Print the contract of an offer. As md it is byte for byte what is signed."""
    _check(format, out)
    with home() as h:
        data = desk.contract_file(
            h, offer, lang=Settings.text_lang, form=format, now=now(), fonts=fonts
        )
    _give(data, format, out)


def template(
    name: Annotated[
        str | None, typer.Argument(help="Which; without it all are listed.", metavar="NAME")
    ] = None,
    terms: Annotated[
        str, typer.Option(help="Fill blanks from a preset, a file or an offer.", metavar="TERMS")
    ] = "",
    set_: Annotated[
        list[str], typer.Option("--set", help="Fill one blank: party=Acme.", metavar="BLANK=TEXT")
    ] = [],  # noqa: B006
    format: Format = "md",
    out: Out = None,
    fonts: Fonts = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Print a template: agreement, persona rider, floor, promise, notices, assessments. What is not filled in stays a labelled blank."""
    if name is None:
        _list(json)
        return
    if json:
        emit_json({"template": name, "blanks": desk.template_blanks(name, lang=Settings.text_lang)})
        return
    _check(format, out)
    with home() as h:
        data = desk.template_file(
            h,
            name,
            lang=Settings.text_lang,
            form=format,
            now=now(),
            terms=terms,
            given=_given(set_),
            fonts=fonts,
        )
    _give(data, format, out)


def _list(json: bool) -> None:
    if json:
        emit_json({"templates": {name: list(langs) for name, langs in desk.TEXTS.items()}})
        return
    for name, langs in desk.TEXTS.items():
        say(f"{name}  ({', '.join(langs)})")
    note(
        "Templates, not legal advice: have a lawyer check them.",
        "模板，非法律意见：使用前请律师审阅。",
    )


def _given(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise BadInput(
                "--set takes BLANK=TEXT.",
                remedy="For example --set party=Acme --set date=2026-12-01.",
            )
    return {name.strip(): value for name, _, value in (pair.partition("=") for pair in pairs)}


def _check(format: str, out: Path | None) -> None:
    if format not in desk.FORMATS:
        raise BadInput("Texts are printed as md, html or pdf.", remedy="For example --format html.")
    if out is not None and out.exists():
        raise BadInput(
            "That file exists already.",
            why="A contract that somebody may have signed is never written over.",
            remedy="Choose another name, or move the file away.",
        )
    if format == "pdf" and out is None and sys.stdout.isatty():
        raise BadInput("A PDF is not for a terminal.", remedy="Add --out FILE.")


def _give(data: bytes, format: str, out: Path | None) -> None:
    if out is not None:
        _write(data, out)
        note(f"Written: {out}", f"已写入：{out}")
    elif format == "pdf":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        emit_text(data.decode("utf-8"))


def _write(data: bytes, out: Path) -> None:
    try:
        # `x`: nobody's file is written over, also not one that appeared since we looked.
        with open(out, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as f:
            f.write(data)
    except OSError as e:
        raise BadInput(
            "The file cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder that exists and that you may write to.",
        ) from e
