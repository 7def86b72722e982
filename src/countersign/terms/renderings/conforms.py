# SPDX-License-Identifier: Apache-2.0
"""Check a record against one of our own JSON Schemas (2020-12), without another program.

Knows only the keywords that our schemas use and refuses a schema with any other, so nothing is ever
passed over in silence. Tests compare it with an independent implementation on every fixture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countersign.errors import Internal
from countersign.terms.renderings.packaged import schema

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
_SILENT = frozenset({"$schema", "$id", "$defs", "title", "description", "$comment", "then"})


def nonconforming(value: Any, name: str) -> list[str]:
    """Return where and why a value is not what the schema `name` says; empty if it is."""
    whole = schema(name)
    return [f"{at or '/'}: {why}" for at, why in _check(value, whole, whole, "")]


def _check(
    value: Any, rule: Mapping[str, Any] | bool, whole: Any, at: str
) -> Iterator[tuple[str, str]]:
    if isinstance(rule, bool):
        if not rule:
            yield at, "nothing may stand here"
        return
    for keyword, said in rule.items():
        if keyword in _SILENT:
            continue
        checker = _KEYWORDS.get(keyword)
        if checker is None:
            raise Internal("A schema of ours uses a keyword that is not checked.", why=keyword)
        yield from checker(_Node(value, rule, whole, at), said)


@dataclass(frozen=True, slots=True)
class _Node:
    """A value at a place, the rule that stands for it, and the whole schema."""

    value: Any
    rule: Any
    whole: Any
    at: str


_Found = Iterator[tuple[str, str]]


def _type(n: _Node, said: Any) -> _Found:
    names = said if isinstance(said, list) else [said]
    if not any(_TYPES[name](n.value) for name in names):
        yield n.at, f"is no {' or '.join(names)}"


def _const(n: _Node, said: Any) -> _Found:
    if not _equal(n.value, said):
        yield n.at, "is another value than the one it must be"


def _enum(n: _Node, said: Any) -> _Found:
    if not any(_equal(n.value, one) for one in said):
        yield n.at, "is none of the values it may be"


def _equal(a: Any, b: Any) -> bool:
    """Compare as JSON does: `true` is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
    return bool(a == b)


def _required(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, dict):
        yield from ((n.at, f"lacks {name}") for name in said if name not in n.value)


def _properties(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, dict):
        for name, inner in said.items():
            if name in n.value:
                yield from _check(n.value[name], inner, n.whole, f"{n.at}/{name}")


def _additional(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, dict):
        for name in n.value.keys() - n.rule.get("properties", {}).keys():
            yield from _check(n.value[name], said, n.whole, f"{n.at}/{name!a}")


def _pattern(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, str) and not re.search(said, n.value):
        yield n.at, "has not the form it must have"


def _items(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, list):
        first = len(n.rule.get("prefixItems", ()))
        for place, inner in enumerate(n.value[first:], first):
            yield from _check(inner, said, n.whole, f"{n.at}/{place}")


def _prefix(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, list):
        for place, (inner, one) in enumerate(zip(n.value, said, strict=False)):
            yield from _check(inner, one, n.whole, f"{n.at}/{place}")


def _contains(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, list) and not any(_fits(inner, said, n.whole) for inner in n.value):
        yield n.at, "lacks an entry that it must have"


def _unique(n: _Node, said: Any) -> _Found:
    v = n.value
    if said and isinstance(v, list) and any(_equal(a, b) for k, a in enumerate(v) for b in v[:k]):
        yield n.at, "holds an entry twice"


def _at_least(n: _Node, said: Any) -> _Found:
    if isinstance(n.value, int) and not isinstance(n.value, bool) and n.value < said:
        yield n.at, f"is below {said}"


def _length(kind: type, most: bool) -> Callable[..., _Found]:
    def check(n: _Node, said: Any) -> _Found:
        if isinstance(n.value, kind) and (len(n.value) > said if most else len(n.value) < said):  # type: ignore[arg-type]
            yield n.at, f"has {'more' if most else 'fewer'} than {said}"

    return check


def _ref(n: _Node, said: Any) -> _Found:
    inner = n.whole
    for step in said.removeprefix("#").split("/")[1:]:
        inner = inner[step]
    yield from _check(n.value, inner, n.whole, n.at)


def _all_of(n: _Node, said: Any) -> _Found:
    for inner in said:
        yield from _check(n.value, inner, n.whole, n.at)


def _one_of(n: _Node, said: Any) -> _Found:
    if sum(_fits(n.value, inner, n.whole) for inner in said) != 1:
        yield n.at, "fits none of its forms, or more than one"


def _any_of(n: _Node, said: Any) -> _Found:
    if not any(_fits(n.value, inner, n.whole) for inner in said):
        yield n.at, "fits none of its forms"


def _not(n: _Node, said: Any) -> _Found:
    if _fits(n.value, said, n.whole):
        yield n.at, "is what it must not be"


def _if(n: _Node, said: Any) -> _Found:
    if _fits(n.value, said, n.whole):
        yield from _check(n.value, n.rule.get("then", True), n.whole, n.at)


def _fits(v: Any, rule: Any, whole: Any) -> bool:
    return next(_check(v, rule, whole, ""), None) is None


_KEYWORDS: dict[str, Callable[..., _Found]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "pattern": _pattern,
    "items": _items,
    "prefixItems": _prefix,
    "contains": _contains,
    "uniqueItems": _unique,
    "minimum": _at_least,
    "minItems": _length(list, most=False),
    "maxItems": _length(list, most=True),
    "minLength": _length(str, most=False),
    "$ref": _ref,
    "allOf": _all_of,
    "oneOf": _one_of,
    "anyOf": _any_of,
    "not": _not,
    "if": _if,
}
