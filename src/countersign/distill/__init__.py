# SPDX-License-Identifier: Apache-2.0
"""The distill room."""

__all__: list[str] = []
