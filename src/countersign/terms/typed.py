# SPDX-License-Identifier: Apache-2.0
"""Whether a value holds what its fields' types say, down to each member of a set.

`decide` looks at a field only where a gate compares it, so a value that holds something else in
another field must not exist: the dataclasses it reads check themselves by `require_types` when they
are made, and a request, which comes from outside, is checked by `fits` (clause 33).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Set
from datetime import datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from countersign.errors import BadInput

_Check = Callable[[object], bool]


def fits(value: object) -> bool:
    """Tell whether each field of a dataclass value holds what its type says."""
    return all(check(getattr(value, name)) for name, check in _checks(type(value)))


def require_types(value: object) -> None:
    """Raise `BadInput`, naming the field, unless `fits`."""
    for name, check in _checks(type(value)):
        if not check(getattr(value, name)):
            raise BadInput(
                f"{type(value).__name__.lower()}: '{name}' holds what no such field can.",
                why="A value of another type could be compared in no gate, and so allow something.",
                remedy="This is a defect of the program that made it; please report it.",
            )


def _checks(of: type) -> tuple[tuple[str, _Check], ...]:
    found = _KNOWN.get(of)
    if found is None:
        found = _KNOWN[of] = tuple((n, _check(hint)) for n, hint in get_type_hints(of).items())
    return found


_KNOWN: dict[type, tuple[tuple[str, _Check], ...]] = {}


def _check(hint: Any) -> _Check:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        either = [_check(one) for one in inner]
        return lambda value: any(check(value) for check in either)
    if origin in (frozenset, Set) or origin is tuple:
        member = _check(inner[0])
        return lambda value: isinstance(value, origin) and all(map(member, value))
    if hint is datetime:
        return lambda value: isinstance(value, datetime) and value.utcoffset() is not None
    if hint in (bool, int):
        return lambda value: type(value) is hint
    plain = getattr(hint, "__supertype__", hint)
    return lambda value: isinstance(value, plain)
