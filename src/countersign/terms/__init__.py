# SPDX-License-Identifier: Apache-2.0
"""Terms that a person signs, and the one function that decides by them."""

from countersign.terms.words import Kind

__all__ = ["Kind"]
