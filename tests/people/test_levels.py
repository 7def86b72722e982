# SPDX-License-Identifier: Apache-2.0
"""How identity was shown: attested by somebody else, for one key, and never by the key itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, NotAllowed, NotVerified
from countersign.people import (
    IdentityLevel,
    Reason,
    Role,
    Voucher,
    add_card,
    add_key,
    attest_key,
    bind_key,
    bindings,
    end_key,
    identity_level,
    keep_binding,
    rotate_key,
)
from countersign.people.bindings import Said
from countersign.seal import SigningKey, sign
from countersign.store import Database, upgrade
from tests.people.scene import NOW

_KEY, _OTHER, _THIRD, _FOURTH = (SigningKey(seed * 32) for seed in (b"k", b"o", b"t", b"f"))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[sa.Connection]:
    db = Database(tmp_path / "hub.db")
    upgrade(db, "hub")
    with db.write() as c:
        add_card(c, id="plin", label="lin", name="Lin Wei", now=NOW)
        add_card(c, id="oacme", label="acme", name="Acme", is_party=True, now=NOW)
        yield c
    db.close()


def _bind(c: sa.Connection, key: SigningKey, subject: str = "plin") -> None:
    bind_key(c, subject=subject, key=key, now=NOW)


@pytest.mark.parametrize("level", list(IdentityLevel)[1:])
def test_no_key_says_by_itself_how_identity_was_shown(
    hub: sa.Connection, level: IdentityLevel
) -> None:
    with pytest.raises(BadInput, match="by itself"):
        bind_key(hub, subject="plin", key=_KEY, level=level, now=NOW)
    said = Said(subject="plin", public=_KEY.public, at=NOW, reason=Reason.FIRST, level=level)
    with pytest.raises(NotVerified):
        keep_binding(hub, sign(said.statement(), _KEY), now=NOW)
    assert identity_level(hub, "plin") is IdentityLevel.SELF_ASSERTED


def _attest(
    c: sa.Connection,
    level: IdentityLevel = IdentityLevel.PLATFORM_SIGN_IN,
    attester: str = "oacme",
    by: SigningKey = _THIRD,
    key: SigningKey = _KEY,
) -> None:
    attest_key(c, subject="plin", key=key, attester=attester, by=by, level=level, now=NOW)


def test_a_level_holds_for_the_key_that_was_attested_and_for_no_other(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    _bind(hub, _THIRD, "oacme")
    _attest(hub)
    assert identity_level(hub, "plin") is IdentityLevel.PLATFORM_SIGN_IN
    add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    # A proof may be by either key, so the weakest of them is what it may claim.
    assert identity_level(hub, "plin") is IdentityLevel.SELF_ASSERTED
    end_key(hub, subject="plin", public=_OTHER.public, by=_KEY, now=NOW)
    assert identity_level(hub, "plin") is IdentityLevel.PLATFORM_SIGN_IN
    rotate_key(hub, subject="plin", key=_FOURTH, by=_KEY, now=NOW)
    assert identity_level(hub, "plin") is IdentityLevel.SELF_ASSERTED


def test_of_two_attestations_the_stronger_is_printed(hub: sa.Connection) -> None:
    add_card(hub, id="wunion", label="union", name="Union", role=Role.REPRESENTATIVE, now=NOW)
    _bind(hub, _KEY)
    _bind(hub, _THIRD, "oacme")
    _bind(hub, _FOURTH, "wunion")
    _attest(hub, IdentityLevel.REPRESENTATIVE, "wunion", _FOURTH)
    _attest(hub)
    assert identity_level(hub, "plin") is IdentityLevel.REPRESENTATIVE


def test_a_party_does_not_attest_in_a_representatives_place(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    _bind(hub, _THIRD, "oacme")
    with pytest.raises(NotVerified, match="do not hold together"):
        _attest(hub, IdentityLevel.REPRESENTATIVE)


def test_nobody_attests_for_themselves_or_with_another_ones_key(hub: sa.Connection) -> None:
    add_card(hub, id="pkim", label="kim", name="Kim", now=NOW)
    _bind(hub, _KEY)
    add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    _bind(hub, _THIRD, "oacme")
    _bind(hub, _FOURTH, "pkim")
    with pytest.raises(NotAllowed, match="person cannot vouch"):
        _attest(hub, attester="plin", by=_OTHER)
    with pytest.raises(NotAllowed, match="person cannot vouch"):
        _attest(hub, attester="pkim", by=_FOURTH)
    with pytest.raises(NotAllowed, match="not in use"):
        _attest(hub, by=_FOURTH)
    said = Said(
        subject="plin",
        public=_KEY.public,
        at=NOW,
        reason=Reason.ATTESTED,
        prev=bindings(hub, "plin")[-1].digest,
        level=IdentityLevel.PLATFORM_SIGN_IN,
        by=Voucher("oacme", Role.PARTY, _FOURTH.public),  # not the key of that party
    )
    with pytest.raises(NotVerified):
        keep_binding(hub, sign(said.statement(), _KEY, _FOURTH), now=NOW)


def test_the_role_of_whoever_vouched_is_looked_up_and_not_believed(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    _bind(hub, _THIRD, "oacme")
    said = Said(
        subject="plin",
        public=_KEY.public,
        at=NOW,
        reason=Reason.ATTESTED,
        prev=bindings(hub, "plin")[-1].digest,
        level=IdentityLevel.REPRESENTATIVE,
        by=Voucher("oacme", Role.REPRESENTATIVE, _THIRD.public),
    )
    with pytest.raises(NotVerified):
        keep_binding(hub, sign(said.statement(), _KEY, _THIRD), now=NOW)
