# SPDX-License-Identifier: Apache-2.0
"""Connections, transactions, migrations and the keyed token index. Knows no domain words."""

from countersign.store.database import Database, fetch
from countersign.store.index import Entry, Hit, TokenIndex
from countersign.store.metadata import hub_tables, key_tables, vault_tables
from countersign.store.migrate import HEADS, HISTORIES, config, revision, upgrade
from countersign.store.tokens import tokens

__all__ = [
    "HEADS",
    "HISTORIES",
    "Database",
    "Entry",
    "Hit",
    "TokenIndex",
    "config",
    "fetch",
    "hub_tables",
    "key_tables",
    "revision",
    "tokens",
    "upgrade",
    "vault_tables",
]
