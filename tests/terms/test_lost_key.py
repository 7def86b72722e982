# SPDX-License-Identifier: Apache-2.0
"""A lost key is replaced: what it signed stays, it stops meanwhile, and nothing counts early."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import NotAllowed
from countersign.people import REBINDING_DELAY, Role, add_card, bind_key, rebind
from countersign.people import tables as people_tables
from countersign.seal import SigningKey
from countersign.terms import State, sign_offer, standing, standings, withdraw
from tests.terms.scene import KEYS, LIN, NOW, hub, offered, signed


def missing(c: sa.Connection, id: str) -> tuple[str, ...]:
    found = standing(c, id)
    assert found is not None
    return found.missing


def _lost(c: sa.Connection, *, known: bool = True) -> SigningKey:
    """Announce another key for Lin, by a representative that the hub knows or does not know."""
    union, new = SigningKey.generate(), SigningKey.generate()
    add_card(c, id="wunion", label="union", name="Union", role=Role.REPRESENTATIVE, now=NOW)
    bind_key(c, subject="wunion", key=union, now=NOW)
    rebind(c, subject=LIN, key=new, representative="wunion", by=union, now=NOW)
    if not known:
        b = people_tables.key_binding
        c.execute(b.delete().where(b.c.subject == "wunion"))
    return new


def test_what_a_lost_key_signed_stays_signed_and_the_new_one_signs_only_after_the_delay(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id, offer = signed(c), offered(c)
        new = _lost(c)
        effect = NOW + REBINDING_DELAY
        found = standing(c, id)
        assert found is not None
        assert found.missing == ()
        assert standings(c, [id])[found.agreement] == found
        for key, now in ((new, effect - timedelta(seconds=1)), (KEYS[LIN], effect)):
            with pytest.raises(NotAllowed):
                sign_offer(c, offer.id, signer=LIN, key=key, now=now)
        sign_offer(c, offer.id, signer=LIN, key=new, now=effect)
        assert missing(c, offer.agreement_id) == ("party acme",)


def test_the_old_key_takes_back_during_the_delay_and_the_new_one_after_it(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        first, second = signed(c), signed(c)
        new = _lost(c)
        effect = NOW + REBINDING_DELAY
        withdraw(c, agreement_id=first, key=KEYS[LIN], by=LIN, now=effect - timedelta(seconds=1))
        with pytest.raises(NotAllowed):
            withdraw(c, agreement_id=second, key=KEYS[LIN], by=LIN, now=effect)
        withdraw(c, agreement_id=second, key=new, by=LIN, now=effect)
        for id in (first, second):
            found = standing(c, id)
            assert found is not None
            assert found.state is State.WITHDRAWN


def test_a_rebinding_by_a_representative_that_the_hub_does_not_know_leaves_no_key(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        _lost(c, known=False)
        assert missing(c, id) == ("person lin",)
        (same,) = standings(c, [id]).values()
        assert same.missing == ("person lin",)
