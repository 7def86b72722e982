# SPDX-License-Identifier: Apache-2.0
"""People, the handles that are theirs, their keys, and the two stores: vault and hub."""

from countersign.people import tables
from countersign.people.answering import (
    Challenge,
    answer_challenge,
    challenge_text,
    handle_commitment,
)
from countersign.people.bind import add_key, attest_key, bind_key, end_key, rotate_key
from countersign.people.bindings import (
    REBINDING_DELAY,
    Binding,
    BoundKey,
    IdentityLevel,
    Reason,
    Role,
    Voucher,
)
from countersign.people.cards import Card, add_card, callers_of, find_card
from countersign.people.chain import read_chain, windows
from countersign.people.challenge import Try, accept_answer, make_challenge, spend_try
from countersign.people.handle import SCHEMES, Handle
from countersign.people.hub import Hub, make_hub, open_hub
from countersign.people.identity import (
    HUB_ID,
    bindings,
    bound_keys,
    ever_bound,
    identity_level,
    keep_binding,
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
from countersign.people.portable import (
    adopt_id_key,
    id_key_of,
    people_lines,
    restore_people,
)
from countersign.people.rebinding import (
    Notice,
    cancel_rebinding,
    mark_told,
    notice_text,
    notices,
    pending,
    rebind,
)
from countersign.people.revoke_code import (
    fresh_code,
    read_revoke,
    revoke_key,
    revoke_statement,
)
from countersign.people.vault import Vault, make_vault, open_vault

__all__ = [
    "HUB_ID",
    "REBINDING_DELAY",
    "SCHEMES",
    "Binding",
    "BoundKey",
    "Card",
    "Challenge",
    "Handle",
    "Hub",
    "IdentityLevel",
    "KeyRing",
    "Notice",
    "Person",
    "Reason",
    "Role",
    "Try",
    "Vault",
    "Voucher",
    "accept_answer",
    "add_card",
    "add_key",
    "add_person",
    "adopt_id_key",
    "answer_challenge",
    "attest_key",
    "bind_key",
    "bindings",
    "bound_keys",
    "callers_of",
    "cancel_rebinding",
    "challenge_text",
    "end_key",
    "ever_bound",
    "find_card",
    "find_person",
    "fresh_code",
    "handle_commitment",
    "handle_mark",
    "id_key_of",
    "identity_level",
    "keep_binding",
    "label_of",
    "make_challenge",
    "make_hub",
    "make_vault",
    "mark_told",
    "notice_text",
    "notices",
    "open_hub",
    "open_vault",
    "owner",
    "pending",
    "people",
    "people_lines",
    "read_chain",
    "read_revoke",
    "rebind",
    "restore_people",
    "revoke_key",
    "revoke_statement",
    "rotate_key",
    "spend_try",
    "tables",
    "windows",
]
