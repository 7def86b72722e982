"""trust.json is read strictly, and a key changes only when somebody confirmed it."""

from __future__ import annotations

import pytest

from countersign.errors import BadInput, Conflict
from countersign.log import LogSigner
from countersign.skill import Seen, Trust, TrustedKey, pin, pin_log
from countersign.skill.trust import remember
from tests.skill.scene import KEY, OTHER, PERSON, SIGNER, trust


def test_what_was_written_is_read_back() -> None:
    made = remember(trust(), f"{PERSON}/x", Seen(3, 1_700_000_000, 42))
    assert Trust.of(made.to_bytes()) == made
    assert Trust.of(Trust().to_bytes()) == Trust()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"[]", b"null", b"\xff", b'{"v":2,"logs":[],"keys":[],"seen":{}}'),
        b'{"v":1,"logs":["x"],"keys":[],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[{"subject":"p"}],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[{"subject":"p","public":"AA==","identityLevel":"x"}],"seen":{}}',
        b'{"v":1,"logs":[],"keys":[],"seen":{"a":{"version":"x","at":0,"size":0}}}',
        b'{"v":1,"logs":[],"keys":[],"seen":{},"more":1}',
    ],
)
def test_a_damaged_file_is_never_half_believed(data: bytes) -> None:
    with pytest.raises(BadInput):
        Trust.of(data)


def test_a_changed_key_is_shown_in_words_and_refused_until_confirmed() -> None:
    changed = TrustedKey(PERSON, OTHER.public, "self-asserted")
    with pytest.raises(Conflict) as refused:
        pin(trust(), changed)
    assert refused.value.why.count("-") >= 14  # two digests of eight words each
    assert pin(trust(), changed, confirmed=True).keys_of(PERSON) == (changed,)


def test_pinning_the_same_key_again_only_updates_its_level() -> None:
    better = TrustedKey(PERSON, KEY.public, "platform-sign-in")
    made = pin(trust(), better)
    assert made.keys_of(PERSON) == (better,)
    assert len(made.keys) == len(trust().keys)


def test_a_log_has_one_key_and_another_log_another() -> None:
    forged = LogSigner(SIGNER.origin, OTHER)
    with pytest.raises(Conflict):
        pin_log(trust(), forged.vkey)
    assert pin_log(trust(), forged.vkey, confirmed=True).logs == (forged.vkey,)
    assert pin_log(trust(), SIGNER.vkey) == trust()
    elsewhere = LogSigner("elsewhere.example/log", OTHER)
    assert len(pin_log(trust(), elsewhere.vkey).logs) == 2


def test_what_was_seen_only_grows() -> None:
    made = remember(trust(), "p/x", Seen(3, 300, 30))
    made = remember(made, "p/x", Seen(2, 400, 20))
    assert made.seen["p/x"] == Seen(3, 400, 30)
