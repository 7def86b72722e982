# SPDX-License-Identifier: Apache-2.0
"""Check one signed record with nothing but its file, what lies beside it, and the keys one trusts.

Each kind has its own reading and its own signers; the steps are the same for all:
1. one encoding        stops two readings of one file
2. says what it is     stops a field more, less or another
3. signers             stops a record in somebody else's name, and a signature nobody asked for
4. fits                stops a record moved to another grant, release or text
5. logged              where a proof is given: stops a record shown to one reader only
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from countersign.clock import from_text, to_text
from countersign.desk.beside import Beside, check_signers, kind_of, unsigned
from countersign.errors import BadInput, CountersignError, NotVerified, Stale
from countersign.log import verify_logged
from countersign.people import read_chain, read_revoke
from countersign.seal import Envelope, canonical, pae, sha256_hex
from countersign.skill import follow, online_key, read_freshness
from countersign.terms import Bundle, Granted, Need, granted_of, honoured, needed, texts_of

Check = Callable[[], str]
Named = tuple[str, Check]


def checks_of(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    """Yield the steps for one signed record, after the first (its encoding)."""
    kind = envelope.statement.kind
    more = _OTHERS.get(kind_of(envelope), _by_terms)
    yield from more(envelope, beside)
    if beside.proofs:
        yield _logged(envelope, beside)
    elif kind == "freshness":
        yield (
            "Fresh now (stops an old word shown as today's).",
            lambda: _fresh_now(envelope, beside),
        )


SIGNED = "Signed by whom it needs, by keys trusted here, and nobody else (stops forgery)."
SAYS = "It says what one says, and nothing more (stops new or missing fields)."
FITS = "It fits what lies beside it (stops a record moved to another place)."
LOGGED = "In the log under its checkpoint (stops a record shown to one reader)."


def _logged(envelope: Envelope, beside: Beside) -> Named:
    def check() -> str:
        found = []
        for proof in beside.proofs:
            try:
                at = verify_logged(proof, envelope, beside.trust.logs)
                return f"{at.origin}, leaf {at.index} of {at.size}"
            except CountersignError as e:
                found.append(f"{e.what} {e.why}")
        raise NotVerified("No proof beside it shows it in a trusted log.", why=found[-1])

    return LOGGED, check


def _by_terms(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    """Records of consent: read by their room, signed by whom they name."""
    yield SAYS, lambda: needed(envelope, beside.grants).what
    yield SIGNED, lambda: check_signers(envelope, needed(envelope, beside.grants), beside.trust)
    yield FITS, lambda: _fits(envelope, beside)


def _fits(envelope: Envelope, beside: Beside) -> str:
    named = envelope.statement.predicate.get("grant")
    grants = beside.grants
    if isinstance(named, str) and named and grants and named not in grants:
        raise NotVerified("It names another grant than the one beside it.", why=named[:16])
    digests = texts_of(envelope)
    for name, data in beside.texts.items():
        parts = name.split(".")
        lang = parts[-2] if len(parts) > 2 else ""
        known = digests.get(name, digests.get(lang))
        if known != sha256_hex(data):
            raise NotVerified("A text beside it is not the one that was signed.", why=ascii(name))
    return f"{len(beside.texts)} texts, {len(grants)} grants beside it"


def _stops(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    yield from bundle_checks(Bundle(record=envelope), beside)


def bundle_checks(bundle: Bundle, beside: Beside) -> Iterator[Named]:
    """Yield the steps for a withdrawal or suspension of a grant, alone or with what it carries."""

    def grant() -> Envelope:
        named = dict(bundle.record.statement.subjects).get("grant", "")
        found = bundle.grant or beside.grants.get(named)
        if found is None:
            raise NotVerified(
                "The grant that it takes back is not beside it.",
                why=f"It names the grant {named[:16]}.",
                remedy="Give the grant's file too.",
            )
        check_signers(found, needed(found, {}), beside.trust)
        return found

    yield "It names a grant that its person signed.", lambda: granted_of(grant()).person
    yield (
        "Signed by somebody who may take this grant back (stops forgery).",
        lambda: _word(bundle, granted_of(grant()), beside),
    )
    yield (
        "Whatever else it carries holds as well (stops a file that misleads).",
        lambda: _carried(bundle, granted_of(grant()), beside),
    )
    proofs = (bundle.proof.encode(),) if bundle.proof else beside.proofs
    if proofs:
        at = Beside(trust=beside.trust, now=beside.now, proofs=proofs)
        yield _logged(bundle.record, at)


def _carried(bundle: Bundle, granted: Granted, beside: Beside) -> str:
    """Check what the file brings along, needed or not: the withdrawal counts all the same."""
    if bundle.chain:
        read_chain(tuple(e.to_bytes() for e in bundle.chain), granted.person)
    if bundle.revoke is not None:
        keys = {key.public for key in beside.trust.keys_of(granted.person)}
        read_revoke(bundle.revoke, grant=granted.digest, keys=keys)
    if bundle.floor is not None:
        check_signers(bundle.floor, needed(bundle.floor, {}), beside.trust)
    return f"{len(bundle.chain)} key bindings"


def _word(bundle: Bundle, granted: Granted, beside: Beside) -> str:
    word = honoured(bundle, granted, trusted=beside.keys)
    what = "all" if word.whole else ", ".join(sorted(word.parts))
    if word.kind == "suspension":
        what = "suspended" if word.stops else "resumed"
    return f"{word.kind} of {to_text(word.at)}: {what}; it counts wherever it is seen"


def _sheet(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    def said() -> Need:
        s = envelope.statement
        decisions = s.predicate.get("decisions")
        right = set(s.predicate) == {"person", "decidedAt", "decisions"} and s.subjects == (
            ("decisions", sha256_hex(canonical(decisions))),
        )
        if not right or not isinstance(decisions, list) or not _sorted(decisions):
            raise NotVerified("This is not a review sheet as this program writes it.")
        at = _time(s.predicate["decidedAt"])
        person = frozenset({str(s.predicate["person"])})
        return Need(what=f"{len(decisions)} decisions", signers=person, at=at)

    yield SAYS, lambda: said().what
    yield SIGNED, lambda: check_signers(envelope, said(), beside.trust)


_DECISION = frozenset("claim decision textDigest class acceptedFlags".split())


def _sorted(decisions: list[Any]) -> bool:
    """Tell whether decisions name each claim once, in order, in fields that are known."""
    if not all(
        isinstance(d, dict) and {"claim", "decision"} <= set(d) <= _DECISION for d in decisions
    ):
        return False
    claims = [str(d["claim"]) for d in decisions]
    return claims == sorted(set(claims))


_RELEASE = frozenset(
    "release version skill person party agreement agreementDigest grantDigest termsDigest"
    " reviewSheets releasedAt validUntil".split()
)


def _release_need(envelope: Envelope) -> Need:
    s = envelope.statement
    paths = [name for name, _ in s.subjects]
    if set(s.predicate) != _RELEASE or paths != sorted(set(paths)) or "SKILL.md" not in paths:
        raise NotVerified("This is not a release as this program writes it.")
    person = frozenset({str(s.predicate["person"])})
    what = f"release {s.predicate['release']} of {len(paths)} files"
    return Need(what=what, signers=person, at=_time(s.predicate["releasedAt"]))


def _release(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    def fits() -> str:
        named, grants = envelope.statement.predicate["grantDigest"], beside.grants
        if grants and named not in grants:
            raise NotVerified("It stands on another grant than the one beside it.")
        return f"{len(grants)} grants beside it"

    yield SAYS, lambda: _release_need(envelope).what
    yield SIGNED, lambda: check_signers(envelope, _release_need(envelope), beside.trust)
    yield FITS, fits


def _freshness(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    def fits() -> str:
        others = [e for e in beside.records if e.statement.kind == "release"]
        released = {e.digest for e in others}
        for e in others:
            check_signers(e, _release_need(e), beside.trust)
        fresh = read_freshness(envelope, beside.trust.logs)
        if released and fresh.release_digest not in released:
            raise NotVerified("It is of another release than the one beside it.")
        return f"release {fresh.release_digest[:16]}"

    yield (
        "Signed by the key that the trusted log delegated (stops made-up freshness).",
        lambda: to_text(read_freshness(envelope, beside.trust.logs).issued_at),
    )
    yield FITS, fits


def _fresh_now(envelope: Envelope, beside: Beside) -> str:
    fresh = read_freshness(envelope, beside.trust.logs)
    if not fresh.issued_at <= beside.now < fresh.valid_until:
        raise Stale("It is not fresh now.", why=f"It counts until {to_text(fresh.valid_until)}.")
    return f"until {to_text(fresh.valid_until)}"


_USED = frozenset("v release count root until".split())
_STATED = frozenset("v person month until agreements".split())
_DELETED = frozenset(
    "v agreement grant withdrawal scope orderedAt erasedAt keys texts index places releases claims"
    " copies lastKeyBackupDiesBy".split()
)


def _by_hub(
    fields: Collection[str], at: str, about: Callable[[Mapping[str, Any]], tuple[str, str]]
) -> Callable[[Envelope, Beside], Iterator[Named]]:
    """Return the checks of a record that the hub signs with its online key."""

    def checks(envelope: Envelope, beside: Beside) -> Iterator[Named]:
        def said() -> datetime:
            s = envelope.statement
            if set(s.predicate) != set(fields) or s.subjects != (about(s.predicate),):
                raise NotVerified(f"This is not a {s.kind} as this program writes it.")
            return _time(s.predicate[at])

        def signed() -> str:
            key = beside.online(said())
            message = pae(envelope.payload)
            found = [key.verify(sig, message) for _, sig in envelope.signatures]
            if found != [True] or envelope.signatures[0][0] != key.keyid:
                raise unsigned("The hub's online key did not sign these bytes, or not alone.")
            return "signed by the hub"

        yield SAYS, lambda: to_text(said())
        yield "Signed by the hub's online key, which the log delegated (stops forgery).", signed
        yield FITS, lambda: _fits(envelope, beside)

    return checks


_of_release = _by_hub(_USED, "until", lambda p: ("release", sha256_hex(str(p["release"]).encode())))
_of_month = _by_hub(_STATED, "until", lambda p: ("person", sha256_hex(str(p["person"]).encode())))


def _usage(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    """A statement is of a month of one person's, or of one release until now."""
    of = _of_month if "month" in envelope.statement.predicate else _of_release
    yield from of(envelope, beside)


def _delegation(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    yield (
        "Signed by the trusted log's key (stops a key that nobody delegated).",
        lambda: online_key(envelope, beside.trust.logs, at=beside.now).keyid,
    )


def _revoke(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    def said() -> str:
        named = str(envelope.statement.predicate.get("grant", ""))
        grant = beside.grants.get(named)
        if grant is None:
            raise NotVerified("The grant that this code may stop is not beside it.")
        keys = beside.keys(granted_of(grant).person)
        return read_revoke(envelope, grant=named, keys=keys).keyid

    yield "The person of the grant signed which code may stop it (stops another's code).", said


def _binding(envelope: Envelope, beside: Beside) -> Iterator[Named]:
    yield from chain_checks([envelope], beside)


def chain_checks(chain: list[Envelope], beside: Beside) -> Iterator[Named]:
    """Yield the steps for a signer's chain of key bindings, oldest first."""
    data = [e.to_bytes() for e in chain]

    def subject() -> str:
        return str(chain[0].statement.predicate.get("subject", "")) if chain else ""

    def holds() -> str:
        return f"{len(read_chain(tuple(data), subject()))} records of {subject()}"

    def known() -> str:
        if not beside.trust.keys_of(subject()):
            raise NotVerified("No key of this signer is trusted here.", why=ascii(subject()[:80]))
        news = follow(beside.trust, subject(), data, now=beside.now).news
        return f"{len(news)} records that were not seen before"

    yield "Each record follows the one before, signed as it must be (stops a cut chain).", holds
    yield "It goes on from the keys that are trusted here (stops another's chain).", known


def _time(value: Any) -> datetime:
    try:
        return from_text(value)
    except (TypeError, BadInput) as e:
        raise NotVerified("A time in it cannot be read.") from e


_OTHERS: dict[str, Callable[[Envelope, Beside], Iterator[Named]]] = {
    "review-sheet": _sheet,
    "release": _release,
    "freshness": _freshness,
    "withdrawal": _stops,
    "suspension": _stops,
    "delegation": _delegation,
    "revoke": _revoke,
    "key-binding": _binding,
    "deletion-receipt": _by_hub(_DELETED, "erasedAt", lambda p: ("grant", p["grant"])),
    "usage-statement": _usage,
}
