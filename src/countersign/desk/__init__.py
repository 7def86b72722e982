# SPDX-License-Identifier: Apache-2.0
"""The desk room."""

__all__: list[str] = []
