# SPDX-License-Identifier: Apache-2.0
"""A lost key: announced by the representative, told to everybody, in effect after 72 hours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from countersign.errors import Conflict, NotAllowed, NotFound, NotVerified, Stale
from countersign.people import (
    REBINDING_DELAY,
    IdentityLevel,
    Reason,
    Role,
    Voucher,
    add_key,
    bindings,
    bound_keys,
    cancel_rebinding,
    identity_level,
    keep_binding,
    mark_told,
    notice_text,
    notices,
    pending,
    read_chain,
    rebind,
    rotate_key,
    tables,
    windows,
)
from countersign.people.bindings import Said
from countersign.seal import sign
from tests.people.scene import (
    ACME_KEY,
    EVIL_KEY,
    KIM_KEY,
    LIN_KEY,
    NEW_KEY,
    NOW,
    UNION_KEY,
    hub_of_four,
)

SECOND = timedelta(seconds=1)
EFFECT = NOW + REBINDING_DELAY
LOST = {"subject": "plin", "key": NEW_KEY, "representative": "wunion", "by": UNION_KEY}


def test_the_delay_is_72_hours_and_nothing_shortens_it(tmp_path: Path) -> None:
    assert timedelta(hours=72) == REBINDING_DELAY
    with hub_of_four(tmp_path) as c:
        said = rebind(c, **LOST, now=NOW).statement.predicate  # type: ignore[arg-type]
        assert said["announcedAt"] == "2026-11-23T12:00:00Z"
        assert said["effectiveAt"] == "2026-11-26T12:00:00Z"


def test_the_old_key_works_until_the_new_one_does(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        assert bound_keys(c, "plin", at=NOW) == (LIN_KEY.public,)
        assert bound_keys(c, "plin", at=EFFECT - SECOND) == (LIN_KEY.public,)
        assert bound_keys(c, "plin", at=EFFECT) == (NEW_KEY.public,)
        assert bound_keys(c, "plin") == (LIN_KEY.public,)
        assert identity_level(c, "plin", NOW) is IdentityLevel.SELF_ASSERTED
        assert identity_level(c, "plin", EFFECT) is IdentityLevel.REPRESENTATIVE
        held = {k.public: (k.until is None, k.level) for k in windows(bindings(c, "plin"), "plin")}
        assert held == {LIN_KEY.public: (False, "self-asserted"), NEW_KEY.public: (True, "")}


def test_the_old_key_cancels_and_the_new_one_never_counts(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        cancel_rebinding(c, subject="plin", key=LIN_KEY, now=EFFECT - SECOND)
        assert bound_keys(c, "plin", at=EFFECT + timedelta(days=9)) == (LIN_KEY.public,)
        assert pending(bindings(c, "plin"), NOW) is None
        assert NEW_KEY.public not in {k.public for k in windows(bindings(c, "plin"), "plin")}
        with pytest.raises(Conflict, match="bound already"):
            rotate_key(c, subject="plin", key=NEW_KEY, by=LIN_KEY, now=EFFECT)


def test_nobody_else_cancels_and_nobody_after_the_delay(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        with pytest.raises(Conflict, match="No re-binding"):
            cancel_rebinding(c, subject="plin", key=LIN_KEY, now=NOW)
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        for key in (UNION_KEY, ACME_KEY, NEW_KEY, KIM_KEY):
            with pytest.raises(NotAllowed, match="not in use"):
                cancel_rebinding(c, subject="plin", key=key, now=NOW)
        with pytest.raises(NotAllowed, match="not in use"):
            cancel_rebinding(c, subject="plin", key=LIN_KEY, now=EFFECT)


def test_a_key_added_or_rotated_during_the_delay_does_not_outlive_it(tmp_path: Path) -> None:
    """Who stole the old key cannot put another one in its place to survive the re-binding."""
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        rotate_key(c, subject="plin", key=EVIL_KEY, by=LIN_KEY, now=NOW + SECOND)
        assert bound_keys(c, "plin", at=EFFECT - SECOND) == (EVIL_KEY.public,)
        assert bound_keys(c, "plin", at=EFFECT) == (NEW_KEY.public,)


def test_a_second_loss_is_announced_like_the_first(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        with pytest.raises(Conflict, match="announced already"):
            rebind(c, **(LOST | {"key": EVIL_KEY}), now=NOW)  # type: ignore[arg-type]
        rebind(c, **(LOST | {"key": EVIL_KEY}), now=EFFECT)  # type: ignore[arg-type]
        later = EFFECT + REBINDING_DELAY
        assert bound_keys(c, "plin", at=later - SECOND) == (NEW_KEY.public,)
        assert bound_keys(c, "plin", at=later) == (EVIL_KEY.public,)
        spans = [(b.since, b.until) for b in bindings(c, "plin")]
        assert spans == [(NOW, EFFECT), (EFFECT, later), (later, None)]


@pytest.mark.parametrize(
    ("who", "key"), [("oacme", ACME_KEY), ("pkim", KIM_KEY), ("plin", EVIL_KEY)]
)
def test_a_party_or_a_person_cannot_announce(tmp_path: Path, who: str, key: object) -> None:
    with hub_of_four(tmp_path) as c, pytest.raises(NotAllowed):
        rebind(c, **(LOST | {"representative": who, "by": key}), now=NOW)  # type: ignore[arg-type]


def _forged(c: object, **changes: object) -> Said:
    chain = bindings(c, "plin")  # type: ignore[arg-type]
    fields = {
        "subject": "plin",
        "public": NEW_KEY.public,
        "at": NOW,
        "reason": Reason.REBOUND,
        "prev": chain[-1].digest,
        "level": IdentityLevel.REPRESENTATIVE,
        "by": Voucher("wunion", Role.REPRESENTATIVE, UNION_KEY.public),
    }
    return Said(**(fields | changes))  # type: ignore[arg-type]


def test_a_back_dated_announcement_is_not_taken(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        later = NOW + timedelta(days=4)
        said = _forged(c, at=NOW)
        with pytest.raises(Stale, match="not of now"):
            keep_binding(c, sign(said.statement(), NEW_KEY, UNION_KEY), now=later)


def test_a_shorter_delay_cannot_be_written_down(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        statement = _forged(c).statement()
        predicate = {**statement.predicate, "effectiveAt": "2026-11-23T12:00:00Z"}
        shortened = type(statement)(statement.kind, statement.subjects, predicate)
        with pytest.raises(NotVerified):
            keep_binding(c, sign(shortened, NEW_KEY, UNION_KEY), now=NOW)


def test_a_representative_that_nobody_knows_announces_nothing(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        for voucher in (
            Voucher("wunion", Role.REPRESENTATIVE, EVIL_KEY.public),  # not the union's key
            Voucher("wnobody", Role.REPRESENTATIVE, EVIL_KEY.public),  # not known here
            Voucher("oacme", Role.REPRESENTATIVE, EVIL_KEY.public),  # not in that role
        ):
            envelope = sign(_forged(c, by=voucher).statement(), NEW_KEY, EVIL_KEY)
            with pytest.raises(NotVerified):
                keep_binding(c, envelope, now=NOW)
            # Put there by hand, it spoils the chain instead of giving anybody a key.
            row = {"subject": "plin", "number": 2, "keyid": NEW_KEY.public.keyid}
            row |= {"envelope": envelope.to_bytes(), "bound_at": int(NOW.timestamp())}
            with c.begin_nested() as undone:
                c.execute(tables.key_binding.insert().values(row))
                with pytest.raises(NotVerified):
                    bound_keys(c, "plin", at=EFFECT)
                undone.rollback()


def test_a_representatives_key_that_has_ended_announces_nothing(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rotate_key(c, subject="wunion", key=EVIL_KEY, by=UNION_KEY, now=NOW)
        with pytest.raises(NotAllowed, match="not in use"):
            rebind(c, **LOST, now=NOW + SECOND)  # type: ignore[arg-type]
        rebind(c, **(LOST | {"by": EVIL_KEY}), now=NOW + SECOND)  # type: ignore[arg-type]


def test_an_announcement_is_not_undone_when_the_representative_rotates_later(
    tmp_path: Path,
) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        rotate_key(c, subject="wunion", key=EVIL_KEY, by=UNION_KEY, now=NOW + SECOND)
        assert bound_keys(c, "plin", at=EFFECT) == (NEW_KEY.public,)


def test_without_the_new_keys_own_signature_nothing_is_announced(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        envelope = sign(_forged(c).statement(), UNION_KEY)
        with pytest.raises(NotVerified):
            keep_binding(c, envelope, now=NOW)


def test_everybody_who_must_be_told_is_listed_until_told(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        announced = pending(bindings(c, "plin"), NOW)
        assert announced is not None
        (due,) = notices(c, "plin")
        assert (due.address, due.told_at, due.rebinding) == ("plin", None, announced.digest)
        mark_told(c, rebinding=due.rebinding, address=due.address, now=NOW + SECOND)
        assert notices(c, "plin")[0].told_at == NOW + SECOND
        with pytest.raises(NotFound):
            mark_told(c, rebinding=due.rebinding, address="elsewhere", now=NOW)
        for lang in ("en", "zh"):
            text = notice_text(announced, lang=lang)
            assert "2026-11-26 12:00 UTC" in text
            assert "countersign people cancel-rebind" in text


def test_the_whole_chain_can_be_read_again_from_its_bytes_alone(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        rebind(c, **LOST, now=NOW)  # type: ignore[arg-type]
        cancel_rebinding(c, subject="plin", key=LIN_KEY, now=NOW + SECOND)
        add_key(c, subject="plin", key=EVIL_KEY, by=LIN_KEY, now=NOW + SECOND)
        chain = bindings(c, "plin")
        assert read_chain(tuple(b.envelope.to_bytes() for b in chain), "plin") == chain
