# SPDX-License-Identifier: Apache-2.0
"""Whoever objects is left out: of what is read from now on, and of what is here; own text stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import NotAllowed, NotFound
from countersign.evidence import (
    BLANK,
    OBJECTION,
    Range,
    Trace,
    apply_objections,
    authors,
    conversations,
    drop_objection,
    object_to,
    objections,
    oldest_context,
    own_traces,
    tables,
)
from countersign.evidence.objections import _blanked
from countersign.people import Vault
from tests.evidence.scene import hours, kept, mail
from tests.people.scene import KIM, LIN, LIN_CHAT, NOW, vault_of_lin

SAID = "I think we should wait."


def quoting(native: str, of: str, *, attribution: str = "") -> Trace:
    """Return a mail by Lin that answers another one and quotes it."""
    text = f"No, do it now.\n{attribution}> {SAID}\n"
    own = (Range(0, len("No, do it now.")),)
    return mail(native, text, written=own, reply_to=of, conversation=of)


def texts(vault: Vault) -> list[str]:
    return [t.trace.text for c in conversations(vault) for t in c.traces]


def test_clause_35_their_traces_go_and_quotes_of_them_and_own_text_keeps_its_offsets(
    tmp_path: Path,
) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", SAID, author=KIM), quoting("2", "1"), mail("3")])
        (before,) = [t for t in own_traces(vault) if t.trace.native == "2"]
        gone = object_to(vault, KIM, now=NOW)
        assert (gone.traces, gone.quotes) == (1, 1)
        (after,) = [t for t in own_traces(vault) if t.trace.native == "2"]
        assert after.trace.words == before.trace.words
        assert after.trace.written == before.trace.written
        assert len(after.trace.text) == len(before.trace.text)
        assert "wait" not in after.trace.text
        assert BLANK in after.trace.text
        assert KIM not in [a.handle for a in authors(vault)]


def test_clause_35_every_reader_leaves_them_out_and_counts_it(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        object_to(vault, KIM, now=NOW)
        total = kept(vault, [mail("1", SAID, author=KIM), quoting("2", "1"), mail("3")])
        assert (total.own, total.context, total.skipped[OBJECTION]) == (2, 0, 1)
        assert total.read == 3
        assert apply_objections(vault, around=total.objected).quotes == 1
        assert not [t for t in texts(vault) if "wait" in t]


def test_clause_35_a_quote_that_names_their_address_goes_wherever_it_stands(
    tmp_path: Path,
) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [quoting("9", "elsewhere", attribution=f"On Monday {KIM.value} wrote:\n")])
        assert object_to(vault, KIM, now=NOW).quotes == 1
        assert not [t for t in texts(vault) if "wait" in t or KIM.value in t]


def test_quotes_of_others_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", SAID, author=KIM), quoting("7", "of-another"), mail("2")])
        assert object_to(vault, KIM, now=NOW).quotes == 0
        assert [t for t in texts(vault) if "wait" in t]


def test_an_objection_twice_is_one_and_applying_again_finds_nothing(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", SAID, author=KIM), quoting("2", "1")])
        object_to(vault, KIM, now=NOW)
        again = object_to(vault, KIM, now=hours(1))
        assert (again.traces, again.quotes) == (0, 0)
        assert [(o.handle, o.since) for o in objections(vault)] == [(KIM, hours(1))]


def test_ones_own_handle_cannot_be_put_on_the_list(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1")])
        with pytest.raises(NotAllowed, match="your own"):
            object_to(vault, LIN, now=NOW)
        assert len(list(own_traces(vault))) == 1
        assert objections(vault) == ()


def test_off_the_list_their_words_are_read_again_when_added_again(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        kept(vault, [mail("1", SAID, author=KIM)])
        object_to(vault, KIM, now=NOW)
        drop_objection(vault, KIM)
        assert oldest_context(vault) is None
        assert kept(vault, [mail("1", SAID, author=KIM)]).context == 1
        with pytest.raises(NotFound, match="not on the list"):
            drop_objection(vault, LIN_CHAT)


def test_the_list_holds_no_handle_that_can_be_read_without_the_vault(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        object_to(vault, KIM, now=NOW)
        with vault.db.read() as c:
            (row,) = c.execute(tables.objection.select()).all()
        vault.db.settle_wal()
        assert KIM.value not in repr(row)
        assert KIM.value.encode() not in vault.db.path.read_bytes()


def test_the_same_export_again_brings_back_no_quote(tmp_path: Path) -> None:
    records = [mail("1", SAID, author=KIM), quoting("2", "1")]
    with vault_of_lin(tmp_path) as vault:
        kept(vault, records)
        object_to(vault, KIM, now=NOW)
        again = kept(vault, records)
        assert (again.own, again.skipped["duplicate"], again.skipped[OBJECTION]) == (0, 1, 1)
        assert not [t for t in texts(vault) if "wait" in t]


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_blanking_never_moves_or_changes_what_is_inside_a_written_range(
    text: str, ends: list[tuple[int, int]]
) -> None:
    places = sorted({p for pair in ends for p in pair if p <= len(text)})
    written = [[a, b] for a, b in zip(places[::2], places[1::2], strict=False)]
    blanked = _blanked(text, written)
    assert len(blanked) == len(text)
    assert all(blanked[a:b] == text[a:b] for a, b in written)
    outside = set(range(len(text))) - {n for a, b in written for n in range(a, b)}
    assert all(blanked[n] == BLANK or blanked[n].isspace() for n in outside)
