# SPDX-License-Identifier: Apache-2.0
"""People, the handles that are theirs, their keys, and the two stores: vault and hub."""

from countersign.people import tables
from countersign.people.handle import SCHEMES, Handle
from countersign.people.hub import Hub, make_hub, open_hub
from countersign.people.identity import (
    Card,
    IdentityLevel,
    add_card,
    bind_key,
    bound_keys,
    callers_of,
    find_card,
    identity_level,
)
from countersign.people.keyring import KeyRing
from countersign.people.label import label_of
from countersign.people.person import (
    Person,
    add_person,
    find_person,
    handle_mark,
    owner,
    people,
)
from countersign.people.vault import Vault, make_vault, open_vault

__all__ = [
    "SCHEMES",
    "Card",
    "Handle",
    "Hub",
    "IdentityLevel",
    "KeyRing",
    "Person",
    "Vault",
    "add_card",
    "add_person",
    "bind_key",
    "bound_keys",
    "callers_of",
    "find_card",
    "find_person",
    "handle_mark",
    "identity_level",
    "label_of",
    "make_hub",
    "make_vault",
    "open_hub",
    "open_vault",
    "owner",
    "people",
    "tables",
]
