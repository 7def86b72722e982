"""A small world of invented people with fixed keys: every record that exists, each signed rightly.

Nothing here is random, so that the same bytes come out everywhere. Lin knows payments, Kim lost a
key, Acme is Lin's employer, the council stands beside Lin, Mallory is everybody's adversary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from countersign.claims import Decision, Verdict
from countersign.claims.decision import sign_sheet
from countersign.ids import ClaimId, PersonId
from countersign.log import LogSigner
from countersign.people import (
    IdentityLevel,
    Reason,
    Role,
    Voucher,
    fresh_code,
    revoke_key,
    revoke_statement,
)
from countersign.people.bindings import Said
from countersign.seal import Envelope, PublicKey, SigningKey, Statement, sha256_hex, sign
from countersign.settle import Tally
from countersign.skill import Trust, delegate, follow, pin_log
from countersign.terms import (
    Audience,
    Benefit,
    BenefitKind,
    Bundle,
    Facts,
    Floor,
    Kind,
    Limits,
    Method,
    Never,
    Period,
    Policy,
    Processing,
    Profile,
    Purpose,
    Representation,
    Side,
    Source,
    Terms,
    preset,
)
from countersign.terms.asking.joint import Joint
from countersign.terms.notices import (
    assessment_statement,
    incapacity_statement,
    leaving_statement,
    processing_statement,
    representatives_statement,
    rider_statement,
    transfer_statement,
    undertaking_statement,
)
from countersign.terms.pause import series_statement
from countersign.terms.records import (
    agreement_id,
    agreement_statement,
    grant_statement,
    item_statement,
    suspension_statement,
    withdrawal_statement,
)

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
BOUND = NOW - 60 * DAY
OFFERED = NOW - 20 * DAY
SIGNED = NOW - 19 * DAY
LIN, KIM, NOOR, TAL = "plin", "pkim", "pnoor", "ptal"
ACME, COUNCIL, MALLORY = "oacme", "wcouncil", "omallory"
TEXTS = {
    "contract.en.md": b"# Agreement\n\nLin's notes on payments may be asked by Acme's team.\n",
    "contract.zh.md": "# 协议\n\n林的支付笔记可供极致公司的团队查询。\n".encode(),
}
ABOUT = {"en": "ab" * 32, "zh": "cd" * 32}


def key(name: str) -> SigningKey:
    """Return somebody's fixed test key. These keys are public: never use them for anything else."""
    return SigningKey(sha256(f"countersign conformance {name}".encode()).digest())


KEYS = {who: key(who) for who in (LIN, KIM, NOOR, TAL, ACME, COUNCIL, MALLORY)}
LIN_OLD, KIM_NEW, ONLINE = key("lin's first"), key("kim's new"), key("online")
SIGNER = LogSigner("log.example.org/countersign", key("log"))
CODE = fresh_code(lambda n: sha256(b"conformance code").digest()[:n])
CODE_KEY = revoke_key(CODE)
"""What the code on paper for Lin's grant stands for."""


def _bound(subject: str, public: PublicKey, at: datetime, reason: Reason, **more: Any) -> Said:
    return Said(subject=subject, public=public, at=at, reason=reason, **more)


def first(subject: str, own: SigningKey, at: datetime = BOUND) -> Envelope:
    """Return the record that begins a chain."""
    return sign(_bound(subject, own.public, at, Reason.FIRST).statement(), own)


def lin_chain() -> tuple[Envelope, ...]:
    """Return Lin's chain: a first key, rotated after ten days."""
    begun = first(LIN, LIN_OLD)
    ends = LIN_OLD.public.keyid
    said = _bound(
        LIN, KEYS[LIN].public, BOUND + 10 * DAY, Reason.ROTATED, prev=begun.digest, ends=ends
    )
    return begun, sign(said.statement(), KEYS[LIN], LIN_OLD)


def kim_chain() -> tuple[Envelope, ...]:
    """Return Kim's chain: a key, lost, and another announced by the council 72 hours ahead."""
    begun = first(KIM, KEYS[KIM])
    council = Voucher(COUNCIL, Role.REPRESENTATIVE, KEYS[COUNCIL].public)
    said = _bound(
        KIM,
        KIM_NEW.public,
        BOUND + 10 * DAY,
        Reason.REBOUND,
        prev=begun.digest,
        by=council,
        level=IdentityLevel.REPRESENTATIVE,
    )
    return begun, sign(said.statement(), KIM_NEW, KEYS[COUNCIL])


def trust(*, without: str = "", now: datetime = NOW) -> Trust:
    """Return who is believed: everybody but Mallory, and the log; each by their own chain."""
    made = pin_log(Trust(), SIGNER.vkey)
    chains: dict[str, tuple[Envelope, ...]] = {
        who: (first(who, KEYS[who]),) for who in (COUNCIL, ACME, NOOR, TAL)
    }
    chains |= {LIN: lin_chain(), KIM: kim_chain()}
    for who, chain in chains.items():
        if who != without:
            made = follow(made, who, [e.to_bytes() for e in chain], now=now).trust
    return made


FEE = Benefit(BenefitKind.FLAT, 30000, "CNY", Period.MONTH)
SOURCES = frozenset({Source.MAIL, Source.SLACK})
KINDS = frozenset({Kind.RULE, Kind.DECISION, Kind.PITFALL, Kind.PROCEDURE})
TEAM = replace(
    preset("my-team"),
    sources=SOURCES,
    kinds=KINDS,
    representative=COUNCIL,
    represented_by=Representation.WORKS_COUNCIL,
)
WIDE = replace(TEAM, profile=Profile.COMPANY, persona=True, benefits=(FEE,))


def facts(offer: str, terms: Terms) -> Facts:
    """Return who agrees with whom, and when."""
    return Facts(
        person=Side(LIN, "Lin Wei 林伟", "self-asserted"),
        party=Side(ACME, "Acme 极致", "self-asserted"),
        offer=offer,
        offered_at=OFFERED,
        starts=OFFERED,
        expires=OFFERED + timedelta(days=terms.term_days),
        representative=Side(COUNCIL, "Works Council 职工代表", "self-asserted"),
    )


def _digests() -> tuple[str, str]:
    return sha256_hex(TEXTS["contract.en.md"]), sha256_hex(TEXTS["contract.zh.md"])


def grant(terms: Terms = TEAM, offer: str = "fpayments") -> Envelope:
    """Return Lin's grant to Acme."""
    return sign(grant_statement(terms, facts(offer, terms), _digests()), KEYS[LIN])


def agreement(terms: Terms = TEAM, offer: str = "fpayments") -> Envelope:
    """Return the agreement over that grant, signed by both sides."""
    statement = agreement_statement(
        terms, facts(offer, terms), _digests(), grant(terms, offer).digest
    )
    return sign(statement, KEYS[LIN], KEYS[ACME])


GRANT, AGREEMENT = grant(), agreement()
WIDE_GRANT = grant(WIDE, "fpersona")
OTHER_GRANT = grant(replace(TEAM, term_days=100), "fother")
AGREED = agreement_id(AGREEMENT.payload)


def floor(**changes: Any) -> Floor:
    """Return the council's floor with Acme."""
    said: dict[str, Any] = {
        "series": "council",
        "version": 2,
        "party": ACME,
        "representative": COUNCIL,
        "since": BOUND + 5 * DAY,
        "until": None,
        "persons": frozenset(),
        "limits": Limits(term_days_at_most=365, never=frozenset({Never.TRAINING})),
        "texts": (("en", ABOUT["en"]), ("zh", ABOUT["zh"])),
    }
    return Floor(**(said | changes))


def _policy() -> Statement:
    limits = Limits(callers_at_most=20, audience=frozenset({Audience.TEAM}))
    return Policy(
        version=1, party=ACME, since=BOUND, until=None, limits=limits, texts=(("en", ABOUT["en"]),)
    ).statement()


def _processing() -> Statement:
    processing = Processing(
        purposes=frozenset({Purpose.ANSWER_QUESTIONS}),
        methods=frozenset({Method.LOCAL}),
        kinds=KINDS,
        audience=frozenset({Audience.TEAM}),
        models=frozenset(),
    )
    return processing_statement(party=ACME, processing=processing, number=1, grant=GRANT.digest)


def rider(expires: datetime = SIGNED + 90 * DAY) -> Statement:
    """Return the persona rider beside the wider grant."""
    wide = agreement(WIDE, "fpersona")
    return rider_statement(
        grant=WIDE_GRANT.digest,
        agreement=agreement_id(wide.payload),
        texts=ABOUT,
        benefits=[FEE],
        starts=SIGNED,
        expires=expires,
    )


def withdrawal(by: str = LIN, of: Envelope = GRANT, **more: Any) -> Statement:
    """Return a withdrawal of Lin's grant, whole unless `parts` are said."""
    return withdrawal_statement(grant=of.digest, agreement=AGREED, by=by, at=NOW - DAY, **more)


def suspension(*, number: int, resume: bool, **more: Any) -> Statement:
    """Return a suspension of Lin's grant, or its end."""
    return suspension_statement(
        grant=GRANT.digest,
        agreement=AGREED,
        by=LIN,
        at=NOW - DAY,
        number=number,
        resume=resume,
        **more,
    )


def _series(resume: bool) -> Statement:
    return series_statement(
        by=COUNCIL,
        party=ACME,
        series="council",
        persons=frozenset({LIN}),
        at=NOW - DAY,
        number=2 if resume else 1,
        resume=resume,
    )


def delegation() -> Envelope:
    """Return the log's word that the online key signs for it."""
    return delegate(SIGNER, ONLINE.public, now=BOUND, until=NOW + 60 * DAY)


def tally() -> Tally:
    """Return three uses of the release."""
    of = tuple(sha256_hex(b"use %d" % n) for n in range(3))
    return Tally("rpayments", of, NOW - DAY)


def _deleted() -> Statement:
    predicate = {
        "v": 1,
        "agreement": AGREED,
        "grant": GRANT.digest,
        "withdrawal": sha256_hex(withdrawal().to_bytes()),
        "scope": "whole",
        "orderedAt": "2026-11-30T09:00:00Z",
        "erasedAt": "2026-11-30T09:00:02Z",
        "keys": "destroyed",
        "texts": "deleted",
        "index": "rewritten",
        "places": ["hub.db", "index.db", "keys.db"],
        "releases": ["ef" * 32],
        "claims": [],
        "copies": [{"host": "claude-code", "status": "removed"}],
        "lastKeyBackupDiesBy": "",
    }
    return Statement("deletion-receipt", (("grant", GRANT.digest),), predicate)


def _sheet() -> Envelope:
    decisions = (
        Decision(ClaimId("c01"), Verdict.ACCEPT, "Retry a payment at most three times."),
        Decision(ClaimId("c02"), Verdict.REJECT),
    )
    return sign_sheet(decisions, person=PersonId(LIN), key=KEYS[LIN], now=SIGNED)


def _joint() -> Envelope:
    joint = Joint(id="jpayments", party=ACME, request="qpayments", terms=preset("my-team"))
    return sign(joint.statement(), KEYS[LIN], KEYS[NOOR], KEYS[TAL])


def records() -> Mapping[str, Envelope]:
    """Return one right record of every kind, by a short name."""
    g, at = GRANT.digest, SIGNED
    acme, lin, council = KEYS[ACME], KEYS[LIN], KEYS[COUNCIL]
    return {
        "grant": GRANT,
        "agreement": AGREEMENT,
        "item": sign(item_statement(g, LIN, "purpose:onboard"), lin),
        "rider": sign(rider(), lin, acme),
        "undertaking": sign(
            undertaking_statement(grant=g, offer="fpayments", party=ACME, person=LIN), acme
        ),
        "assessment": sign(
            assessment_statement(
                grant=g, party=ACME, texts=ABOUT, full=False, at=at, keep_until=at + 1500 * DAY
            ),
            acme,
        ),
        "told": sign(
            representatives_statement(grant=g, party=ACME, to=[COUNCIL], texts=ABOUT, at=at), acme
        ),
        "processing": sign(_processing(), acme),
        "leaving": sign(leaving_statement(grant=g, person=LIN, party=ACME, at=NOW + 30 * DAY), lin),
        "transfer": sign(
            transfer_statement(party=ACME, successor="onewco", at=NOW + 30 * DAY), acme
        ),
        "incapacity": sign(
            incapacity_statement(person=LIN, by=COUNCIL, at=NOW, number=1, over=False), council
        ),
        "floor": sign(floor().statement(), acme, council),
        "policy": sign(_policy(), acme),
        "joint": _joint(),
        "sheet": _sheet(),
        "withdrawal": sign(withdrawal(), lin),
        "withdrawal-part": sign(withdrawal(parts=["purpose:onboard"]), lin),
        "suspension": sign(suspension(number=1, resume=False), lin),
        "resumption": sign(suspension(number=2, resume=True), lin),
        "series": sign(_series(False), council),
        "series-lifted": sign(_series(True), council, acme),
        "revoke": sign(revoke_statement(g, CODE_KEY.public), lin),
        "delegation": delegation(),
        "usage": sign(tally().statement(), ONLINE),
        "deletion": sign(_deleted(), ONLINE),
    }


def bundle(by: str = "person") -> Bundle:
    """Return a withdrawal with all that shows its signer's right beside it."""
    if by == "code":
        record = sign(withdrawal(role="revoke"), CODE_KEY)
        return Bundle(record=record, grant=GRANT, revoke=records()["revoke"])
    if by == "council":
        record = sign(withdrawal(COUNCIL, role="representative"), KEYS[COUNCIL])
        return Bundle(record=record, grant=GRANT, floor=records()["floor"])
    return Bundle(record=sign(withdrawal(), KEYS[LIN]), grant=GRANT, chain=lin_chain())
