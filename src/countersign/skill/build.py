# SPDX-License-Identifier: Apache-2.0
"""Build a package: pages from the manifest, and one signature by the person over every file.

The same draft and nonce give the same bytes. What can exist only afterwards (the log's proof, the
freshness) is added by `finish` and is not among the signed subjects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countersign.clock import to_text
from countersign.seal import Envelope, SigningKey, Statement, sha256_hex, sign
from countersign.skill.draft import (
    FRESHNESS,
    MANIFEST,
    NOT_SUBJECTS,
    PROOF,
    RELEASE,
    Draft,
    Package,
)
from countersign.skill.evals import evals
from countersign.skill.manifest import Manifest, manifest_of
from countersign.skill.render import reference_pages, skill_md


def build(draft: Draft, *, sign_with: SigningKey, nonce: bytes) -> Package:
    """Return the package of `draft`, signed by the person's key; `nonce` is 32 fresh random bytes."""
    manifest = manifest_of(draft, nonce=nonce)
    files = pages_of(manifest, {claim.id: claim.text for claim in draft.claims})
    files[MANIFEST] = manifest.to_bytes()
    release = sign(release_statement(manifest, files), sign_with)
    return Package(draft.name, {**files, RELEASE: release.to_bytes()}, release)


def pages_of(manifest: Manifest, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return everything that is rendered: SKILL.md, reference pages, evaluations."""
    return {
        "SKILL.md": skill_md(manifest),
        **reference_pages(manifest, texts),
        "evals/evals.json": evals(manifest),
    }


def release_statement(manifest: Manifest, files: Mapping[str, bytes]) -> Statement:
    """Return the statement that the person signs: every file, and what the release stands on."""
    subjects = sorted((path, sha256_hex(data)) for path, data in files.items())
    named = tuple((path, digest) for path, digest in subjects if path not in NOT_SUBJECTS)
    return Statement("release", named, release_predicate(manifest))


def release_predicate(manifest: Manifest) -> dict[str, Any]:
    """Return what a release says of itself; it must say the same as its manifest."""
    return {
        "release": manifest.release,
        "version": manifest.version,
        "skill": manifest.name,
        "person": manifest.person,
        "party": manifest.party,
        "agreement": manifest.agreement,
        "agreementDigest": manifest.agreement_digest,
        "grantDigest": manifest.grant_digest,
        "termsDigest": manifest.terms.digest,
        "reviewSheets": list(manifest.review_sheets),
        "releasedAt": to_text(manifest.released_at),
        "validUntil": to_text(manifest.valid_until),
    }


def finish(package: Package, *, proof: bytes, freshness: Envelope) -> Package:
    """Return `package` with the log's proof and its first freshness."""
    added = {PROOF: proof, FRESHNESS: freshness.to_bytes()}
    return Package(package.name, {**package.files, **added}, package.release)
