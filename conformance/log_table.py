"""Negative vectors of logs, policies, evidence, renderings, terms and limits (see `table.py`)."""

from __future__ import annotations

from collections.abc import Callable

from conformance import defects as d
from conformance import published as p
from conformance import world as w
from countersign.log import Checkpoint, LogSigner, Note, sign_note
from countersign.terms import Delivery

Row = tuple[str, str, int, str, Callable[[d.Files], d.Change]]
HEAD, NOTE, PROOF, POLICY = "log/checkpoint", "checkpoint", "grant.tlog-proof", "policy"
ENTRIES, TILE = "log/tile/entries/000", "log/tile/0/000"
LOG = p.released(Delivery.SERVED)[1]
SIZE = Checkpoint.of(Note.of(LOG.checkpoint).text).size


def _bit(path: str, place: int) -> Callable[[d.Files], d.Change]:
    def change(files: d.Files) -> d.Change:
        data = bytearray(files[path])
        data[place] ^= 1
        return {path: bytes(data)}

    return change


def _signed(text: str, signer: LogSigner = w.SIGNER) -> bytes:
    return sign_note(text, signer.origin, signer.key).to_bytes()


def _lines(**changes: str) -> str:
    origin, size, root, *_ = Note.of(LOG.checkpoint).text.split("\n")
    return "\n".join((
        changes.get("origin", origin), changes.get("size", size), changes.get("root", root), ""
    ))  # fmt: skip


def _other_entry(files: d.Files) -> d.Change:
    """Put another well-formed leaf in a leaf's place."""
    data = files[ENTRIES]
    first = data.index(b'"commit":"') + 10
    swapped = bytes(b"0123456789abcdef"[15 - int(chr(x), 16)] for x in data[first : first + 64])
    return {ENTRIES: data[:first] + swapped + data[first + 64 :]}


def _cosigned(*names: str) -> Callable[[d.Files], d.Change]:
    return d.put(HEAD, p.cosigned(LOG.checkpoint, *names))


LOG_TABLE: tuple[Row, ...] = (
    ("checkpoint-size-with-leading-zero", NOTE, 2, "the size is written 0288",
     d.put(NOTE, _signed(_lines(size=f"0{SIZE}")))),
    ("checkpoint-root-too-short", NOTE, 2, "the root is no SHA-256 hash",
     d.put(NOTE, _signed(_lines(root="AAAA")))),
    ("checkpoint-by-another-log-of-this-name", NOTE, 2, "another key signed in the log's name",
     d.put(NOTE, _signed(_lines(), p.other_log()))),
    ("checkpoint-signed-under-another-origin", NOTE, 2, "the log's key signed for another origin",
     d.put(NOTE, sign_note(_lines(origin="log.example.net/other"), w.SIGNER.origin,
                             w.SIGNER.key).to_bytes())),
    ("checkpoint-size-edited", NOTE, 2, "the size was raised under the old signature",
     d.at(NOTE, f"\n{SIZE}\n", f"\n{SIZE + 1}\n")),
    ("checkpoint-without-a-signature", NOTE, 1, "no line signs it",
     d.put(NOTE, _lines().encode() + b"\n")),
    ("log-entry-truncated", "log-folder", 5, "the file of entries ends early",
     d.truncated(ENTRIES, 5)),
    ("log-entry-replaced", "log-folder", 5, "another leaf stands in a leaf's place", _other_entry),
    ("log-tile-missing", "log-folder", 2, "a tile was taken out", d.put(TILE, None)),
    ("log-tile-changed", "log-folder", 3, "one bit of a full tile is another", _bit(TILE, 77)),
    ("log-last-tile-changed", "log-folder", 4, "one bit of the last tile is another",
     _bit("log/tile/0/001.p/32", 9)),
    ("log-tile-too-short", "log-folder", 2, "a tile lacks a hash", d.truncated(TILE, 32)),
    ("log-cosigned-by-one-of-two", "log-folder", 7, "the policy asks for both witnesses",
     _cosigned("w1.example.org")),
    ("log-grown-from-another-beginning", "log-grown", 9, "the log kept from earlier is no beginning",
     d.put("seen", _signed(_lines(size="8")))),
    ("cosignature-by-unknown-witness", "log-folder", 7, "somebody else cosigned in place of one",
     d.put(HEAD, p.by_strangers(LOG.checkpoint))),
    ("cosignature-that-does-not-hold", "log-folder", 1, "a witness's signature has another bit",
     lambda files: {HEAD: p.broken_cosignature(files[HEAD])}),
    ("cosignature-of-another-time", "log-folder", 1, "the time was changed under a cosignature",
     lambda files: {HEAD: p.retimed_cosignature(files[HEAD])}),
    ("tlog-proof-index-off-by-one", "proof", 2, "the index is one too high",
     lambda files: {PROOF: p.moved_proof(files[PROOF])}),
    ("tlog-proof-hash-missing", "proof", 2, "one hash was taken out",
     lambda files: {PROOF: p.shorter_proof(files[PROOF])}),
    ("tlog-proof-salt-of-another", "proof", 2, "the salt is not this record's",
     lambda files: {PROOF: p.salted_proof(files[PROOF])}),
    ("tlog-proof-of-another-record", "proof", 2, "the record beside it is another",
     d.put("grant.json", w.AGREEMENT.to_bytes())),
    ("tlog-proof-version-unknown", "proof", 1, "its first line names another version",
     d.at(PROOF, "tlog-proof@v1", "tlog-proof@v9")),
    ("policy-quorum-that-is-not-defined", "policy-of-witnesses", 1, "no line defines the quorum",
     d.put(POLICY, p.policy(quorum="three").encode())),
    ("policy-that-can-never-be-met", "policy-of-witnesses", 1, "three of two are asked for",
     d.put(POLICY, p.policy(group="group both 3 first second").encode())),
    ("policy-witness-in-two-groups", "policy-of-witnesses", 1, "a witness would count twice",
     d.put(POLICY, p.policy(group="group one any first\ngroup both all one first").encode())),
    ("policy-cut-short", "policy-of-witnesses", 1, "its last line has no end",
     d.truncated(POLICY, 1)),
    ("split-view-evidence-that-proves-nothing", "evidence-two-sizes", 1,
     "the newer tree does begin with the older one",
     d.put("evidence.json", p.pretty(p.honest_pair()))),
    ("split-view-evidence-of-one-checkpoint", "evidence-one-size", 1, "both checkpoints are one",
     lambda files: {"evidence.json": p.one_twice(files["evidence.json"])}),
    ("split-view-evidence-by-another-log", "evidence-one-size", 1, "another key signed one side",
     d.put("evidence.json", p.pretty(p.forged_split()))),
    ("consent-record-without-withdrawal", "consent-record", 2, "no way to withdraw is named",
     d.within("record.json", **{"dpv:hasConsentControl": []})),
    ("consent-record-purpose-that-nobody-can-grant", "consent-record", 2, "a purpose of no word",
     d.at("record.json", "cs:purpose-answer-questions", "cs:purpose-evaluate-person")),
    ("consent-record-field-twice", "consent-record", 1, "a field stands twice in it",
     d.twice("record.json")),
    ("consent-receipt-without-complaint", "consent-receipt", 2, "where complaints go is missing",
     d.within("record.json", **{"cs:complaint": None})),
    ("odrl-without-conflict", "odrl-agreement", 2, "ODRL's default would void it on a clash",
     d.within("record.json", conflict=None)),
    ("odrl-permission-without-purpose", "odrl-agreement", 2, "a permission for anything",
     d.within("record.json", "permission", "0", constraint=[])),
    ("terms-any-purpose", "terms", 1, "a purpose for anything",
     d.at("terms.toml", '"answer-questions"', '"any"')),
    ("terms-evaluate-person", "terms", 1, "a use that nobody can grant",
     d.at("terms.toml", '"answer-questions"', '"evaluate-person"')),
    ("terms-three-years", "terms", 1, "longer than 24 months",
     d.at("terms.toml", "term_days = 365", "term_days = 1095")),
    ("terms-field-unknown", "terms", 1, "a field that could be a limit",
     d.at("terms.toml", "profile =", 'moral_rights = "waived"\nprofile =')),
    ("terms-renewal", "terms", 1, "there is no renewal by itself",
     d.at("terms.toml", "term_days = 365", "term_days = 365\nauto_renew = true")),
    ("terms-without-audience", "terms", 1, "who may ask is not said",
     d.at("terms.toml", 'audience = ["team"]\n', "")),
    ("terms-persona-in-the-light-profile", "terms", 1, "a persona needs the full ceremony",
     d.at("terms.toml", 'profile = "team"', 'profile = "team"\npersona = true')),
    ("terms-paid-per-use-in-a-folder", "terms", 1, "uses of copies cannot be counted",
     d.at("terms.toml", 'kind = "credit"\namount = 0\ncurrency = ""\nperiod = "once"',
          'kind = "per-use"\namount = 20\ncurrency = "CNY"\nperiod = "use"\n'
          '[[benefits]]\nkind = "zero"\namount = 0\ncurrency = ""\nperiod = "once"')),
    ("floor-limit-as-text", "floor-file", 1, "a number is written as a word",
     d.at("limits.toml", "term_days = 180", 'term_days = "half a year"')),
    ("floor-toggle-unknown", "floor-file", 1, "a toggle that there is not",
     d.at("limits.toml", '"persona"', '"mind-reading"')),
    ("policy-that-widens", "policy-file", 1, "a policy has no list of what is always allowed",
     d.at("limits.toml", "[at_most]", '[allow]\npurposes = ["any"]\n\n[at_most]')),
    ("trust-field-unknown", "trust", 1, "a field that nobody knows",
     d.at("keys.json", '"logs"', '"admins": [],\n "logs"')),
    ("trust-key-cut-short", "trust", 1, "a key lacks its end",
     d.at("keys.json", '"public": "', '"public": "x')),
)  # fmt: skip
