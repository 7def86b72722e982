# SPDX-License-Identifier: Apache-2.0
"""Fill a template from values of which it may not have all: what it has no blank for is left out."""

from __future__ import annotations

from collections.abc import Mapping

from countersign.terms.text.templates import Value, blanks, render


def filled(template: str, values: Mapping[str, Value], lang: str) -> str:
    """Return a template as Markdown in `lang`, filled from those `values` that it has blanks for."""
    known = blanks(template, lang)
    return render(template, {name: v for name, v in values.items() if name in known}, lang)
