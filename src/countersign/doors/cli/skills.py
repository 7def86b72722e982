# SPDX-License-Identifier: Apache-2.0
"""Verbs."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
