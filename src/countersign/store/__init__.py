# SPDX-License-Identifier: Apache-2.0
"""The store room."""

__all__: list[str] = []
