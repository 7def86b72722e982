# SPDX-License-Identifier: Apache-2.0
"""The sources room."""

__all__: list[str] = []
