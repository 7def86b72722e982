# SPDX-License-Identifier: Apache-2.0
"""The skill room."""

__all__: list[str] = []
