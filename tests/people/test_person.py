# SPDX-License-Identifier: Apache-2.0
"""Who is who follows from exact handles; where a name could be mistaken, the person is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput, Conflict, NotFound
from countersign.people import Handle, Vault, find_person, label_of, owner, people
from tests.people.scene import KIM, LIN, LIN_CHAT, add, vault_of_lin


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with vault_of_lin(tmp_path) as vault:
        yield vault


def _handles(vault: Vault, label: str) -> set[Handle]:
    return set(find_person(vault, label).handles)


def test_a_person_has_several_handles_and_adding_one_again_changes_nothing(vault: Vault) -> None:
    add(vault, "Lin Wei", LIN, LIN_CHAT, me=True)
    again = add(vault, "Lin Wei", LIN_CHAT, me=True)
    assert set(again.handles) == {LIN, LIN_CHAT}
    assert again.id == find_person(vault, "lin-wei").id


def test_a_handle_is_never_moved_to_a_second_person_and_nothing_of_that_add_stays(
    vault: Vault,
) -> None:
    fresh = Handle.parse("slack:U0KIM")
    with pytest.raises(Conflict):
        add(vault, "Kim Ode", fresh, LIN)
    with pytest.raises(Conflict):
        add(vault, "Somebody New", fresh, KIM)
    assert _handles(vault, "kim-ode") == {KIM}
    assert [p.label for p in people(vault)] == ["lin-wei", "kim-ode"]


def test_a_vault_has_one_owner(vault: Vault) -> None:
    with pytest.raises(Conflict):
        add(vault, "Kim Ode", KIM, me=True)
    found = owner(vault)
    assert found is not None
    assert found.label == "lin-wei"


def test_a_handle_joins_the_owner_only_when_the_owner_says_so(vault: Vault) -> None:
    """Two people may be called Lin Wei: a guess would make the other's words own."""
    with pytest.raises(Conflict) as caught:
        add(vault, "Lin Wei", LIN_CHAT)
    assert "--me" in caught.value.remedy
    assert _handles(vault, "lin-wei") == {LIN}
    other = add(vault, "Lin Wei", LIN_CHAT, label="lin-wei-2")
    assert not other.me


def test_somebody_known_becomes_the_owner_only_with_each_handle_named(tmp_path: Path) -> None:
    with vault_of_lin(tmp_path) as vault:
        with vault.db.write() as c:
            c.exec_driver_sql("UPDATE person SET me = 0")
        with pytest.raises(Conflict):
            add(vault, "Kim Ode", Handle.parse("slack:U0KIM"), me=True)
        assert owner(vault) is None
        assert add(vault, "Kim Ode", KIM, Handle.parse("slack:U0KIM"), me=True).me


def test_a_like_name_is_not_taken_for_the_same_person(vault: Vault) -> None:
    """`Kim-Ode` and `Kim Ode` would share a label; a name is not an identity."""
    with pytest.raises(Conflict):
        add(vault, "KIM-ODE!", Handle.parse("slack:U0KIM"))
    assert add(vault, "KIM-ODE!", Handle.parse("slack:U0KIM"), label="kim-ode").name == "Kim Ode"


def test_people_are_found_by_exact_label_id_or_name_and_by_no_part_of_them(vault: Vault) -> None:
    kim = find_person(vault, "kim-ode")
    assert find_person(vault, kim.id) == find_person(vault, "Kim Ode") == kim
    for part in ("kim", "Kim", "Ode", "kim ode", "", kim.id[:-1], "kim@example.org"):
        with pytest.raises(NotFound):
            find_person(vault, part)


def test_two_people_of_one_name_are_shown_to_settle(vault: Vault) -> None:
    add(vault, "Kim Ode", label="kim-from-sales")
    with pytest.raises(Conflict) as caught:
        find_person(vault, "Kim Ode")
    assert "kim-from-sales" in caught.value.remedy
    assert "kim-ode" in caught.value.remedy


@pytest.mark.parametrize("name", ["Vault", "hub-log", "Hub Online", "hub_texts", "HUB index"])
def test_a_label_never_names_a_key_file_of_the_home(vault: Vault, name: str) -> None:
    """keys/vault.key as somebody's signing key would sign with the vault's own secret."""
    with pytest.raises(BadInput):
        add(vault, name)
    with pytest.raises(BadInput):
        add(vault, "Ann Lee", label=name)


@pytest.mark.parametrize(
    "name", ["", "  ", "\x1b[31mAnn", "A\u202enn", "A\u200bnn", "\ud800", "x" * 201]
)
def test_a_name_that_others_could_not_read_is_refused(vault: Vault, name: str) -> None:
    with pytest.raises(BadInput):
        add(vault, name)


def test_labels_keep_letters_of_any_script() -> None:
    assert label_of("Ann  O'Neill") == "ann-o-neill"
    assert label_of("李 明") == "李-明"
    assert label_of("../../etc/passwd") == "etc-passwd"
    assert label_of("!!!") == "person"


@given(st.text(max_size=300))
def test_a_label_is_its_own_label_and_fits_a_file_name(name: str) -> None:
    label = label_of(name)
    assert label_of(label) == label
    assert 0 < len(f".{label}.key.4194304".encode("utf-8", "surrogatepass")) <= 255
    assert not set(label) & set("/\\. \x00")
