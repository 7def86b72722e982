# SPDX-License-Identifier: Apache-2.0
"""Consent record and receipt: ISO/IEC TS 27560:2023 in DPV 2.3 JSON-LD, its context inside.

A rendering of what was signed, for auditors and other programs; no signature is over it and
nothing is decided by it. One `dpv:Process` for each purpose the person ticked; the states come from
the verified standing. Mandatory fields of 27560 and where they stand: docs/reference/records.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from countersign.clock import to_text
from countersign.terms.renderings.facts import Event, Recorded, require_given
from countersign.terms.renderings.names import DATA_OF, GDPR_RIGHTS, ID, RECEIPT, RECORD, word
from countersign.terms.renderings.packaged import context
from countersign.terms.standing import Assessment, State
from countersign.terms.text.meanings import bounds, meaning
from countersign.terms.words import NEVER, Item, Purpose

NOTE = {
    "en": "A rendering. What holds is the signed grant and agreement named in dct:source.",
    "zh": "本文件仅为呈现；以 dct:source 所指的已签署授权与协议为准。",
}
DELETED_WITHIN = "PT72H"
"""How soon after a withdrawal what was released is deleted (clause 4)."""


def consent_record(r: Recorded, *, now: datetime) -> dict[str, Any]:
    """Return the consent record of one agreement as it stands at `now`, a JSON-LD object.

    Raises `NotFound` where the person has signed nothing: there is no consent to record.
    """
    require_given(r)
    return {"@context": context("record"), **_record(r, now)}


def consent_receipt(r: Recorded, *, now: datetime) -> dict[str, Any]:
    """Return the receipt that the person keeps: it holds the whole record. Raises as the record."""
    require_given(r)
    return {
        "@context": context("record"),
        "@id": f"id:receipt-{r.standing.grant[:32]}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": RECEIPT,
        "dct:identifier": f"receipt-{r.standing.grant[:32]}",
        "dct:created": to_text(now),
        "cs:complaint": _both(*complaint_words(r)),
        "dpv:hasRecordOfActivity": [_record(r, now)],
    }


def _record(r: Recorded, now: datetime) -> dict[str, Any]:
    s = r.standing
    record: dict[str, Any] = {
        "@id": f"id:record-{s.grant[:32]}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": RECORD,
        "dct:identifier": s.grant,
        "dct:created": to_text(now),
        "dct:description": _both(NOTE["en"], NOTE["zh"]),
        "dct:source": [f"id:grant-{s.grant}", f"id:agreement-{s.agreement}"],
        "cs:termsDigest": s.terms.digest,
        "cs:missingSignature": list(s.missing),
        "dpv:hasDataSubject": _subject(r),
        "dpv:hasDataController": _controller(r),
        "dpv:hasNotice": [_notice(r, lang, n) for n, lang in enumerate(("en", "zh"))],
        "dpv:hasProcess": [_process(r, p) for p in _purposes(r)],
        "dpv:hasJurisdiction": {"@type": "dpv:Location", "dct:title": s.terms.region},
        "dpv:hasRight": list(_rights(r)),
        "dpv:hasConsentControl": _controls(r),
        "dpv:hasConsentStatus": list(_states(r, now)),
        "cs:complaint": _both(*complaint_words(r)),
        "cs:never": sorted(NEVER),
        "cs:aipref": "train-ai=y" if s.holds(Item.TRAINING) else "train-ai=n",
        "cs-cn:separateConsent": list(_separate(r)),
    }
    if s.assessment is not Assessment.NONE:
        extent = {"@type": "dpv:DPIA", "cs:extent": s.assessment.value}
        record["dpv:hasAssessment"] = extent
    if r.leaf is not None:
        record["cs:leafIndex"] = r.leaf
    return record


def _subject(r: Recorded) -> dict[str, Any]:
    """Name the person by id alone: whoever may know the name has the agreement."""
    level = r.person.level
    kinds = ["dpv:DataSubject"] if r.standing.terms.to_self else ["dpv:DataSubject", "dpv:Employee"]
    return {"@id": _id(r.person.id), "@type": kinds, "cs:identityLevel": level}


def _controller(r: Recorded) -> dict[str, Any]:
    name = r.person.id if r.standing.terms.to_self else r.party.name
    return {"@id": _id(r.party.id), "@type": "dpv:DataController", "dct:title": name}


def _notice(r: Recorded, lang: str, place: int) -> dict[str, Any]:
    return {
        "@id": f"id:notice-{r.texts[place]}",
        "@type": "dpv:ConsentNotice",
        "dct:language": lang,
        "dct:date": to_text(r.offered_at),
        "dct:coverage": f"{to_text(r.standing.starts)}/{to_text(r.standing.expires)}",
        "cs:sha256": r.texts[place],
    }


def _purposes(r: Recorded) -> tuple[Purpose, ...]:
    """Return what was ticked, then what was taken back; where nothing was, what was offered."""
    said = (*r.purposes, *r.taken_back)
    return said or tuple(p for p in Purpose if p in r.standing.terms.purposes)


def _process(r: Recorded, purpose: Purpose) -> dict[str, Any]:
    s, t = r.standing, r.standing.terms
    return {
        "@id": f"id:process-{s.grant[:32]}-{purpose.value}",
        "@type": "dpv:Process",
        "dpv:hasPurpose": _purpose(purpose),
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasPersonalData": _data(r),
        "cs:source": sorted(word(x) for x in t.sources if s.ticked(x)),
        "cs:kind": sorted(word(k) for k in t.kinds),
        "cs:method": sorted(f"cs:method-{m.value}" for m in t.methods),
        "cs:delivery": f"cs:delivery-{t.delivery.value}",
        "dpv:hasDataController": _id(r.party.id),
        "dpv:hasRecipient": sorted(word(a) for a in t.audience if s.ticked(a)),
        "cs:modelEndpoint": sorted(t.endpoints),
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": _place(t.region)},
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": f"P{t.term_days}D"},
            {"@type": "dpv:StorageDeletion", "dpv:hasDuration": DELETED_WITHIN},
        ],
        "cs:granted": purpose in r.purposes,
    }


def _purpose(purpose: Purpose) -> dict[str, Any]:
    said, beyond = meaning(purpose), bounds(purpose)
    return {
        "@id": word(purpose),
        "@type": "dpv:Purpose",
        "dct:title": _both(said.name_en, said.name_zh),
        "dct:description": _both(said.en, said.zh),
        "cs:notCovered": _both(beyond.not_en, beyond.not_zh),
    }


def _data(r: Recorded) -> list[str]:
    s = r.standing
    found = {DATA_OF[x] for x in s.terms.sources if x in DATA_OF and s.ticked(x)}
    return sorted(found | {"pd:ProfessionalExperience", "pd:WorkExperience"})


def _place(region: str) -> dict[str, Any]:
    return {"@type": "dpv:Location", "dct:title": region}


def _rights(r: Recorded) -> Iterator[dict[str, Any]]:
    verbs = {"A7-3": "withdraw", "A16": "review", "A17": "withdraw"}
    for right, (en, zh) in GDPR_RIGHTS.items():
        where = f"countersign {verbs.get(right, 'export')}"
        if right == "A77":
            where = complaint_words(r)[0]
        yield {
            "@type": ["dpv:DataSubjectRight", f"eu-gdpr:{right}"],
            "dct:title": _both(en, zh),
            "dpv:isExercisedAt": where,
        }


def _controls(r: Recorded) -> list[dict[str, Any]]:
    ways = {
        "key": f"countersign withdraw {r.standing.agreement}",
        "code": "countersign withdraw --code (the code on paper; no key, no account)",
        "paper": "A representative who is told on paper signs the withdrawal",
    }
    return [
        {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": where, "cs:channel": channel}
        for channel, where in ways.items()
    ]


def _states(r: Recorded, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what happened, oldest first; the last says how it stands now."""
    s = r.standing
    lasts = f"P{(s.expires - s.starts).days}D"
    asked = _happened("dpv:ConsentRequested", r.offered_at, r.party.id, "offer")
    yield asked | {"dpv:hasDuration": lasts}
    if r.given_at is not None:
        given = _happened("dpv:ConsentGiven", r.given_at, r.person.id, "signature")
        given["@type"] = ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"]
        yield given | {"dpv:hasDuration": lasts}
    ended = False
    for e in r.events:
        ended |= e.kind == "withdrawal" and not e.parts
        yield _after(e)
    if s.state is State.WITHDRAWN and not ended:  # the row says so and no record does: the stricter
        yield _happened("dpv:ConsentWithdrawn", s.since or now, r.person.id, "signature")
    elif s.state is not State.WITHDRAWN and r.given_at is not None and now >= s.expires:
        yield _happened("dpv:ConsentExpired", s.expires, r.person.id, "end of the term")


def _after(e: Event) -> dict[str, Any]:
    whose = "dpv:ConsentWithdrawn" if e.role != "representative" else "dpv:ConsentRevoked"
    kind = {"suspension": "cs:ConsentSuspended", "resumption": "cs:ConsentResumed"}.get(e.kind)
    if e.kind == "withdrawal":
        kind = "cs:ConsentPartlyWithdrawn" if e.parts else whose
    how = {"revoke": "code on paper", "representative": "paper"}.get(e.role, "signature")
    said = _happened(str(kind), e.at, e.by, how)
    return said | ({"cs:part": list(e.parts)} if e.parts else {})


def _happened(kind: str, at: datetime, by: str, how: str) -> dict[str, Any]:
    return {
        "@type": kind,
        "dpv:isIndicatedAtTime": to_text(at),
        "dpv:isIndicatedBy": _id(by),
        "dpv:hasIndicationMethod": how,
    }


def _separate(r: Recorded) -> Iterator[str]:
    """Yield the separate consents of Chinese law that were signed as items of their own."""
    s = r.standing
    if r.given_at is None:
        return
    yield "cs-cn:PIPL-13-1-1"
    if not s.terms.to_self:
        yield "cs-cn:PIPL-23"
    items = {
        Item.PUBLIC_RELEASE: "cs-cn:PIPL-25",
        Item.SENSITIVE: "cs-cn:PIPL-29",
        Item.CROSS_BORDER: "cs-cn:PIPL-39",
    }
    yield from (name for item, name in items.items() if s.holds(item))


def complaint_words(r: Recorded) -> tuple[str, str]:
    """Return where complaints go, in en and zh (clause 34)."""
    en = r.complaint or "the staff representation, or the data protection authority"
    zh = r.complaint or "职工代表组织或履行个人信息保护职责的部门"
    if r.representative is not None and r.representative.name not in en:
        en, zh = f"{r.representative.name}; {en}", f"{r.representative.name}；{zh}"
    return en, zh


def _both(en: str, zh: str) -> list[dict[str, str]]:
    return [{"@value": en, "@language": "en"}, {"@value": zh, "@language": "zh"}]


def _id(id: str) -> str:
    return f"{ID}{id}"
