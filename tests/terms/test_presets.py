# SPDX-License-Identifier: Apache-2.0
"""Presets and people's own files of terms: readable, strict, and clear about what is wrong where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.errors import BadInput, NotFound
from countersign.terms import (
    PRESETS,
    Delivery,
    Kind,
    OnLeaving,
    Profile,
    Purpose,
    Source,
    Terms,
    load_terms,
    preset,
    preset_text,
)
from countersign.terms.presets import MOST_BYTES
from countersign.terms.terms import FIELDS

FILES = Path(__file__).parents[1] / "files" / "terms"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_readable_file_with_comments_in_both_languages(name: str) -> None:
    comments = [line for line in preset_text(name).splitlines() if line.startswith("#")]
    assert comments[0].startswith(f"# {name} ")
    assert any("\u4e00" <= ch <= "\u9fff" for line in comments for ch in line)
    assert len(comments) >= 6


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_read_as_terms_that_survive_signing(name: str) -> None:
    terms = preset(name)
    assert Terms.from_value(terms.to_value()) == terms
    assert terms.items == ()
    assert not any((terms.training, terms.persona, terms.public_release))


def test_ask_me_copies_no_knowledge() -> None:
    assert preset("ask-me").kinds == {Kind.OWNERSHIP, Kind.CONTACT}
    assert preset("ask-me").delivery is Delivery.SERVED


def test_only_me_is_a_grant_to_oneself_without_ceremony_from_every_source() -> None:
    assert preset("only-me").profile is Profile.SELF
    assert preset("only-me").cooling_off_hours == 0
    assert preset("only-me").sources == set(Source)


def test_my_team_is_light_served_and_stops_on_leaving() -> None:
    terms = preset("my-team")
    assert (terms.profile, terms.delivery) == (Profile.TEAM, Delivery.SERVED)
    assert terms.on_leaving is OnLeaving.SUSPEND
    assert (terms.cooling_off_hours, terms.hand_offs_per_week) == (48, 3)


def test_clause_27_handover_goes_on_after_leaving_only_for_a_fee_and_a_time() -> None:
    terms = preset("handover")
    assert terms.on_leaving is OnLeaving.CONTINUE
    assert terms.benefits
    assert (terms.term_days, terms.hand_offs_per_week) == (90, 0)
    with pytest.raises(BadInput, match="term_days"):
        replace(terms, term_days=366)


def test_clause_27_the_other_presets_stop_on_leaving() -> None:
    others = [preset(name) for name in PRESETS if name != "handover"]
    assert all(terms.on_leaving is OnLeaving.SUSPEND for terms in others)


def test_a_file_that_names_a_preset_says_only_what_differs() -> None:
    terms = load_terms(FILES / "narrowed_from_my_team.toml")
    starts = datetime(2027, 1, 1, tzinfo=UTC)
    wanted = {"purposes": frozenset({Purpose.REVIEW_CHANGES}), "term_days": 180, "starts": starts}
    assert terms == replace(preset("my-team"), **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_copied_to_a_file_is_the_same_terms(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(preset_text(name), encoding="utf-8")
    assert load_terms(path) == preset(name)


@pytest.mark.parametrize(
    ("name", "place", "says"),
    [
        ("purpose_evaluate_person", "line 4", "Clause 20"),
        ("field_unknown", "line 3", "An unknown field"),
        ("syntax_broken_in_line_3", "not valid TOML", "line 3"),
        ("audience_missing", "'audience' is missing", "not granted"),
        ("benefit_per_use_in_folder", "line 4", "cannot be counted"),
        ("term_three_years", "line 3", "730"),
        ("term_days_as_text", "line 3", "whole number"),
        ("version_2", "version must be 1", ""),
        ("like_no_such_preset", "everything", "ladder"),
        ("start_without_zone", "line 3", ""),
        ("encoding_not_utf8", "not UTF-8", ""),
    ],
)
def test_a_defect_is_named_with_its_line_and_its_reason(name: str, place: str, says: str) -> None:
    with pytest.raises((BadInput, NotFound)) as caught:
        load_terms(FILES / f"{name}.toml")
    assert f"{name}.toml" in caught.value.what
    assert place in caught.value.what
    assert says in caught.value.why
    assert caught.value.remedy


def test_every_file_of_defects_is_used_above() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert all(path.stem in source for path in FILES.iterdir())


def test_what_is_no_file_or_far_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file"):
        load_terms(tmp_path / "nothing.toml")
    (tmp_path / "long.toml").write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(BadInput, match="too long"):
        load_terms(tmp_path / "long.toml")
    with pytest.raises(BadInput, match="cannot be read"):
        load_terms(tmp_path)


def test_a_name_off_the_ladder_is_refused() -> None:
    with pytest.raises(NotFound, match="no preset"):
        preset("../my-team")


def test_every_field_that_a_preset_leaves_out_has_a_safe_default() -> None:
    said = {line.split(" = ")[0] for line in preset_text("my-team").splitlines() if " = " in line}
    silent = set(FIELDS) - said - {"benefits"}
    assert silent == {
        *("alias", "zero_chosen_by_person", "region", "endpoints", "starts", "training", "persona"),
        *("cooling_off_chosen_by_person", "public_release", "cross_border", "sensitive"),
        *("quote_documents", "methods", "models", "successor", "delegate", "take_along"),
        *("hand_off_hours", "represented_by", "representative", "countersigned"),
        "identity_at_least",
    }
    words = {"region", "methods", "successor", "take_along", "hand_off_hours", "represented_by"}
    assert not any(getattr(preset("my-team"), f) for f in silent - words - {"identity_at_least"})
