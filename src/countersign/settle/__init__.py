# SPDX-License-Identifier: Apache-2.0
"""The settle room."""

__all__: list[str] = []
