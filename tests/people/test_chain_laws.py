# SPDX-License-Identifier: Apache-2.0
"""Laws of the chain: whatever is done in whatever order, a key counts only if it was announced.

Honest signers add, rotate, end, attest, re-bind and cancel at drawn times, beside an attacker who
writes into the table with keys of their own, of a party and of another person. A small model,
written apart from the code, says which keys may count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.clock import to_seconds
from countersign.errors import CountersignError, NotVerified
from countersign.people import (
    IdentityLevel,
    Reason,
    Role,
    Voucher,
    add_key,
    attest_key,
    bindings,
    bound_keys,
    cancel_rebinding,
    end_key,
    read_chain,
    rebind,
    rotate_key,
    tables,
    windows,
)
from countersign.people.bindings import Said
from countersign.seal import SigningKey, sign
from tests.people.scene import (
    ACME_KEY,
    EVIL_KEY,
    KIM_KEY,
    LIN_KEY,
    NOW,
    UNION_KEY,
    hub_of_four,
)

_LINS = tables.key_binding.c.subject == "plin"
ACTS = ["add", "rotate", "end", "attest", "rebind", "cancel", "wait", "forge", "drop", "swap"]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(1, 200_000)), max_size=12
)
_FORGED = [Reason.FIRST, Reason.ADDED, Reason.ROTATED, Reason.REBOUND, Reason.ATTESTED]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    with hub_of_four(tmp_path_factory.mktemp("hub")) as c:
        yield c


def key(number: int) -> SigningKey:
    return SigningKey(sha256(b"key %d" % number).digest())


@dataclass
class Model:
    """Which of Lin's keys may count, as the page says it: by number, since and until."""

    spans: dict[int, tuple[datetime, datetime | None]] = field(
        default_factory=lambda: {0: (NOW, None)}
    )
    announced: int | None = None
    tampered: bool = False

    def in_use(self, at: datetime) -> list[int]:
        return [n for n, (a, b) in self.spans.items() if a <= at and (b is None or at < b)]

    def end(self, number: int, at: datetime) -> None:
        self.spans[number] = (self.spans[number][0], at)

    def settle(self, at: datetime) -> None:
        if self.announced is None or at < self.spans[self.announced][0]:
            return
        effect = self.spans[self.announced][0]
        for n, (since, until) in self.spans.items():
            if since < effect and (until is None or until > effect):
                self.end(n, effect)
        self.announced = None


def signing(number: int) -> SigningKey:
    return LIN_KEY if number == 0 else key(number)


def act(c: sa.Connection, m: Model, what: str, which: int, now: datetime, fresh: int) -> None:
    """Do one honest thing and note it in the model; what the hub refuses leaves both as they were."""
    use = m.in_use(now)
    mine = use[which % len(use)]
    by: dict[str, Any] = {"subject": "plin", "now": now}
    if what == "add":
        add_key(c, key=key(fresh), by=signing(mine), **by)
        m.spans[fresh] = (now, None)
    elif what == "rotate":
        rotate_key(c, key=key(fresh), by=signing(mine), **by)
        m.end(mine, now)
        m.spans[fresh] = (now, None)
    elif what == "end":
        end_key(c, public=signing(mine).public, by=signing(use[-1]), **by)
        m.end(mine, now)
    elif what == "attest":
        level = IdentityLevel.PLATFORM_SIGN_IN
        attest_key(c, key=signing(mine), attester="oacme", by=ACME_KEY, level=level, **by)
    elif what == "rebind":
        rebind(c, key=key(fresh), representative="wunion", by=UNION_KEY, **by)
        m.spans[fresh] = (now + timedelta(hours=72), None)
        m.announced = fresh
    elif what == "cancel":
        cancel_rebinding(c, key=signing(mine), **by)
        assert m.announced is not None
        m.end(m.announced, m.spans[m.announced][0])
        m.announced = None


def attack(c: sa.Connection, what: str, which: int, now: datetime) -> None:
    """Write into the table what somebody with the database, but not Lin's keys, could write."""
    b = tables.key_binding
    rows = c.execute(sa.select(b).where(b.c.subject == "plin").order_by(b.c.number)).all()
    if what == "drop":
        c.execute(b.delete().where(b.c.subject == "plin", b.c.number == 1))
    elif what == "swap":
        kims = c.execute(sa.select(b).where(b.c.subject == "pkim")).one()
        one = (b.c.subject == "plin") & (b.c.number == 1 + which % len(rows))
        c.execute(b.update().where(one).values(envelope=kims.envelope, keyid=kims.keyid))
    else:
        reason = _FORGED[which % len(_FORGED)]
        vouched = reason in (Reason.REBOUND, Reason.ATTESTED)
        last = bindings(c, "plin")[-1]
        said = Said(
            subject="plin",
            public=EVIL_KEY.public,
            at=last.at,
            reason=reason,
            prev=last.digest,
            ends=last.public.keyid if reason is Reason.ROTATED else "",
            level=IdentityLevel.REPRESENTATIVE if vouched else IdentityLevel.SELF_ASSERTED,
            by=Voucher("wunion", Role.REPRESENTATIVE, KIM_KEY.public) if vouched else None,
        )
        envelope = sign(said.statement(), EVIL_KEY, *([KIM_KEY] if vouched else []))
        row = {"subject": "plin", "number": len(rows) + 1, "keyid": EVIL_KEY.public.keyid}
        row |= {"envelope": envelope.to_bytes(), "bound_at": to_seconds(last.at)}
        c.execute(b.insert().values(row))


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_sequence_of_acts_lets_an_unannounced_key_count(
    hub: sa.Connection, steps: list[tuple[str, int, int]]
) -> None:
    undone, now, m = hub.begin_nested(), NOW, Model()
    try:
        for fresh, (what, which, wait) in enumerate(steps, 1):
            now += timedelta(seconds=wait)
            m.settle(now)
            if what in ("forge", "drop", "swap"):
                attack(hub, what, which, now)
                m.tampered = True
                break
            with suppress(CountersignError):
                act(hub, m, what, which, now, fresh)
        _check(hub, m, now)
    finally:
        undone.rollback()


def _check(c: sa.Connection, m: Model, now: datetime) -> None:
    if not c.execute(sa.select(tables.key_binding).where(_LINS)).all():
        # A chain cut off whole leaves nobody a key; that it was there, the log knows.
        assert bound_keys(c, "plin", at=now) == ()
        return
    if m.tampered:  # what was written by hand is never believed, and neither is what stands beside
        with pytest.raises(NotVerified):
            bound_keys(c, "plin", at=now)
        return
    for at in (now, now + timedelta(hours=72), now + timedelta(days=400)):
        m.settle(at)
        expected = {signing(n).public for n in m.in_use(at)}
        assert set(bound_keys(c, "plin", at=at)) == expected
        counting = {k.public for k in windows(bindings(c, "plin"), "plin") if k.counts(_s(at))}
        assert expected <= counting
        assert EVIL_KEY.public not in counting
    chain = bindings(c, "plin")
    assert all(b.digest == after_prev for b, after_prev in _links(chain))


def _links(chain: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    for b, after in pairwise(chain):
        yield b, after.envelope.statement.predicate["prev"]


def _s(at: datetime) -> int:
    return to_seconds(at)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.integers(0, 10_000), st.integers(0, 7))
def test_a_flipped_bit_anywhere_in_a_chain_is_found(
    hub: sa.Connection, place: int, byte: int, bit: int
) -> None:
    undone = hub.begin_nested()
    try:
        add_key(hub, subject="plin", key=key(1), by=LIN_KEY, now=NOW)
        rotate_key(hub, subject="plin", key=key(2), by=LIN_KEY, now=NOW)
        rebind(hub, subject="plin", key=key(3), representative="wunion", by=UNION_KEY, now=NOW)
        data = [bytearray(b.envelope.to_bytes()) for b in bindings(hub, "plin")]
        data[place][byte % len(data[place])] ^= 1 << bit
        with pytest.raises(CountersignError):
            read_chain(tuple(bytes(d) for d in data), "plin")
    finally:
        undone.rollback()
