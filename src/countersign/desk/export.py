# SPDX-License-Identifier: Apache-2.0
"""Export: everything held about the vault's own person, in open formats, for them alone (clause 25).

Sealed under a passphrase by default: then the vault's id key and the person's signing key travel
too, and an import elsewhere has the same ids and valid sheets. In the clear (`plain`) both keys and
others' words stay behind. Nobody can export about somebody else: it starts from the open vault and
takes no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign import __version__
from countersign.claims import claim_lines, decision_lines, sheet_lines
from countersign.clock import to_text
from countersign.desk.about_person import HUB, Ids, ids_of, rows_about
from countersign.desk.bundle import README, Writer
from countersign.desk.export_words import READ_ME, SEALED
from countersign.desk.home import Home
from countersign.desk.logbook import proof_of, publish_log
from countersign.desk.words import forget_due
from countersign.errors import BadInput, CountersignError, NotFound
from countersign.evidence import objections, trace_lines
from countersign.people import Person, id_key_of, people_lines
from countersign.seal import read_secret
from countersign.terms import (
    consent_record,
    declined,
    drafts,
    odrl_agreement,
    packaged,
    packaged_names,
    recorded,
)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds: how many files, and how many lines of each kind."""

    folder: Path
    sealed: bool
    files: int
    counts: dict[str, int]


def export(home: Home, folder: Path, *, plain: bool, now: datetime) -> Exported:
    """Write everything held about the vault's own person to a new folder.

    Raises `BadInput` where it would be sealed and there is no passphrase, `Conflict` where the
    folder exists. A run that is stopped leaves no folder of that name.
    """
    me = home.owner
    if not plain and home.passphrase is None:
        raise BadInput(
            "An export is sealed, and there is no passphrase to seal it with.",
            why="It holds your words, those of others, and your keys.",
            remedy="Give --passphrase-file FILE; or --plain, which leaves keys and others out.",
        )
    forget_due(home, now=now)
    publish_log(home.hub, now=now)
    writer = Writer(folder, passphrase=None if plain else home.passphrase)
    try:
        counts = _vault(home, writer) | _hub(home, writer, me, now)
        if writer.sealed:
            _secrets(home, writer, me)
        for name in packaged_names():
            writer.file(f"schemas/{name}", packaged(name).encode(), "Comes with the program.")
        writer.readable(README, SEALED if writer.sealed else READ_ME)
        if writer.sealed:
            writer.file(README, READ_ME.encode(), "What each file is. 各文件说明。")
        writer.close(_said(me, "sealed" if writer.sealed else "plain", now))
    except BaseException:
        writer.drop()
        raise
    return Exported(folder, writer.sealed, len(writer.entries), counts)


def _said(me: Person, form: str, now: datetime) -> dict[str, Any]:
    made = {"program": f"countersign {__version__}", "exportedAt": to_text(now)}
    return {"kind": "full", "form": form, "person": me.id, **made}


def _vault(home: Home, w: Writer) -> dict[str, int]:
    vault, sources = home.vault, _Sources()
    traces = sources.see(trace_lines(vault, words_of_others=w.sealed))
    files: tuple[tuple[str, Iterable[Any], str], ...] = (
        ("people", people_lines(vault), "People you know of. 人员。"),
        ("traces", traces, "Every trace; in the clear others' are listed only. 全部记录。"),
        ("claims", claim_lines(vault), "Claims with quotes. 条目及原话。"),
        ("decisions", decision_lines(vault), "Your decisions. 你的决定。"),
        ("sheets", sheet_lines(vault), "Signed review sheets. 已签审核单。"),
        ("objections", _objections(home), "Who objected; honored after an import. 反对名单。"),
        ("answers", _answers(home), "Answers under way. 未寄出的答复。"),
    )
    counts = {name: w.lines(f"{name}.jsonl", lines, about) for name, lines, about in files}
    return counts | {"sources": w.lines("sources.jsonl", sources.lines(), "Sources. 来源索引。")}


class _Sources:
    """Counts traces by source as they pass by."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Any]] = {}

    def see(self, lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Pass each line on, counted."""
        for line in lines:
            blank = {"source": line["source"], "own": 0, "context": 0, "first": None, "last": None}
            row = self._found.setdefault(line["source"], blank)
            row["own" if line["own"] else "context"] += 1
            if line["at"]:
                row["first"] = min(row["first"] or line["at"], line["at"])
                row["last"] = max(row["last"] or line["at"], line["at"])
            yield line

    def lines(self) -> list[dict[str, Any]]:
        """Return each source with how much of it is kept, from when until when."""
        return [self._found[name] for name in sorted(self._found)]


def _objections(home: Home) -> Iterator[dict[str, Any]]:
    """Yield whose words must not be kept, so that an import goes on honoring it (clause 35)."""
    for o in objections(home.vault):
        yield {"handle": str(o.handle), "since": to_text(o.since)}


def _answers(home: Home) -> Iterator[dict[str, Any]]:
    for draft in drafts(home.vault):
        value = {"id": draft.id, "party": draft.party, "request": draft.request}
        yield value | {
            "declined": False,
            "answers": draft.answers,
            "at": to_text(draft.at),
            "person": draft.person,
            "terms": draft.terms.to_value(),
        }
    yield from ({"id": id, "declined": True} for id in sorted(declined(home.vault)))


def _hub(home: Home, w: Writer, me: Person, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    with home.hub.db.read() as c:
        ids = ids_of(c, me.id)
        for table, (_, _, about) in HUB.items():
            found = list(rows_about(c, table, ids))
            counts[table] = w.lines(f"hub/{table}.jsonl", found, about)
        agreements = sorted(ids["agreements"])
        rendered = {a: _rendered(c, a, now) for a in agreements}
    for agreement, files in rendered.items():
        for ending, value in files.items():
            w.lines(f"records/{agreement}.{ending}", [value], "A consent record. 同意记录。")
    counts["proofs"] = _proofs(home, w, ids)
    return counts


def _rendered(c: Any, agreement: str, now: datetime) -> dict[str, Any]:
    """Return the renderings of an agreement; none before the person signed it."""
    try:
        found = recorded(c, agreement)
        return {
            "dpv.jsonld": consent_record(found, now=now),
            "odrl.jsonld": odrl_agreement(found, now=now),
        }
    except NotFound:
        return {}


def _proofs(home: Home, w: Writer, ids: Ids) -> int:
    """Write the log proof of every record; one that cannot be proved now is left to the log."""
    number = 0
    with home.hub.db.read() as c:
        digests = [row["digest"] for row in rows_about(c, "record", ids)]
    for digest in digests:
        try:
            proof, _ = proof_of(home.hub, digest)
        except (CountersignError, LookupError):
            continue
        w.file(f"proofs/{digest}.tlog-proof", proof, "C2SP tlog-proof of one record. 日志证明。")
        number += 1
    return number


def _secrets(home: Home, w: Writer, me: Person) -> None:
    w.file("secret/id-key", id_key_of(home.vault), "Makes the ids of your vault. 生成编号的密钥。")
    path = home.key_path(me.label)
    if path.exists():
        key = read_secret(path, home.passphrase)
        w.file("secret/signing-key", key, "Your own signing key. 你的签名私钥。")
