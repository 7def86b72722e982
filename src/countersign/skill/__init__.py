# SPDX-License-Identifier: Apache-2.0
"""Skill packages: build, verify, install, find copies again; and what an asker gets back.

`build` renders and signs a draft; `finish` adds the log's proof and the freshness. `verify_package`
checks a folder offline. `store_release` and `index_release` make a release answerable, `recall`
finds within a scope, `compose` words the answer. `remove_copies` and `forget_releases` are steps
of a withdrawal. Whether any of this may happen is decided elsewhere (`terms.decide`).
"""

from countersign.skill.answer import BUDGET, GAP_LINE, Answer, compose
from countersign.skill.build import build, finish
from countersign.skill.byline import disclosure, lang_of, short_ids
from countersign.skill.copies import (
    EXPORT,
    HOSTS,
    Copy,
    CopyStatus,
    check_copies,
    copies,
    install,
    moved,
    remove_copies,
    reserve,
    target,
)
from countersign.skill.document import render_document
from countersign.skill.draft import FRESHNESS, RELEASE, Draft, Package, check_name
from countersign.skill.folder import read_folder, write_package
from countersign.skill.follow import Followed, follow
from countersign.skill.freshness import Fresh, delegate, freshness, online_key, read_freshness
from countersign.skill.inert import inert
from countersign.skill.manifest import LEASE_DAYS, about_of
from countersign.skill.parts import (
    Rebuild,
    built_anew,
    drop_parts,
    end_release,
    goes,
    rebuilds,
    refs_of,
    releases_holding,
    served_claims,
)
from countersign.skill.recall import Found, Near, find, open_near, recall
from countersign.skill.released import (
    ClaimKeys,
    Release,
    Released,
    Scope,
    claims_of,
    forget_releases,
    index_release,
    open_claims,
    rebuild_index,
    releases,
    scope_of,
    store_release,
)
from countersign.skill.residue import Needle, Residue, needles, scan
from countersign.skill.tables import copy, release, released_claim
from countersign.skill.trust import ChainSeen, Seen, Trust, TrustedKey, pin, pin_log
from countersign.skill.verify import newest_seen, verify_files, verify_package

__all__ = [
    "BUDGET",
    "EXPORT",
    "FRESHNESS",
    "GAP_LINE",
    "HOSTS",
    "LEASE_DAYS",
    "RELEASE",
    "Answer",
    "ChainSeen",
    "ClaimKeys",
    "Copy",
    "CopyStatus",
    "Draft",
    "Followed",
    "Found",
    "Fresh",
    "Near",
    "Needle",
    "Package",
    "Rebuild",
    "Release",
    "Released",
    "Residue",
    "Scope",
    "Seen",
    "Trust",
    "TrustedKey",
    "about_of",
    "build",
    "built_anew",
    "check_copies",
    "check_name",
    "claims_of",
    "compose",
    "copies",
    "copy",
    "delegate",
    "disclosure",
    "drop_parts",
    "end_release",
    "find",
    "finish",
    "follow",
    "forget_releases",
    "freshness",
    "goes",
    "index_release",
    "inert",
    "install",
    "lang_of",
    "moved",
    "needles",
    "newest_seen",
    "online_key",
    "open_claims",
    "open_near",
    "pin",
    "pin_log",
    "read_folder",
    "read_freshness",
    "rebuild_index",
    "rebuilds",
    "recall",
    "refs_of",
    "release",
    "released_claim",
    "releases",
    "releases_holding",
    "remove_copies",
    "render_document",
    "reserve",
    "scan",
    "scope_of",
    "served_claims",
    "short_ids",
    "store_release",
    "target",
    "verify_files",
    "verify_package",
    "write_package",
]
