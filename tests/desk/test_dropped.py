# SPDX-License-Identifier: Apache-2.0
"""What a witness answers is read with care: what it cannot mean is said, what is broken passes by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from countersign import desk
from countersign.errors import BadInput, NotAllowed
from countersign.seal import Envelope, canonical, sign
from countersign.terms import Bundle, offer_state
from countersign.terms.records import withdrawal_statement
from tests.desk import scene
from tests.desk.scene import NOW


def _by(home: desk.Home, agreement: str, who: str) -> dict[str, Any]:
    with home.hub.db.read() as c:
        grant = offer_state(c, agreement).grant_digest
    said = withdrawal_statement(grant=grant, agreement=agreement, by=home.owner.id, at=NOW)
    return sign(said, home.key(who)).to_value()


def _row(number: int, envelope: Any) -> dict[str, Any]:
    return {"number": number, "at": "", "digest": "", "envelope": envelope}


def _witness(*rows: Any) -> desk.Get:
    def get(url: str) -> bytes:
        after = int(url.rpartition("=")[2])
        return json.dumps([r for r in rows if r["number"] > after]).encode()

    return get


def test_a_broken_file_at_a_witness_hides_no_other(home: desk.Home) -> None:
    made = scene.released(home)
    rows = [
        _row(1, {"payload": "?"}),
        _row(2, None),
        _row(3, _by(home, made.agreement, scene.TEAM)),
        _row(9, _by(home, made.agreement, scene.LIN)),
    ]
    found = desk.fetch_withdrawals(home.hub, "http://w/", get=_witness(*rows), now=NOW)
    assert (found.files, len(found.taken), found.released) == (2, 1, False)
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home)
    again = desk.fetch_withdrawals(home.hub, "http://w/", get=_witness(*rows), now=NOW)
    assert again.taken == ()


def test_a_bare_record_never_replaces_a_fuller_file(home: desk.Home) -> None:
    scene.released(home)
    done = desk.take_back_part(home, scene.SKILL, desk.Parts(), signer=None, now=NOW)
    (path,) = done.files
    before = path.read_bytes()
    envelope: Envelope = Bundle.of(before).record
    rows = [_row(1, envelope.to_value())]
    desk.fetch_withdrawals(home.hub, "http://w", get=_witness(*rows), now=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "answer", [b"", b"no", b'{"a": 1}', b'[{"number": "x"}]', b"[1]", b'[{"envelope": {}}]']
)
def test_what_is_no_list_of_withdrawals_is_refused(home: desk.Home, answer: bytes) -> None:
    with pytest.raises(BadInput, match="no answer of a witness"):
        desk.fetch_withdrawals(home.hub, "http://w", get=lambda _: answer, now=NOW)


def test_a_witness_whose_list_never_ends_is_left(home: desk.Home) -> None:
    same = json.dumps([_row(1, None)]).encode()
    with pytest.raises(BadInput, match="no answer of a witness"):
        desk.fetch_withdrawals(home.hub, "http://w", get=lambda _: same, now=NOW)


def test_only_what_is_signed_by_somebody_who_may_counts_in_the_homes_folder(
    home: desk.Home,
) -> None:
    made = scene.released(home)
    folder = home.path / "withdrawals"
    folder.mkdir()
    forged = sign(
        Envelope.from_bytes(_bytes(_by(home, made.agreement, scene.LIN))).statement,
        home.key(scene.TEAM),
    )
    (folder / "withdrawal-forged.json").write_bytes(forged.to_bytes())
    (folder / "withdrawal-torn.json").write_bytes(b"{")
    assert scene.QUILLBACK in scene.asked(home).text
    true = _bytes(_by(home, made.agreement, scene.LIN))
    (folder / "withdrawal-true.json").write_bytes(true)
    with pytest.raises(NotAllowed, match="took this back"):
        scene.asked(home)


def _bytes(value: dict[str, Any]) -> bytes:
    return canonical(value)
