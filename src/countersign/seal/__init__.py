# SPDX-License-Identifier: Apache-2.0
"""The seal room."""

__all__: list[str] = []
