# SPDX-License-Identifier: Apache-2.0
"""The log room."""

__all__: list[str] = []
