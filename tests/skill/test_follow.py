# SPDX-License-Identifier: Apache-2.0
"""Another key than the pinned one is taken only where the signer's own chain proves it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import Conflict, NotVerified
from countersign.people import (
    REBINDING_DELAY,
    IdentityLevel,
    add_key,
    attest_key,
    bindings,
    cancel_rebinding,
    end_key,
    rebind,
    rotate_key,
)
from countersign.seal import PublicKey
from countersign.skill import Trust, TrustedKey, follow, pin
from tests.people.scene import ACME_KEY, EVIL_KEY, LIN_KEY, NEW_KEY, NOW, UNION_KEY, hub_of_four

LATER = NOW + timedelta(days=1)
EFFECT = NOW + REBINDING_DELAY


def chain(c: sa.Connection, subject: str = "plin") -> tuple[bytes, ...]:
    return tuple(b.envelope.to_bytes() for b in bindings(c, subject))


def keys(trust: Trust, subject: str = "plin") -> list[PublicKey]:
    return [k.public for k in trust.keys_of(subject)]


def announce(c: sa.Connection) -> None:
    rebind(c, subject="plin", key=NEW_KEY, representative="wunion", by=UNION_KEY, now=NOW)


def test_the_first_time_the_chain_is_pinned_as_it_is(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = follow(Trust(), "plin", chain(c), now=NOW)
        assert keys(made.trust) == [LIN_KEY.public]
        assert len(made.news) == 1
        again = follow(made.trust, "plin", chain(c), now=NOW)
        assert (again.trust, again.news) == (made.trust, ())
        assert Trust.of(made.trust.to_bytes()) == made.trust


def test_keys_added_and_rotated_by_a_pinned_one_are_taken_and_shown(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        trust = pin(Trust(), TrustedKey("plin", LIN_KEY.public, "self-asserted"))
        add_key(c, subject="plin", key=EVIL_KEY, by=LIN_KEY, now=LATER)
        rotate_key(c, subject="plin", key=NEW_KEY, by=LIN_KEY, now=LATER)
        made = follow(trust, "plin", chain(c), now=LATER)
        assert set(keys(made.trust)) == {LIN_KEY.public, EVIL_KEY.public, NEW_KEY.public}
        assert [b.reason.value for b in made.news] == ["first", "added", "rotated"]
        at = int((LATER + timedelta(days=1)).timestamp())
        assert LIN_KEY.public not in {k.public for k in made.trust.keys_of("plin", at=at)}


def test_a_chain_of_another_key_is_shown_and_refused_until_confirmed(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        trust = pin(Trust(), TrustedKey("plin", EVIL_KEY.public, "self-asserted"))
        with pytest.raises(Conflict, match="has changed") as refused:
            follow(trust, "plin", chain(c), now=NOW)
        assert refused.value.why.count("-") >= 14  # two digests of eight words each
        made = follow(trust, "plin", chain(c), now=NOW, confirmed=True)
        assert keys(made.trust) == [LIN_KEY.public]


def test_a_rebinding_is_taken_after_its_delay_if_the_representative_is_pinned(
    tmp_path: Path,
) -> None:
    with hub_of_four(tmp_path) as c:
        trust = follow(Trust(), "wunion", chain(c, "wunion"), now=NOW).trust
        trust = follow(trust, "plin", chain(c), now=NOW).trust
        announce(c)
        during = follow(trust, "plin", chain(c), now=LATER)
        assert keys(during.trust) == [LIN_KEY.public]
        assert [b.reason.value for b in during.news] == ["rebound"]
        after = follow(during.trust, "plin", chain(c), now=EFFECT)
        assert keys(after.trust) == [LIN_KEY.public, NEW_KEY.public]
        assert [k.level for k in after.trust.keys_of("plin")] == [
            *("self-asserted", "representative")
        ]
        at = int(EFFECT.timestamp()) + 1
        assert [k.public for k in after.trust.keys_of("plin", at=at)] == [NEW_KEY.public]


def test_a_rebinding_by_somebody_unknown_is_refused_until_confirmed(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        trust = follow(Trust(), "plin", chain(c), now=NOW).trust
        announce(c)
        # Having seen the announcement is not having agreed to it.
        trust = follow(trust, "plin", chain(c), now=LATER).trust
        with pytest.raises(Conflict, match="lost key was replaced"):
            follow(trust, "plin", chain(c), now=EFFECT)
        made = follow(trust, "plin", chain(c), now=EFFECT, confirmed=True)
        assert NEW_KEY.public in keys(made.trust)


def test_a_cancelled_rebinding_changes_nothing(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        trust = follow(Trust(), "plin", chain(c), now=NOW).trust
        announce(c)
        trust = follow(trust, "plin", chain(c), now=LATER).trust
        cancel_rebinding(c, subject="plin", key=LIN_KEY, now=LATER)
        made = follow(trust, "plin", chain(c), now=EFFECT).trust
        assert keys(made) == [LIN_KEY.public]
        assert made.keys_of("plin")[0].until is None


def test_a_chain_cut_short_cannot_bring_an_ended_key_back(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        add_key(c, subject="plin", key=NEW_KEY, by=LIN_KEY, now=NOW)
        end_key(c, subject="plin", public=LIN_KEY.public, by=NEW_KEY, now=LATER)
        whole = chain(c)
        trust = follow(Trust(), "plin", whole, now=LATER).trust
        for shorter in (whole[:-1], whole[:1]):
            with pytest.raises(NotVerified, match="seen before"):
                follow(trust, "plin", shorter, now=LATER)
        with pytest.raises(NotVerified):
            follow(trust, "plin", (), now=LATER)


def test_a_level_counts_only_where_whoever_attested_is_pinned(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        attest_key(
            c,
            subject="plin",
            key=LIN_KEY,
            attester="oacme",
            by=ACME_KEY,
            level=IdentityLevel.PLATFORM_SIGN_IN,
            now=NOW,
        )
        alone = follow(Trust(), "plin", chain(c), now=NOW).trust
        assert [k.level for k in alone.keys_of("plin")] == ["self-asserted"]
        trust = follow(Trust(), "oacme", chain(c, "oacme"), now=NOW).trust
        known = follow(trust, "plin", chain(c), now=NOW).trust
        assert [k.level for k in known.keys_of("plin")] == ["platform-sign-in"]


def test_another_persons_chain_is_not_this_persons(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c, pytest.raises(NotVerified):
        follow(Trust(), "plin", chain(c, "pkim"), now=NOW)


def test_a_chain_that_nobody_signed_is_not_followed(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        data = bytearray(chain(c)[0])
        data[-30] ^= 1
        with pytest.raises(NotVerified):
            follow(Trust(), "plin", (bytes(data),), now=NOW)
