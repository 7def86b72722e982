# SPDX-License-Identifier: Apache-2.0
"""Limits from readable TOML, in the same words as a file of terms.

`[at_most]` and `[at_least]` name terms as a file of terms does; `never` and `always` are lists of
the closed words. What a file does not name it does not bound.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from countersign.errors import BadInput, CountersignError, NotFound
from countersign.terms.limits import Always, Limits, Never

MOST_BYTES = 64 * 1024
_PRESETS = Path(__file__).parent / "presets"
_EXAMPLES = {"floor": "floors/works-council.toml", "policy": "policies/company.toml"}
AT_MOST = {
    "purposes": "purposes",
    "audience": "audience",
    "sources": "sources",
    "kinds": "kinds",
    "delivery": "deliveries",
    "methods": "methods",
    "models": "models",
    "region": "regions",
    "endpoints": "endpoints",
    "term_days": "term_days_at_most",
    "callers_at_most": "callers_at_most",
    "hand_offs_per_week": "hand_offs_at_most",
}
"""How a term is called under `[at_most]`, and the limit that it sets."""
AT_LEAST = {
    "cooling_off_hours": "cooling_off_hours_at_least",
    "profile": "profile_at_least",
    "identity_at_least": "identity_at_least",
    "benefits": "benefits_at_least",
}
"""The same under `[at_least]`."""
LIMIT_FIELDS = frozenset({"at_most", "at_least", "never", "always"})


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises `NotFound`, and `BadInput` naming the file."""
    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise BadInput(f"{path.name} is too long.", remedy="Give a file of at most 64 KB.")
        return tomllib.loads(data.decode("utf-8"))
    except FileNotFoundError as e:
        raise NotFound(f"There is no file {path.name}.", remedy="Check the path.") from e
    except UnicodeDecodeError as e:
        raise BadInput(f"{path.name} is not UTF-8 text.", remedy="Save it as UTF-8.") from e
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        raise BadInput(
            f"{path.name} is not valid TOML.",
            why=str(e)[:200],
            remedy="Mend the line that is named.",
        ) from e
    except OSError as e:
        raise BadInput(f"{path.name} cannot be read.", why=e.strerror or type(e).__name__) from e


def check_fields(table: Mapping[str, Any], known: frozenset[str], name: str) -> None:
    """Raise `BadInput` for a field that is not among `known`: it could be a limit nobody keeps."""
    for field in sorted(set(table) - known):
        raise BadInput(
            f"{name}: '{field[:40]}' is not a field.",
            why="An unknown field could be a limit that this program does not keep.",
            remedy="Fields: " + ", ".join(sorted(known)) + ".",
        )


def read_limits(table: Mapping[str, Any], name: str) -> Limits:
    """Return the limits of a file of this name; raises `BadInput` naming file and field."""
    value: dict[str, Any] = {}
    for part, words in (("at_most", AT_MOST), ("at_least", AT_LEAST)):
        given = table.get(part, {})
        if not isinstance(given, Mapping):
            raise BadInput(f"{name}: '{part}' must be a table.", remedy=f"Write [{part}].")
        check_fields(given, frozenset(words), f"{name}, [{part}]")
        value |= {words[field]: _listed(found, field) for field, found in given.items()}
    for part, words_of in (("never", Never), ("always", Always)):
        if part in table:
            value[part] = table[part]
            if not isinstance(table[part], list):
                options = ", ".join(words_of)
                raise BadInput(f"{name}: '{part}' must be a list.", remedy=f"Words: {options}.")
    try:
        return Limits.from_value(_normal(value))
    except CountersignError as e:
        raise type(e)(f"{name}: {e.what}", why=e.why, remedy=e.remedy) from e


def _listed(found: Any, field: str) -> Any:
    """A delivery or region may be named alone where a list is meant."""
    return [found] if field in ("delivery", "region") and isinstance(found, str) else found


def _normal(value: dict[str, Any]) -> dict[str, Any]:
    """Sort what people wrote in any order; the record itself is read strictly."""
    kept = {}
    for field, found in value.items():
        if isinstance(found, list) and all(isinstance(v, str) for v in found):
            found = sorted(set(found))
            if not found and field in ("never", "always"):
                continue
        kept[field] = found
    least = kept.get("benefits_at_least")
    if isinstance(least, list) and all(isinstance(b, Mapping) for b in least):
        kept["benefits_at_least"] = sorted(least, key=_benefit_order)
    return kept


def _benefit_order(value: Mapping[str, Any]) -> tuple[str, ...]:
    amount = value.get("amount", 0)
    shown = f"{amount:015d}" if isinstance(amount, int) else str(amount)
    return (str(value.get("kind")), shown, str(value.get("currency")), str(value.get("period")))


def read_time(value: object, field: str, name: str) -> datetime | None:
    """Read a UTC time of TOML, None where it is not said; raises `BadInput`."""
    if value is None:
        return None
    right = isinstance(value, datetime) and value.utcoffset() is not None
    if not right or value.microsecond or value.utcoffset():  # type: ignore[attr-defined]
        raise BadInput(
            f"{name}: '{field}' is not a time in UTC with whole seconds.",
            remedy=f"For example {field} = 2027-01-01T00:00:00Z",
        )
    return value.astimezone(UTC)  # type: ignore[attr-defined, no-any-return]


def example_text(of: str) -> str:
    """Return the example file of a `floor` or a `policy` as people read it, comments included."""
    return (_PRESETS / _EXAMPLES[of]).read_text(encoding="utf-8")
