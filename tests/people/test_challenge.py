# SPDX-License-Identifier: Apache-2.0
"""A code sent to an account comes back signed: once, in time, by the right key, for that handle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.errors import (
    BadInput,
    Conflict,
    CountersignError,
    NotAllowed,
    NotFound,
    NotVerified,
    Stale,
)
from countersign.people import (
    HUB_ID,
    Binding,
    Challenge,
    Handle,
    IdentityLevel,
    accept_answer,
    add_card,
    add_key,
    answer_challenge,
    bind_key,
    bindings,
    challenge_text,
    identity_level,
    make_challenge,
    notices,
    rebind,
    rotate_key,
    spend_try,
    tables,
)
from countersign.people.answering import ANSWERED, ASKED, read_line, write_line
from countersign.people.bindings import Shown, read_binding
from countersign.seal import Envelope, SigningKey, canonical, read_canonical, sign
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

MAIL = Handle.parse("mail:lin@example.org")
HOUR = timedelta(hours=1)


def ask(c: sa.Connection, person: str = "plin", handle: Handle = MAIL, seed: int = 1) -> Challenge:
    return make_challenge(
        c,
        person=person,
        handle=handle,
        challenger="oacme",
        public=ACME_KEY.public,
        now=NOW,
        random=Random(seed).randbytes,  # noqa: S311 -- the same codes in every run
    )


def answer(line: str, key: SigningKey = LIN_KEY, handle: Handle = MAIL) -> str:
    return answer_challenge(line, person="plin", handle=handle, key=key, now=NOW + HOUR)


def accept(c: sa.Connection, line: str, *, by: SigningKey = ACME_KEY) -> Binding:
    tried = spend_try(c, line, now=NOW + 2 * HOUR)
    return accept_answer(c, tried, by=by, now=NOW + 2 * HOUR)


def changed(line: str, *keys: SigningKey, **changes: Any) -> str:
    """Return an answer that says something else, signed anew."""
    said = read_binding(Envelope.from_bytes(read_line(ANSWERED, line)).payload)
    return write_line(ANSWERED, sign(replace(said, **changes).statement(), *keys).to_bytes())


def test_a_signed_code_shows_that_key_and_handle_are_one_persons(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        binding = accept(c, answer(made.line))
        assert identity_level(c, "plin") is IdentityLevel.HANDLE_CHALLENGE
        assert binding.handle == made.handle
        assert {keyid for keyid, _ in binding.envelope.signatures} == {
            LIN_KEY.public.keyid,
            ACME_KEY.public.keyid,
        }
        assert bindings(c, "plin")[-1] == binding


def test_the_hub_holds_neither_the_handle_nor_the_code_in_clear(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        asked = read_canonical(read_line(ASKED, made.line))
        accept_answer(
            c, spend_try(c, answer(made.line), now=NOW + HOUR), by=ACME_KEY, now=NOW + HOUR
        )
        row = c.execute(sa.select(tables.handle_challenge)).one()
        kept = repr(tuple(row)) + "".join(
            repr(bytes(r.envelope)) for r in c.execute(sa.select(tables.key_binding))
        )
        assert "lin@example.org" not in kept
        assert asked["salt"] not in kept
        assert asked["code"] not in repr(tuple(row))
        assert len(asked["code"]) == 26  # base32: 130 bits


def test_two_challenges_for_one_handle_cannot_be_told_to_be_for_one(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        assert ask(c, seed=1).handle != ask(c, seed=2).handle


def test_the_hub_and_a_representative_may_ask_and_a_person_may_not(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        bind_key(c, subject=HUB_ID, key=NEW_KEY, now=NOW)
        for who, key in ((HUB_ID, NEW_KEY), ("wunion", UNION_KEY)):
            made = make_challenge(
                c,
                person="plin",
                handle=MAIL,
                challenger=who,
                public=key.public,
                now=NOW,
                random=Random(3).randbytes if who == HUB_ID else Random(4).randbytes,  # noqa: S311
            )
            assert accept(c, answer(made.line), by=key).by is not None
        with pytest.raises(NotAllowed, match="person cannot vouch"):
            make_challenge(
                c,
                person="plin",
                handle=MAIL,
                challenger="pkim",
                public=KIM_KEY.public,
                now=NOW,
                random=Random(5).randbytes,  # noqa: S311
            )


def test_a_person_without_a_key_is_not_asked(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        add_card(c, id="pnew", label="new", name="New", now=NOW)
        with pytest.raises(NotAllowed, match="no key yet"):
            ask(c, "pnew")


def test_nobody_signs_for_somebody_elses_handle_or_code(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        for made in (ask(c, "pkim"), ask(c, handle=Handle.parse("mail:kim@example.org"), seed=2)):
            with pytest.raises(NotAllowed, match="not for you"):
                answer(made.line)


def test_a_wrong_code_is_refused_and_costs_a_try(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        right = answer(made.line)
        shown = Shown(made.id, "a" * 26, made.handle)
        for _ in range(5):
            with pytest.raises(NotVerified, match="does not show") as found:
                accept(c, changed(right, LIN_KEY, shown=shown))
            assert "code is not" in found.value.why
        with pytest.raises(NotAllowed, match="No try is left"):
            accept(c, right)
        assert identity_level(c, "plin") is IdentityLevel.SELF_ASSERTED


def test_a_try_outlives_the_refusal_that_follows(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        wrong = changed(answer(made.line), LIN_KEY, shown=Shown(made.id, "x", made.handle))
        tried = spend_try(c, wrong, now=NOW + HOUR)  # its own transaction: see the desk
        with c.begin_nested() as undone, pytest.raises(NotVerified):
            accept_answer(c, tried, by=ACME_KEY, now=NOW + HOUR)
        if undone.is_active:
            undone.rollback()
        assert c.execute(sa.select(tables.handle_challenge.c.tries_left)).scalar() == 4


def test_an_answer_is_not_accepted_before_a_try_was_spent(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        tried = spend_try(c, answer(ask(c).line), now=NOW + HOUR)
        c.execute(tables.handle_challenge.update().values(tries_left=5))
        with pytest.raises(Conflict, match="No try"):
            accept_answer(c, tried, by=ACME_KEY, now=NOW + HOUR)


def test_a_late_answer_is_refused(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        with pytest.raises(Stale, match="too late"):
            spend_try(c, right, now=NOW + timedelta(hours=24))
        spend_try(c, right, now=NOW + timedelta(hours=24, seconds=-1))


def test_a_replayed_answer_is_refused(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        accept(c, right)
        with pytest.raises(Conflict, match="answered already"):
            accept(c, right)
        assert len(bindings(c, "plin")) == 2


def test_another_persons_code_is_refused(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        kims = ask(c, "pkim", seed=2)
        code = read_canonical(read_line(ASKED, kims.line))["code"]
        mine = answer(ask(c).line)
        stolen = changed(mine, LIN_KEY, shown=Shown(kims.id, code, kims.handle))
        with pytest.raises(NotVerified) as found:
            accept(c, stolen)
        assert "somebody else" in found.value.why


def test_a_code_for_another_handle_is_refused(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        first, second = ask(c, seed=1), ask(c, handle=Handle.parse("slack:U0LIN"), seed=2)
        code = read_canonical(read_line(ASKED, first.line))["code"]
        with pytest.raises(NotVerified) as found:
            accept(
                c,
                changed(answer(first.line), LIN_KEY, shown=Shown(first.id, code, second.handle)),
            )
        assert "another handle" in found.value.why


@pytest.mark.parametrize("key", [EVIL_KEY, KIM_KEY])
def test_an_answer_with_another_key_is_refused(tmp_path: Path, key: SigningKey) -> None:
    with hub_of_four(tmp_path) as c:
        with pytest.raises(NotVerified) as found:
            accept(c, answer(ask(c).line, key))
        assert "not in use for this person" in found.value.why


def test_an_answer_that_the_person_did_not_sign_is_refused(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        for signer in (ACME_KEY, EVIL_KEY):
            with pytest.raises(CountersignError):
                accept(c, changed(right, signer))
        assert identity_level(c, "plin") is IdentityLevel.SELF_ASSERTED


def test_another_challenger_does_not_accept(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c, pytest.raises(NotAllowed, match="not in use"):
        accept(c, answer(ask(c).line), by=UNION_KEY)


def test_a_key_rotated_meanwhile_must_be_shown_anew(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        rotate_key(c, subject="plin", key=NEW_KEY, by=LIN_KEY, now=NOW)
        with pytest.raises(NotVerified):
            accept(c, right)


def test_a_chain_that_went_on_meanwhile_asks_for_another_answer(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        add_key(c, subject="plin", key=NEW_KEY, by=LIN_KEY, now=NOW)
        with pytest.raises(Conflict, match="meanwhile"):
            accept(c, right)


def test_an_unknown_challenge_is_not_found(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        right = answer(ask(c).line)
        c.execute(tables.handle_challenge.delete())
        with pytest.raises(NotFound):
            accept(c, right)


def test_a_line_survives_chat_but_not_a_missing_piece(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        line = ask(c).line
        folded = "\n  ".join(line[n : n + 60] for n in range(0, len(line), 60))
        assert answer(folded) == answer(line)
        for broken in (line[:-9], "cs-challenge.", "", "hello", ASKED + "AAAA", line + "é"):
            with pytest.raises(BadInput, match="line of a challenge"):
                answer(broken)
        odd = write_line(ASKED, canonical({"v": 1, "salt": "", "by": 7}))
        with pytest.raises(BadInput):
            answer(odd)
        right = answer(line)
        for broken in (right[:-9], "cs-answer.", "", line):
            with pytest.raises(BadInput, match="line of an answer"):
                spend_try(c, broken, now=NOW + HOUR)


def test_the_text_to_send_says_who_asks_how_to_answer_and_until_when(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        for lang in ("en", "zh"):
            text = challenge_text(made, asker="Acme", lang=lang)
            assert "Acme" in text
            assert made.line in text
            assert "2026-11-24 12:00 UTC" in text


def test_every_handle_that_was_shown_is_told_of_a_rebinding(tmp_path: Path) -> None:
    with hub_of_four(tmp_path) as c:
        made = ask(c)
        accept(c, answer(made.line))
        rebind(
            c,
            subject="plin",
            key=NEW_KEY,
            representative="wunion",
            by=UNION_KEY,
            now=NOW + 3 * HOUR,
        )
        assert {n.address for n in notices(c, "plin")} == {"plin", made.handle}
