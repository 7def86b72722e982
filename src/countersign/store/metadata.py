# SPDX-License-Identifier: Apache-2.0
"""The three sets of tables; each room adds its own in its `tables.py`."""

from __future__ import annotations

import sqlalchemy as sa

vault_tables = sa.MetaData()
"""A person's own store: traces, claims before release, decisions, portfolio."""

hub_tables = sa.MetaData()
"""The shared store: offers, signatures, released claims (sealed), receipts, log."""

key_tables = sa.MetaData()
"""Wrapped keys, apart from the hub so that a backup of the hub cannot be read."""
