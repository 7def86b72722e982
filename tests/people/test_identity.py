# SPDX-License-Identifier: Apache-2.0
"""Cards and key bindings: who signs, and how that was shown (DESIGN 2, person and handle)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.people import (
    IdentityLevel,
    add_card,
    bind_key,
    bound_keys,
    find_card,
    identity_level,
    make_hub,
    open_hub,
    tables,
)
from countersign.seal import SigningKey, require
from countersign.store import Database, upgrade
from tests.people.scene import NOW

_KEY, _OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[sa.Connection]:
    db = Database(tmp_path / "hub.db")
    upgrade(db, "hub")
    with db.write() as c:
        add_card(c, id="plin", label="lin", name="Lin Wei", is_party=False, now=NOW)
        add_card(c, id="oacme", label="acme", name="Acme", is_party=True, now=NOW)
        yield c
    db.close()


def _bind(c: sa.Connection, key: SigningKey, subject: str = "plin", days: int = 0) -> None:
    level = IdentityLevel.SELF_ASSERTED
    bind_key(c, subject=subject, key=key, level=level, now=NOW + timedelta(days=days))


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
    level = IdentityLevel.HANDLE_CHALLENGE
    envelope = bind_key(hub, subject="plin", key=_KEY, level=level, now=NOW)
    said = require(envelope, "key-binding", [_KEY.public]).predicate
    assert said == {
        "subject": "plin",
        "publicKey": _KEY.public.text,
        "level": "handle-challenge",
        "boundAt": "2026-11-23T12:00:00Z",
    }
    assert bound_keys(hub, "plin") == (_KEY.public,)
    assert bound_keys(hub, "oacme") == ()


def test_keys_come_oldest_first(hub: sa.Connection) -> None:
    _bind(hub, _OTHER, days=1)
    _bind(hub, _KEY)
    assert bound_keys(hub, "plin") == (_KEY.public, _OTHER.public)


def test_one_key_is_one_subjects(hub: sa.Connection) -> None:
    _bind(hub, _KEY)
    for subject in ("oacme", "plin"):
        with pytest.raises(Conflict):
            _bind(hub, _KEY, subject)


@pytest.mark.parametrize(
    ("column", "value"),
    [("level", "platform-sign-in"), ("subject", "oacme"), ("public", _OTHER.public.raw)],
)
def test_a_binding_changed_behind_its_signature_is_not_believed(
    hub: sa.Connection, column: str, value: object
) -> None:
    _bind(hub, _KEY)
    hub.execute(tables.key_binding.update().values({column: value}))
    subject = str(value) if column == "subject" else "plin"
    for read in (bound_keys, identity_level):
        with pytest.raises(NotVerified):
            read(hub, subject)


def test_a_proof_claims_the_weakest_level_only(hub: sa.Connection) -> None:
    assert identity_level(hub, "plin") is IdentityLevel.SELF_ASSERTED
    bind_key(hub, subject="plin", key=_KEY, level=IdentityLevel.REPRESENTATIVE, now=NOW)
    assert identity_level(hub, "plin") is IdentityLevel.REPRESENTATIVE
    bind_key(hub, subject="plin", key=_OTHER, level=IdentityLevel.HANDLE_CHALLENGE, now=NOW)
    assert identity_level(hub, "plin") is IdentityLevel.HANDLE_CHALLENGE


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
