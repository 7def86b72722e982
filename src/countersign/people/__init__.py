# SPDX-License-Identifier: Apache-2.0
"""People, the handles that are theirs, their keys, and the two stores a home holds."""

from countersign.people.handle import SCHEMES, Handle

__all__ = ["SCHEMES", "Handle"]
