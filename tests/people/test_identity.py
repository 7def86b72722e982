# SPDX-License-Identifier: Apache-2.0
"""Cards and key bindings: who signs, and how that was shown (DESIGN 2, person and handle)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from countersign.clock import to_seconds
from countersign.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotVerified,
    Stale,
    Unavailable,
)
from countersign.people import (
    IdentityLevel,
    Reason,
    add_card,
    add_key,
    bind_key,
    bindings,
    bound_keys,
    end_key,
    find_card,
    identity_level,
    keep_binding,
    make_hub,
    open_hub,
    rotate_key,
    tables,
)
from countersign.people.bindings import Said
from countersign.seal import Envelope, SigningKey, Statement, require, sha256_hex, sign
from countersign.store import Database, config, upgrade
from tests.people.scene import NOW

_KEY, _OTHER, _THIRD, _FOURTH = (SigningKey(seed * 32) for seed in (b"k", b"o", b"t", b"f"))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[sa.Connection]:
    db = Database(tmp_path / "hub.db")
    upgrade(db, "hub")
    with db.write() as c:
        add_card(c, id="plin", label="lin", name="Lin Wei", is_party=False, now=NOW)
        add_card(c, id="oacme", label="acme", name="Acme", is_party=True, now=NOW)
        yield c
    db.close()


def _bind(c: sa.Connection, key: SigningKey, subject: str = "plin") -> None:
    bind_key(c, subject=subject, key=key, now=NOW)


def test_a_label_names_one_person_or_one_party(hub: sa.Connection) -> None:
    for is_party in (True, False):
        for label in ("lin", "acme", "plin", "oacme"):  # an id as a label would be as confusing
            with pytest.raises(Conflict):
                add_card(hub, id="x", label=label, name="X", is_party=is_party, now=NOW)


def test_cards_are_found_by_exact_label_or_id(hub: sa.Connection) -> None:
    assert find_card(hub, "lin") == find_card(hub, "plin")
    assert find_card(hub, "acme").is_party
    for near in ("li", "Lin", "Lin Wei", "lin%", "plin ", ""):
        with pytest.raises(NotFound):
            find_card(hub, near)


@pytest.mark.parametrize("label", ["", "Lin", "a b", "../x", "a/b", "vault", "hub-log", "\u202ea"])
def test_a_card_has_a_label_that_commands_and_key_files_can_bear(
    hub: sa.Connection, label: str
) -> None:
    with pytest.raises(BadInput):
        add_card(hub, id="x", label=label, name="X", is_party=True, now=NOW)


def test_a_binding_is_a_record_signed_by_the_bound_key(hub: sa.Connection) -> None:
    envelope = bind_key(hub, subject="plin", key=_KEY, now=NOW)
    said = require(envelope, "key-binding", [_KEY.public]).predicate
    assert said == {
        "v": 1,
        "subject": "plin",
        "publicKey": _KEY.public.text,
        "level": "self-asserted",
        "boundAt": "2026-11-23T12:00:00Z",
        "prev": "",
        "reason": "first",
    }
    assert bound_keys(hub, "plin") == (_KEY.public,)
    assert bound_keys(hub, "oacme") == ()


def test_a_second_key_needs_the_first_ones_signature(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    with pytest.raises(Conflict, match="has a key already"):
        _bind(hub, _OTHER)
    with pytest.raises(NotAllowed, match="not in use"):
        add_key(hub, subject="plin", key=_OTHER, by=_THIRD, now=NOW)
    envelope = add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    assert {keyid for keyid, _ in envelope.signatures} == {_KEY.public.keyid, _OTHER.public.keyid}
    assert bound_keys(hub, "plin") == (_KEY.public, _OTHER.public)


def test_one_key_is_one_subjects(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    with pytest.raises(Conflict):
        _bind(hub, _KEY, "oacme")
    _bind(hub, _OTHER, "oacme")
    for act in (add_key, rotate_key):
        with pytest.raises(Conflict, match="bound already"):
            act(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)


def test_a_key_rotated_out_is_in_use_no_more_and_never_comes_back(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    later = NOW + timedelta(days=1)
    rotate_key(hub, subject="plin", key=_OTHER, by=_KEY, now=later)
    assert bound_keys(hub, "plin", at=NOW) == (_KEY.public,)
    assert bound_keys(hub, "plin", at=later) == (_OTHER.public,)
    with pytest.raises(NotAllowed, match="not in use"):
        add_key(hub, subject="plin", key=_THIRD, by=_KEY, now=later)
    with pytest.raises(Conflict, match="bound already"):
        rotate_key(hub, subject="plin", key=_KEY, by=_OTHER, now=later)
    chain = bindings(hub, "plin")
    assert [(b.public, b.since, b.until) for b in chain] == [
        (_KEY.public, NOW, later),
        (_OTHER.public, later, None),
    ]


def test_an_ended_key_counts_no_more_but_the_last_one_cannot_be_ended(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    with pytest.raises(Conflict, match="last key"):
        end_key(hub, subject="plin", public=_KEY.public, by=_KEY, now=NOW)
    add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    later = NOW + timedelta(days=1)
    end_key(hub, subject="plin", public=_KEY.public, by=_OTHER, now=later)
    assert bound_keys(hub, "plin", at=later) == (_OTHER.public,)


@pytest.mark.parametrize(
    ("column", "value"), [("keyid", _OTHER.public.keyid), ("bound_at", 1), ("number", 7)]
)
def test_a_binding_changed_behind_its_signature_is_not_believed(
    hub: sa.Connection, column: str, value: object
) -> None:
    _bind(hub, _KEY)
    hub.execute(tables.key_binding.update().values({column: value}))
    for read in (bound_keys, identity_level):
        with pytest.raises(NotVerified):
            read(hub, "plin")


def test_a_row_swapped_for_another_subjects_is_not_believed(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    _bind(hub, _OTHER, "oacme")
    b = tables.key_binding
    theirs = hub.execute(sa.select(b).where(b.c.subject == "oacme")).one()
    values = {"envelope": theirs.envelope, "keyid": theirs.keyid}
    hub.execute(b.update().where(b.c.subject == "plin").values(values))
    with pytest.raises(NotVerified, match="do not hold together"):
        bindings(hub, "plin")


def test_a_chain_with_a_link_cut_out_is_not_believed(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    rotate_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    rotate_key(hub, subject="plin", key=_THIRD, by=_OTHER, now=NOW)
    b = tables.key_binding
    hub.execute(b.delete().where(b.c.number == 2))
    with pytest.raises(NotVerified):
        bindings(hub, "plin")


def test_a_key_put_into_the_table_by_hand_counts_for_nothing(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    chain = bindings(hub, "plin")
    for reason in (Reason.ADDED, Reason.ROTATED, Reason.FIRST):
        said = Said(
            subject="plin",
            public=_OTHER.public,
            at=NOW,
            reason=reason,
            prev=chain[-1].digest,
            ends=_KEY.public.keyid if reason is Reason.ROTATED else "",
        )
        envelope = sign(said.statement(), _OTHER)
        with pytest.raises(NotVerified):
            keep_binding(hub, envelope, now=NOW)
        row = {"subject": "plin", "number": 2, "keyid": _OTHER.public.keyid}
        row |= {"envelope": envelope.to_bytes(), "bound_at": to_seconds(NOW)}
        with hub.begin_nested() as undone:
            hub.execute(tables.key_binding.insert().values(row))
            with pytest.raises(NotVerified):
                bound_keys(hub, "plin", at=NOW)
            undone.rollback()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_record_dated_back_or_ahead_is_not_taken(hub: sa.Connection, minutes: int) -> None:
    said = Said(
        subject="plin",
        public=_KEY.public,
        at=NOW + timedelta(minutes=minutes),
        reason=Reason.FIRST,
    )
    with pytest.raises(Stale, match="not of now"):
        keep_binding(hub, sign(said.statement(), _KEY), now=NOW)


def test_a_clock_set_back_binds_nothing_before_what_was_bound(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW + timedelta(seconds=2))
    with pytest.raises(Conflict, match="clock"):
        rotate_key(hub, subject="plin", key=_THIRD, by=_KEY, now=NOW + timedelta(seconds=1))


def test_keeping_the_same_record_again_changes_nothing(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    (binding,) = bindings(hub, "plin")
    assert keep_binding(hub, binding.envelope, now=NOW + timedelta(days=9)) == binding
    assert bindings(hub, "plin") == (binding,)


def test_a_record_made_beside_another_one_is_made_again(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    first = bindings(hub, "plin")[0]
    add_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    said = Said(
        subject="plin", public=_THIRD.public, at=NOW, reason=Reason.ADDED, prev=first.digest
    )
    with pytest.raises(Conflict, match="meanwhile"):
        keep_binding(hub, sign(said.statement(), _THIRD, _KEY), now=NOW)


# --- records of the first version ----------------------------------------------------------------


def _legacy(key: SigningKey, level: str = "self-asserted") -> Envelope:
    predicate = {
        "subject": "plin",
        "publicKey": key.public.text,
        "level": level,
        "boundAt": "2026-11-23T12:00:00Z",
    }
    return sign(Statement("key-binding", (("key", sha256_hex(key.public.raw)),), predicate), key)


def test_a_record_of_the_first_version_begins_a_chain_and_asserts_only_itself(
    hub: sa.Connection,
) -> None:
    keep_binding(hub, _legacy(_KEY, "representative"), now=NOW)
    assert bound_keys(hub, "plin") == (_KEY.public,)
    assert identity_level(hub, "plin") is IdentityLevel.SELF_ASSERTED
    rotate_key(hub, subject="plin", key=_OTHER, by=_KEY, now=NOW)
    assert bound_keys(hub, "plin", at=NOW) == (_OTHER.public,)


def test_a_record_of_the_first_version_adds_no_second_key(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    with pytest.raises(Conflict):
        keep_binding(hub, _legacy(_OTHER), now=NOW)
    row = {"subject": "plin", "number": 2, "keyid": _OTHER.public.keyid}
    row |= {"envelope": _legacy(_OTHER).to_bytes(), "bound_at": to_seconds(NOW)}
    hub.execute(tables.key_binding.insert().values(row))
    with pytest.raises(NotVerified):
        bound_keys(hub, "plin")


def test_bindings_of_a_hub_of_the_first_version_are_chains_after_the_upgrade(
    tmp_path: Path,
) -> None:
    db = Database(tmp_path / "hub.db")
    with db.write() as c:
        made = config("hub")
        made.attributes["connection"] = c
        command.upgrade(made, "hub0001")
        insert = "INSERT INTO key_binding VALUES (?, 'plin', ?, 'self-asserted', ?, ?, NULL)"
        old = (_KEY.public.keyid, _KEY.public.raw, _legacy(_KEY).to_bytes(), to_seconds(NOW))
        c.exec_driver_sql(insert, old)
    upgrade(db, "hub")
    with db.read() as c:
        assert bound_keys(c, "plin", at=NOW) == (_KEY.public,)
    db.close()


def test_a_hub_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = make_hub(tmp_path)
    again = make_hub(tmp_path)
    assert first.signer.key.public == again.signer.key.public
    assert first.signer.origin == again.signer.origin
    first.close()
    again.close()
    (tmp_path / "keys" / "hub-texts.key").unlink()
    with pytest.raises(Unavailable):
        open_hub(tmp_path)
