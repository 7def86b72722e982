# SPDX-License-Identifier: Apache-2.0
"""What the hub holds about one person, table by table: the rows, and why a table has none.

Every table of hub and vault stands in one of the lists here, which a test compares with the
database: a table that somebody adds cannot be forgotten. Who asked is left out of receipts, in
whatever form (clause 36); rows of other persons are never read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_text
from countersign.seal import Envelope, Statement, b64
from countersign.store import hub_tables

# table: (the column that says whose row it is, the set of ids it must be in, what the file is)
HUB: dict[str, tuple[str, str, str]] = {
    "person_card": ("id", "person", "Your public card. 你的公开名片。"),
    "party": ("id", "parties", "The parties that you dealt with. 与你相关的各方。"),
    "representative": ("id", "representatives", "Your representatives. 你的代表。"),
    "key_binding": ("subject", "signers", "Signed records of public keys. 公钥绑定记录。"),
    "handle_challenge": ("person", "person", "How your handles were checked. 账号核实记录。"),
    "rebinding_notice": ("person", "person", "Notices of a change of key. 换钥通知。"),
    "offer": ("person", "person", "Offers with both contract texts. 要约与合同文本。"),
    "offer_origin": ("offer", "offers", "What an offer answers. 要约的由来。"),
    "topic_request": ("id", "requests", "Requests that you answered. 你回应过的征集。"),
    "record": ("grant_digest", "subjects", "Signed records, each an envelope. 已签署的记录。"),
    "signing": ("grant_digest", "grants", "Who signed when. 签署时间。"),
    "erasure": ("agreement", "agreements", "Orders to erase and their receipts. 删除指令与回执。"),
    "recipient_notice": ("withdrawal", "withdrawals", "Who was told of a withdrawal. 撤回通知。"),
    "release": ("person", "person", "Releases, signed by you. 你签名的发布。"),
    "released_claim": ("release", "releases", "Claims of each release. 每次发布的条目。"),
    "copy": ("agreement", "agreements", "Where copies stand or stood. 副本所在。"),
    "rebuild": ("agreement", "agreements", "Releases that wait to be made anew. 待重建的发布。"),
    "receipt": ("person", "person", "Every use, never by whom. 每次使用，不含使用者。"),
    "denied_use": ("agreement", "agreements", "What was refused, by reason. 被拒次数与原因。"),
    "kept_text": ("digest", "texts", "Texts whose digests are signed. 摘要已签的文本。"),
}
HUB_NOT: dict[str, str] = {
    "caller": "agents of a party: nothing about the person, and who asked is theirs (clause 36)",
    "receipt_told": "what a caller told you for a time, which ends with the receipt (clause 36)",
    "joint_terms": "names others who signed; your own signature stands in your copy of the record",
    "log_leaf": "salted commitments; each record's proof is exported",
    "log_node": "hashes of the log; each record's proof is exported",
    "log_head": "the head of the log; the checkpoint stands in each proof",
    "key_backup": "where the hub keeps copies of its own keys",
    "setting": "settings of the hub",
    "alembic_version": "the version of the database",
}
VAULT: dict[str, str] = {
    "person": "people.jsonl",
    "handle": "people.jsonl",
    "trace": "traces.jsonl",
    "claim": "claims.jsonl",
    "claim_citation": "claims.jsonl",
    "claim_decision": "decisions.jsonl",
    "review_sheet": "sheets.jsonl",
    "vault_meta": "secret/id-key (sealed exports alone)",
    "drafted_offer": "answers.jsonl",
    "declined": "answers.jsonl",
    "objection": "objections.jsonl",
}
_OMITTED = {
    "receipt": {"caller"},
    "handle_challenge": {"code_salt", "code_digest", "tries_left"},
    "released_claim": {"sealed"},  # the texts are those of your decisions
}
_JSON = frozenset({"claims", "files"})
_TIMES = frozenset({"at", "since", "valid_until", "keep_until", "dies_at", "gone_at"})


@dataclass(frozen=True, slots=True)
class Ids:
    """Which ids are about one person, by the name of their set."""

    sets: dict[str, frozenset[str]]

    def __getitem__(self, name: str) -> frozenset[str]:
        """Return one set."""
        return self.sets[name]


def ids_of(c: sa.Connection, person: str) -> Ids:
    """Return the ids of everything about a person."""
    rows = _rows(c, "offer", "person", {person})
    offers, parties = {r.id for r in rows}, {r.party for r in rows}
    grants, agreements = {r.grant_digest for r in rows}, {r.agreement for r in rows}
    terms = [Statement.from_bytes(r.grant_payload).predicate["terms"] for r in rows]
    named = {str(t.get(who, "")) for t in terms for who in ("representative", "delegate")}
    erasures = _rows(c, "erasure", "agreement", agreements)
    subjects = {*grants, person}
    assessed = {
        said.get("text")
        for r in _rows(c, "record", "grant_digest", subjects)
        if (said := _predicate(r.envelope)) and isinstance(said.get("text"), str)
    }
    return Ids(
        {
            "person": frozenset({person}),
            "offers": frozenset(offers),
            "parties": frozenset(parties - {person}),
            "representatives": frozenset(named - {""}),
            "signers": frozenset({person, *parties, *named} - {""}),
            "requests": frozenset(r.request for r in _rows(c, "offer_origin", "offer", offers)),
            "grants": frozenset(grants),
            "subjects": frozenset(subjects),
            "agreements": frozenset(agreements),
            "withdrawals": frozenset(r.withdrawal for r in erasures),
            "releases": frozenset(r.id for r in _rows(c, "release", "person", {person})),
            "texts": frozenset(str(t) for t in assessed),
        }
    )


def rows_about(c: sa.Connection, table: str, ids: Ids) -> Iterator[dict[str, Any]]:
    """Yield a table's rows about a person as JSON values, in an order that does not change."""
    column, name, _ = HUB[table]
    hidden = _OMITTED.get(table, set())
    found = [
        {k: _plain(k, v) for k, v in row._mapping.items() if k not in hidden}
        for row in _rows(c, table, column, ids[name])
    ]
    yield from sorted(found, key=lambda value: json.dumps(value, sort_keys=True))


def _rows(c: sa.Connection, table: str, column: str, wanted: Collection[str]) -> list[Any]:
    t = hub_tables.tables[table]
    each = sa.func.json_each(json.dumps(sorted(wanted))).table_valued("value")
    query = sa.select(t).where(t.c[column].in_(sa.select(sa.cast(each.c.value, sa.Text))))
    return list(c.execute(query).all())


def _predicate(envelope: bytes) -> dict[str, Any]:
    return dict(Envelope.from_bytes(envelope).statement.predicate)


def _plain(column: str, value: Any) -> Any:
    """Return a column's value as JSON: times as texts, records as the JSON that they are."""
    if isinstance(value, bytes):
        try:
            return json.loads(value)
        except ValueError:
            return b64(value)
    if column in _JSON and value is not None:
        return json.loads(value)
    if isinstance(value, int) and (column in _TIMES or column.endswith("_at")):
        return to_text(from_seconds(value))
    return value
