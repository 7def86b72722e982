# SPDX-License-Identifier: Apache-2.0
"""Verbs for the log and its witnesses: verify, print for paper, have cosigned, be a witness."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countersign import desk
from countersign.doors.cli.checks import show_steps
from countersign.doors.cli.common import FOR_CHECKERS, Json, home, now
from countersign.doors.cli.out import emit_json, note, say
from countersign.doors.witness import Answer, WitnessServer, answering
from countersign.errors import BadInput, NotVerified, Unavailable

log_app = typer.Typer(help="The append-only log, as plain C2SP files.", rich_markup_mode=None)

PolicyFile = Annotated[
    Path | None,
    typer.Option(
        help="A C2SP tlog-policy: logs, witnesses, and the quorum that must have cosigned.",
        metavar="FILE",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(log_app, name="log", rich_help_panel=FOR_CHECKERS)
    log_app.command("verify")(log_verify)
    log_app.command("key")(log_key)
    log_app.command("checkpoint")(log_checkpoint)
    log_app.command("submit")(log_submit)
    app.command(rich_help_panel=FOR_CHECKERS)(witness)


def log_verify(
    folder: Annotated[Path, typer.Argument(help="The log's folder.", metavar="FOLDER")],
    vkey: Annotated[
        list[str],
        typer.Option(help="A log's verifier key; default those in trust.json.", metavar="KEY"),
    ] = [],  # noqa: B006
    trust: Annotated[
        Path | None, typer.Option(help="Trusted keys; default the home's.", metavar="FILE")
    ] = None,
    policy: PolicyFile = None,
    words: Annotated[
        str | None,
        typer.Option(help="The words of a checkpoint on paper, to be compared.", metavar="WORDS"),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(help="The size that stands on the paper; default the log's.", metavar="N"),
    ] = None,
    seen: Annotated[
        list[Path],
        typer.Option(help="A checkpoint kept from earlier, also one scanned.", metavar="FILE"),
    ] = [],  # noqa: B006
    json: Json = False,
) -> None:
    """Verify a log's checkpoint, tiles and entries offline, and compare it with what one kept."""
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder.name}.", remedy="Give the log's folder.")
    if size is not None and (words is None or size < 0):
        raise BadInput("--size goes with --words and is not below 0.", remedy="Give both.")
    asked = desk.read_policy(policy) if policy else None
    keys = _keys(vkey, trust, asked, optional=words is not None and not seen)
    steps = desk.verify_log(folder, keys, asked) if keys else []
    if words is not None:
        if not keys:
            note(
                "No key of this log is known here, so only the words are compared.",
                "这里没有该日志的密钥，因此只比对词语。",
            )
        steps.append(desk.verify_paper(folder, words, size))
    steps += [desk.verify_seen(folder, path, keys) for path in seen]
    show_steps(steps, json)


def _keys(
    vkey: list[str], trust: Path | None, policy: desk.Policy | None, *, optional: bool
) -> list[str]:
    """Return the keys to believe; a policy that names logs needs no others."""
    if vkey or (policy is not None and policy.logs):
        return vkey + [log.key.text for log in (policy.logs if policy else ())]
    try:
        with home() as h:
            return desk.log_keys(h, trust)
    except NotVerified:
        if optional:
            return []
        raise


def log_key() -> None:
    """Print this hub's log verifier key, to hand out."""
    with home() as h:
        say(h.hub.signer.vkey)


def log_checkpoint(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A log's folder; default this hub's.", metavar="FOLDER"),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Print it for paper: words and a QR code.")
    ] = False,
    count: Annotated[
        int, typer.Option(help="How many words, 8 to 32.", metavar="N", min=8, max=32)
    ] = 8,
    svg: Annotated[
        Path | None, typer.Option(help="Write the QR code as an SVG file.", metavar="FILE")
    ] = None,
    json: Json = False,
) -> None:
    """Print the log's checkpoint, to be kept where nobody who runs the log can change it."""
    found = desk.checkpoint_on_paper(_folder(folder), words=count)
    if svg is not None:
        _write(svg, found.svg)
    if json:
        emit_json(found.paper)
    elif words:
        _show_paper(found)
    else:
        say(found.paper.signed.rstrip("\n"))


def _folder(given: Path | None) -> Path:
    if given is not None:
        return given
    with home() as h:
        desk.publish_log(h.hub, now=now())
        return h.hub.log_folder


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as e:
        raise Unavailable(
            f"{path.name} cannot be written.",
            why=e.strerror or type(e).__name__,
            remedy="Choose a folder you may write to.",
        ) from e


def _show_paper(found: desk.OnPaper) -> None:
    paper = found.paper
    say(f"Log     {paper.origin}", f"日志  {paper.origin}")
    say(f"Size    {paper.size}", f"条数  {paper.size}")
    say(f"Words   {paper.words_en}", f"词语  {paper.words_zh}", style="bold")
    say(f"中文    {paper.words_zh}", f"英文  {paper.words_en}")
    say("")
    for line in found.qr:
        say(line, style="black on white")
    say("")
    say(
        "Write down log, size and words, or keep the code; then date it and sign it.",
        "抄下日志、条数和词语，或保存二维码；写上日期并签名。",
    )
    say(
        f"Later: countersign log verify FOLDER --size {paper.size} --words '{paper.words_en}'",
        f"日后核对：countersign log verify FOLDER --size {paper.size} --words '{paper.words_zh}'",
    )


def log_submit(
    policy: Annotated[
        Path,
        typer.Option(help="The policy that names the witnesses and their URLs.", metavar="FILE"),
    ],
    json: Json = False,
) -> None:
    """Ask the policy's witnesses to cosign this hub's log. Exit 1 if the quorum is not met."""
    asked = desk.read_policy(policy)
    with home() as h:
        done = desk.witness_log(h.hub, asked, now=now())
    if json:
        emit_json(done)
    else:
        say(f"{done.origin}, {done.size} leaves", f"{done.origin}，{done.size} 条")
        for each in done.asked:
            mark, style = ("✓", "green") if each.cosigned else ("✗", "bold red")
            say(f"{mark} {each.name}: {each.detail}", style=style)
        say(
            f"The quorum is not met: {done.lacking}." if done.lacking else "The quorum is met.",
            f"未达到法定见证数：{done.lacking}。" if done.lacking else "已达到法定见证数。",
            style="bold red" if done.lacking else "bold green",
        )
    if done.lacking:
        raise typer.Exit(1)


def witness(
    origin_key: Annotated[
        list[str],
        typer.Option(help="The verifier key of a log to watch.", metavar="VKEY"),
    ],
    port: Annotated[
        int, typer.Option(help="Where to listen; 0 lets the system choose.", min=0, max=65535)
    ] = 8085,
    host: Annotated[
        str, typer.Option(help="The address to listen at.", metavar="ADDRESS")
    ] = "127.0.0.1",
    prefix: Annotated[
        str, typer.Option(help="What the paths begin with, such as /witness.", metavar="PATH")
    ] = "",
    make_key: Annotated[
        bool, typer.Option("--make-key", help="Make the witness's key and memory first.")
    ] = False,
    name: Annotated[str, typer.Option(help="The name of a key to be made.", metavar="NAME")] = "",
) -> None:
    """Be a witness: cosign a log only while it grows and never changes; take in withdrawals."""
    logs = desk.watched(origin_key)
    with home() as h:
        mine = desk.the_witness(h, make=make_key, name=name)
        try:
            with _listening(host, port, answering(mine, logs, now), prefix) as server:
                _announce(mine, logs, server)
                server.serve_forever()
        finally:
            mine.close()


def _listening(host: str, port: int, answer: Answer, prefix: str) -> WitnessServer:
    try:
        return WitnessServer((host, port), answer, prefix=prefix)
    except OSError as e:
        raise Unavailable(
            f"Nothing can listen at {host}:{port}.",
            why=e.strerror or type(e).__name__,
            remedy="Choose another --port or --host.",
        ) from e


def _announce(
    mine: desk.Witness, logs: tuple[desk.VerifierKey, ...], server: WitnessServer
) -> None:
    for log in logs:
        say(f"Watching {log.name}", f"正在见证 {log.name}")
    say("For policies:", "供策略文件使用：")
    say(f"witness NAME {mine.vkey} {server.url}")
    note("Ctrl-C ends it; what it has seen stays.", "按 Ctrl-C 结束；已见证的记录保留。")
