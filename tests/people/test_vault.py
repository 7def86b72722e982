# SPDX-License-Identifier: Apache-2.0
"""The vault opens for its person alone, and its marks tell nothing and never meet (DESIGN 4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, Conflict, NotVerified, Unavailable
from countersign.people import Vault, handle_mark, make_vault, open_vault
from tests.people.scene import LIN, again, new_vault, raw_bytes, stands_in, vault_of_lin

_PARTS = st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=6)), max_size=5)
_IN_ONE_VAULT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return new_vault(tmp_path_factory.mktemp("vault"))


def test_a_vault_opens_with_its_passphrase_and_with_no_other(tmp_path: Path) -> None:
    db, key = tmp_path / "vault.db", tmp_path / "keys" / "vault.key"
    make_vault(db, key, "correct horse").close()
    open_vault(db, key, "correct horse").close()
    for wrong in ("correct horsf", None):
        with pytest.raises(Unavailable):
            open_vault(db, key, wrong)


def test_without_its_key_file_a_vault_is_unavailable(tmp_path: Path) -> None:
    new_vault(tmp_path).close()
    (tmp_path / "vault.key").unlink()
    with pytest.raises(Unavailable):
        open_vault(tmp_path / "vault.db", tmp_path / "vault.key", None)


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"v": 1}', "\x00\xff"])
def test_a_damaged_key_file_is_bad_input(tmp_path: Path, damage: str) -> None:
    new_vault(tmp_path).close()
    (tmp_path / "vault.key").write_bytes(damage.encode("latin-1"))
    with pytest.raises(BadInput):
        open_vault(tmp_path / "vault.db", tmp_path / "vault.key", None)


def test_a_shortened_key_is_bad_input(tmp_path: Path) -> None:
    new_vault(tmp_path).close()
    record = json.loads((tmp_path / "vault.key").read_text(encoding="utf-8"))
    (tmp_path / "vault.key").write_text(json.dumps(record | {"secret": "AAAA"}), encoding="utf-8")
    with pytest.raises(BadInput):
        open_vault(tmp_path / "vault.db", tmp_path / "vault.key", None)


def test_another_vaults_key_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    new_vault(tmp_path).close()
    new_vault(tmp_path / "other").close()
    with pytest.raises(NotVerified):
        open_vault(tmp_path / "vault.db", tmp_path / "other" / "vault.key", None)


def test_a_vault_is_never_made_over_another(tmp_path: Path) -> None:
    new_vault(tmp_path).close()
    with pytest.raises(Conflict):
        new_vault(tmp_path)


def test_files_of_a_vault_are_for_their_owner_only(tmp_path: Path) -> None:
    new_vault(tmp_path).close()
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    assert modes.keys() >= {"vault.db", "vault.key"}
    assert set(modes.values()) == {0o600}


@_IN_ONE_VAULT
@given(_PARTS, _PARTS)
def test_marks_are_equal_for_equal_parts_and_for_no_others(
    vault: Vault, one: list[str | int | None], other: list[str | int | None]
) -> None:
    same = [(type(x), x) for x in one] == [(type(x), x) for x in other]
    assert (vault.mark(*one) == vault.mark(*other)) == same


@_IN_ONE_VAULT
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.data())
def test_no_other_cut_of_the_same_bytes_has_the_same_mark(
    vault: Vault, parts: list[str], data: st.DataObject
) -> None:
    """The framing property: moving a boundary between parts always gives another mark."""
    joined = "".join(parts)
    at = data.draw(st.integers(0, len(joined)))
    cut = [joined[:at], joined[at:]]
    assert cut == parts or vault.mark(*cut) != vault.mark(*parts)
    # A part that imitates the frame of a following one is still one part.
    imitated = f"{parts[0]}s{len(joined)}:{joined}"
    assert vault.mark(imitated) != vault.mark(parts[0], joined)


def test_text_number_and_nothing_that_print_alike_have_different_marks(vault: Vault) -> None:
    assert len({vault.mark("1"), vault.mark(1), vault.mark("None"), vault.mark(None)}) == 4


def test_claims_and_parts_never_share_a_mark(vault: Vault) -> None:
    assert vault.claim_mark("rule", []) != vault.mark('["rule",[]]')
    assert vault.claim_mark("a", [("t", 1, 23)]) != vault.claim_mark("a", [("t", 12, 3)])


def test_ids_are_the_same_after_reopening_and_others_in_another_vault(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with vault_of_lin(tmp_path) as first:
        before = (first.id_of("t", "mail", "<1@example.org>"), handle_mark(first, LIN))
    with again(tmp_path) as reopened:
        assert (
            reopened.id_of("t", "mail", "<1@example.org>"),
            handle_mark(reopened, LIN),
        ) == before
    with vault_of_lin(tmp_path / "other") as other:
        assert not {other.id_of("t", "mail", "<1@example.org>"), handle_mark(other, LIN)} & {
            *before
        }


def test_who_a_vault_knows_stands_nowhere_in_its_bytes(tmp_path: Path) -> None:
    words = ("Lin Wei", "lin-wei", "Kim Ode", "kim-ode", "lin@example.org", "kim@example.org")
    with vault_of_lin(tmp_path) as vault:
        assert stands_in(raw_bytes(tmp_path, "vault.db"), *words) == []
        # The scan can fail: the same words written unsealed are found.
        with vault.db.write() as c:
            c.exec_driver_sql("CREATE TABLE canary (word TEXT)")
            c.exec_driver_sql("INSERT INTO canary VALUES (?)", ("kim@example.org",))
        assert stands_in(raw_bytes(tmp_path, "vault.db"), *words) == ["kim@example.org"]
