# SPDX-License-Identifier: Apache-2.0
"""Verify a package offline, with nothing but its folder and trust.json.

Twelve steps in a fixed order, each with the attack it stops. Bytes and trust go in, steps come
out: no network, no clock, no hub. A step that fails blocks those after it, which say so.

    1  files       exactly the files of a package        stops an added page, link or script
    2  encodings   canonical JSON, UTF-8, LF             stops two readings of one file
    3  signature   the person's pinned key signed        stops a skill in somebody else's name
    4  digests     every file is the signed one          stops a changed, swapped or missing file
    5  manifest    says what the release says            stops parts of two releases mixed
    6  terms       digest, and both sides' signatures    stops terms that nobody signed
    7  pages       rendered again, byte for byte         stops hidden instructions between claims
    8  log         included under a signed checkpoint    stops a release shown to one reader only
    9  freshness   by the log's delegated key            stops a freshness made up by the holder
    10 present     fresh now, newest seen                stops a withdrawn or older copy
    11 period      released, not yet ended               stops use after the end
    12 kept        no withdrawal file here names it      stops use after it was taken back
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from countersign.clock import from_text, to_seconds, to_text
from countersign.errors import CountersignError, NotVerified, Stale
from countersign.ids import from_digest
from countersign.log import Step, verify_logged
from countersign.seal import Envelope, PublicKey, read_canonical, require, sha256, sha256_hex
from countersign.skill.build import pages_of, release_predicate
from countersign.skill.draft import FRESHNESS, MANIFEST, NOT_SUBJECTS, PROOF, RELEASE
from countersign.skill.folder import read_folder
from countersign.skill.freshness import SKEW, Fresh, read_freshness
from countersign.skill.manifest import RENDERING, Manifest, text_commitment
from countersign.skill.parts import goes
from countersign.skill.render import read_texts
from countersign.skill.trust import Seen, Trust, remember
from countersign.terms import Bundle, Granted, taken_back

EVALS = "evals/evals.json"
FIXED = frozenset({"SKILL.md", EVALS, MANIFEST, RELEASE, PROOF, FRESHNESS})


def verify_package(
    folder: Path, trust: Trust, *, now: datetime, withdrawals: Sequence[Bundle] = ()
) -> list[Step]:
    """Return the twelve steps for the package in `folder`; never raises for what is wrong in it.

    `withdrawals` are the withdrawal files that lie around here; those of other grants say nothing.
    """
    try:
        files = read_folder(folder)
    except CountersignError as e:
        return _blocked(_reason(e))
    name = folder.resolve().name
    return verify_files(files, trust, now=now, folder_name=name, withdrawals=withdrawals)


def verify_files(
    files: Mapping[str, bytes],
    trust: Trust,
    *,
    now: datetime,
    folder_name: str | None = None,
    withdrawals: Sequence[Bundle] = (),
) -> list[Step]:
    """Return the twelve steps for a package already in memory."""
    checked = _Checked(files, trust, now, folder_name, withdrawals)
    steps: list[Step] = []
    blocked = 0
    for number, (name, check) in enumerate(_STEPS, 1):
        if blocked:
            steps.append(Step(number, name, False, f"Not tried: step {blocked} failed."))
            continue
        try:
            steps.append(Step(number, name, True, check(checked)))
        except CountersignError as e:
            blocked = number
            steps.append(Step(number, name, False, _reason(e)))
    return steps


def newest_seen(files: Mapping[str, bytes], trust: Trust) -> Trust:
    """Return `trust` remembering a package that has just been verified (see `verify_files`)."""
    manifest = Manifest.from_bytes(files[MANIFEST])
    fresh = read_freshness(Envelope.from_bytes(files[FRESHNESS]), trust.logs)
    seen = Seen(manifest.version, to_seconds(fresh.issued_at), fresh.checkpoint.size)
    return remember(trust, _skill(manifest), seen)


def _skill(manifest: Manifest) -> str:
    return f"{manifest.person}/{manifest.name}"


def _blocked(why: str) -> list[Step]:
    first, *rest = (name for name, _ in _STEPS)
    after = [Step(n, name, False, "Not tried: step 1 failed.") for n, name in enumerate(rest, 2)]
    return [Step(1, first, False, why), *after]


def _reason(e: CountersignError) -> str:
    return " ".join(part for part in (e.what, e.why) if part)


class _Checked:
    """A package on its way through the steps; each step returns its detail or raises."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        trust: Trust,
        now: datetime,
        folder_name: str | None,
        withdrawals: Sequence[Bundle],
    ) -> None:
        self.files = files
        self.trust = trust
        self.now = now
        self.folder_name = folder_name
        self.withdrawals = withdrawals
        self._fresh: Fresh | None = None

    def only_package_files(self) -> str:
        pages = {p for p in self.files if p.startswith("references/") and p.endswith(".md")}
        strange = sorted(set(self.files) - FIXED - pages)
        missing = sorted(FIXED - set(self.files))
        if strange or missing:
            shown = ", ".join(ascii(p) for p in (strange or missing)[:3])
            raise NotVerified(
                "A file is not of a package." if strange else "A file is missing.", why=shown
            )
        return f"{len(self.files)} files"

    def encodings(self) -> str:
        read_canonical(self.files[EVALS])
        for path, data in self.files.items():
            if path.endswith(".md"):
                _plain_text(path, data)
        self.manifest = Manifest.from_bytes(self.files[MANIFEST])
        self.release = Envelope.from_bytes(self.files[RELEASE])
        self.said = self.release.statement
        self.freshness = Envelope.from_bytes(self.files[FRESHNESS])
        if self.folder_name not in (None, self.manifest.name):
            raise NotVerified(
                "The folder does not bear the skill's name.",
                why=f"It is {self.folder_name}: copy it as a folder called {self.manifest.name}.",
            )
        return "canonical"

    def signature(self) -> str:
        # A key counts for what is dated while it was bound: not for a release made after its end.
        pinned = self.trust.keys_of(self.manifest.person, at=to_seconds(self.manifest.released_at))
        keys = [key.public for key in pinned]
        if not keys:
            raise NotVerified(
                "No key of this person is trusted here.",
                why=f"{self.manifest.person} is not pinned.",
            )
        key = _signer(self.release, "release", keys)
        level = next(k.level for k in pinned if k.public == key)
        return f"{self.manifest.byline or self.manifest.person}, identity: {level}"

    def digests(self) -> str:
        signed = dict(self.said.subjects)
        there = {p: sha256_hex(d) for p, d in self.files.items() if p not in NOT_SUBJECTS}
        if signed != there or len(signed) != len(self.said.subjects):
            wrong = sorted(p for p in {*signed, *there} if signed.get(p) != there.get(p))
            raise NotVerified("A file is not the signed one.", why=", ".join(map(ascii, wrong[:3])))
        return f"{len(signed)} files as signed"

    def manifest_agrees(self) -> str:
        if dict(self.said.predicate) != release_predicate(self.manifest):
            raise NotVerified("Manifest and release do not say the same.")
        return f"release {self.manifest.release}, version {self.manifest.version}"

    def terms(self) -> str:
        m = self.manifest
        for digest, envelope in (
            (m.grant_digest, m.grant_envelope),
            (m.agreement_digest, m.agreement_envelope),
        ):
            if envelope is not None and envelope.digest != digest:
                raise NotVerified("A signed record is not the one that is named.")
        signed = [self._grant(), self._agreement()]
        return f"{m.terms.digest[:16]}; {'; '.join(signed)}"

    def _grant(self) -> str:
        m = self.manifest
        if m.grant_envelope is None:
            return "grant named, not carried"
        _signer(m.grant_envelope, "grant", self._keys(m.person))
        _says(m.grant_envelope, self._sides() | {"terms": m.terms.to_value()})
        expires = m.grant_envelope.statement.predicate.get("expires")
        if not isinstance(expires, str) or m.valid_until > from_text(expires):
            raise NotVerified("The release would outlive its grant.")
        return "grant signed"

    def _agreement(self) -> str:
        m = self.manifest
        if m.agreement_envelope is None:
            return "agreement named, not carried"
        beside = {m.terms.representative} if m.terms.countersigned else set()
        sides = sorted({m.person, m.party} | beside)
        for side in sides:
            _signer(m.agreement_envelope, "agreement", self._keys(side), sides=len(sides))
        _says(m.agreement_envelope, self._sides() | {"grant": m.grant_digest})
        if from_digest("a", sha256(m.agreement_envelope.payload)) != m.agreement:
            raise NotVerified("The agreement is not the one that is named.")
        if beside:
            return "agreement signed by both and the representative"
        return "agreement signed by both" if len(sides) > 1 else "agreement with oneself"

    def _keys(self, subject: str) -> list[PublicKey]:
        return [key.public for key in self.trust.keys_of(subject)]

    def _sides(self) -> dict[str, Any]:
        m = self.manifest
        return {"person": m.person, "party": m.party, "termsDigest": m.terms.digest}

    def pages(self) -> str:
        m = self.manifest
        if m.rendering != RENDERING:
            raise Stale(f"These pages have wording {m.rendering}; this program knows {RENDERING}.")
        pages = {p: d for p, d in self.files.items() if p.startswith("references/")}
        texts = read_texts(pages)
        for claim in m.claims if m.nonce else ():
            text = texts.get(claim.id)
            if text is None or text_commitment(m.nonce or b"", claim.id, text) != claim.commitment:
                raise NotVerified("A claim is not the one that was signed.", why=claim.id)
        rendered = pages_of(m, texts)
        there = {p: d for p, d in self.files.items() if not p.startswith("countersign/")}
        wrong = sorted(p for p in {*rendered, *there} if rendered.get(p) != there.get(p))
        if wrong:
            raise NotVerified("A page says more or less than its manifest.", why=ascii(wrong[0]))
        return f"{len(m.claims)} claims, {len(texts)} texts in the folder"

    def log(self) -> str:
        at = verify_logged(self.files[PROOF], self.release, self.trust.logs)
        return f"{at.origin}, leaf {at.index} of {at.size}, {len(at.witnesses)} trusted witnesses"

    def fresh(self) -> str:
        self._fresh = read_freshness(self.freshness, self.trust.logs)
        if self._fresh.release_digest != self.release.digest:
            raise NotVerified("The freshness is of another release.")
        return f"issued {to_text(self._fresh.issued_at)}"

    def present(self) -> str:
        fresh, m = self._fresh, self.manifest
        if fresh is None or not fresh.issued_at - SKEW <= self.now < fresh.valid_until:
            raise Stale("The copy is not fresh now.", why="It may have been withdrawn since.")
        seen = self.trust.seen.get(_skill(m), Seen(0, 0, 0))
        if m.version < seen.version or to_seconds(fresh.issued_at) < seen.at:
            raise Stale(
                "A newer one was seen here before.", why=f"Version {seen.version} was seen."
            )
        if fresh.checkpoint.size < seen.size:
            raise NotVerified("The log was longer before.", why=f"{seen.size} leaves were seen.")
        return f"fresh until {to_text(fresh.valid_until)}"

    def period(self) -> str:
        m = self.manifest
        if not m.released_at - SKEW <= self.now < m.valid_until:
            raise Stale(
                "The release is not in its period.", why=f"It ends {to_text(m.valid_until)}."
            )
        return f"until {to_text(m.valid_until)}"

    def kept(self) -> str:
        m = self.manifest
        granted = Granted(m.grant_digest, m.person, m.party, m.terms.representative)
        found = taken_back(self.withdrawals, granted, trusted=self._keys)
        if found.whole is not None:
            at = to_text(found.whole.at)
            raise NotVerified("The person took this back.", why=f"Signed {at}, for good.")
        if found.paused is not None:
            at = to_text(found.paused.at)
            raise Stale("The person suspended this.", why=f"Signed {at}, until they resume it.")
        gone = [c for c in m.claims if goes(c.id, c.kind, c.sources, found.parts)]
        if gone or _nothing_left(m, found.parts):
            why = f"{len(gone)} of {len(m.claims)} claims, or every purpose or audience."
            raise NotVerified("The person took a part of this back.", why=why)
        parts = f"; taken back: {', '.join(sorted(found.parts))}" if found.parts else ""
        ignored = f"; {len(found.ignored)} files do not count" if found.ignored else ""
        return f"{len(self.withdrawals)} withdrawal files seen{parts}{ignored}"


def _nothing_left(m: Manifest, parts: Collection[str]) -> bool:
    purposes = {f"purpose:{p}" for p in m.terms.purposes}
    audiences = {f"audience:{a}" for a in m.terms.audience}
    return purposes <= set(parts) or audiences <= set(parts)


_STEPS: tuple[tuple[str, Callable[[_Checked], str]], ...] = (
    (
        "Exactly the files of a package (stops added pages, links, scripts).",
        _Checked.only_package_files,
    ),
    ("Every file in its one encoding (stops two readings of one file).", _Checked.encodings),
    ("Signed by the person's pinned key (stops a skill in another's name).", _Checked.signature),
    ("Every file is the signed one (stops changed or swapped files).", _Checked.digests),
    ("Manifest and release agree (stops parts of two releases).", _Checked.manifest_agrees),
    ("The terms are the signed ones (stops terms nobody signed).", _Checked.terms),
    ("Pages are what the manifest renders to (stops hidden instructions).", _Checked.pages),
    ("In the log under its checkpoint (stops a release shown to one reader).", _Checked.log),
    ("Freshness by the log's delegated key (stops made-up freshness).", _Checked.fresh),
    ("Fresh now and the newest seen (stops withdrawn or older copies).", _Checked.present),
    ("Within its period (stops use after the end).", _Checked.period),
    ("No withdrawal that is here names it (stops use after it was taken back).", _Checked.kept),
)


def _plain_text(path: str, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotVerified("A page is not UTF-8.", why=ascii(path)) from e
    if b"\r" in data or not data.endswith(b"\n"):
        raise NotVerified("A page's lines do not end as written.", why=ascii(path))


def _says(envelope: Envelope, expected: Mapping[str, Any]) -> None:
    said = envelope.statement.predicate
    wrong = sorted(field for field, value in expected.items() if said.get(field) != value)
    if wrong:
        raise NotVerified("A signed record is about something else.", why=", ".join(wrong))


def _signer(envelope: Envelope, kind: str, keys: list[PublicKey], *, sides: int = 1) -> PublicKey:
    """Return the one of `keys` that signed; a signature nobody checks would be free to change."""
    signers = dict(envelope.signatures)
    found = [key for key in keys if key.keyid in signers]
    if len(found) != 1 or len(signers) != sides:
        raise NotVerified(f"The {kind} is not signed by the keys it needs.")
    require(envelope, kind, found)
    return found[0]
