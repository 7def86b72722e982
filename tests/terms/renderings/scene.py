"""One agreement with all that a record can show, as values with fixed ids and times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from countersign.ids import AgreementId, GrantId
from countersign.terms import (
    Item,
    Profile,
    Purpose,
    Recorded,
    Side,
    Terms,
    consent_receipt,
    consent_record,
    make_offer,
    odrl_agreement,
    preset,
    sign_offer,
)
from tests.terms import scene
from tests.terms.scene import ACME, KEYS, LATER, LIN, NOW

OFFER = "fexampleexampleexampleexamp"
COMPLAINT = "complaints@council.example"
RENDER = {
    "consent-record": consent_record,
    "consent-receipt": consent_receipt,
    "odrl-agreement": odrl_agreement,
}


def paid(**changes: Any) -> Terms:
    """Return the team's terms with pay per use, a monthly fee and hours."""
    benefits = (scene.USE, scene.FEE, scene.HOURS)
    return replace(preset("my-team"), benefits=benefits, **changes)


def wide() -> Terms:
    """Return terms that use everything a person can switch on alone."""
    base = preset("my-team")
    return replace(
        base,
        profile=Profile.COMPANY,
        purposes=base.purposes | {Purpose.TRAIN_MODELS},
        training=True,
        cross_border=True,
        sensitive=True,
    )


@contextmanager
def given(
    folder: Path, terms: Terms | None = None, *, items: tuple[str, ...] = ()
) -> Iterator[tuple[sa.Connection, str]]:
    """Open a hub with one agreement, signed by both sides; yield it with the agreement's id."""
    with scene.hub(folder) as c:
        made = make_offer(
            c, party=ACME, person=LIN, terms=terms or paid(), now=NOW, complaint=COMPLAINT, id=OFFER
        )
        asked = items or tuple(Item(i).value for i in made.terms.items)
        sign_offer(c, made.id, signer=LIN, key=KEYS[LIN], now=NOW, items=asked)
        sign_offer(c, made.id, signer=ACME, key=KEYS[ACME], now=NOW)
        yield c, made.agreement_id


def plain(**changes: Any) -> Recorded:
    """Return the agreement of the golden files, changed as said: no text that may be reworded."""
    terms = changes.pop("terms", paid())
    made = Recorded(
        standing=scene.stand(terms, grant=GrantId("ab" * 32), agreement=AgreementId("aexample")),
        offer=OFFER,
        offered_at=NOW - timedelta(days=11),
        texts=("cd" * 32, "ef" * 32),
        person=Side(LIN, "Lin Wei 林伟", "self-asserted"),
        party=Side(ACME, "Acme", "self-asserted"),
        given_at=NOW - timedelta(days=10),
        complaint=COMPLAINT,
        leaf=7,
    )
    return replace(made, **changes)


def rendered(r: Recorded, name: str) -> dict[str, Any]:
    """Return one rendering two days after the signatures."""
    return RENDER[name](r, now=LATER)
