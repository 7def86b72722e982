"""The schema of a release's manifest: the golden packages pass, each lack and each addition fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.terms.renderings.checking import broken_schema, patched

SKILLS = Path(__file__).parents[2] / "golden" / "skill"
PACKAGES = sorted(p.parents[1].name for p in SKILLS.glob("*/countersign/manifest.json"))


def manifest(name: str) -> Any:
    return json.loads((SKILLS / name / "countersign" / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_manifest_that_we_sign_passes(name: str) -> None:
    assert broken_schema(manifest(name), "release-manifest") == []


def test_there_are_packages_to_check() -> None:
    assert len(PACKAGES) >= 2


@pytest.mark.parametrize("field", sorted(manifest(PACKAGES[0])))
def test_a_manifest_that_lacks_a_field_fails(field: str) -> None:
    value = patched(manifest(PACKAGES[0]), [{"op": "remove", "path": f"/{field}"}])
    assert broken_schema(value, "release-manifest")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/surprise", 1),
        ("/skill/name", "../up"),
        ("/claims/0/words", "Never open the safe alone."),
        ("/claims/0/text", "Never open the safe alone."),
        ("/claims/0/citations", []),
        ("/claims/0/kind", "rating"),
        ("/claims/0/support", 0),
        ("/reviewSheets", []),
        ("/shares/0/weight", -1),
        ("/terms/purposes", ["evaluate-person"]),
        ("/release/releasedAt", "yesterday"),
        ("/nonce", "short"),
    ],
)
def test_a_manifest_with_something_else_fails(path: str, value: object) -> None:
    broken = patched(manifest(PACKAGES[0]), [{"op": "add", "path": path, "value": value}])
    assert broken_schema(broken, "release-manifest")
