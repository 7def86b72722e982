"""Files as they should be, one set for each kind: what every defect is a single step away from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance import published as p
from conformance import world as w
from countersign.seal import Envelope, canonical, sign
from countersign.terms import Bundle, Delivery, preset_text

TRUST = ("--trust", "{dir}/trust.json")


@dataclass(frozen=True, slots=True)
class Twin:
    """A set of files that passes. `args` are the command line's, `{dir}` is where the files lie."""

    name: str
    kind: str
    what: str
    args: tuple[str, ...]
    files: Mapping[str, bytes]


BESIDE = {
    "agreement": ("grant.json", *w.TEXTS),
    "item": ("grant.json",),
    "rider": ("wide.json",),
    "undertaking": ("grant.json",),
    "assessment": ("grant.json",),
    "told": ("grant.json",),
    "leaving": ("grant.json",),
    "withdrawal": ("grant.json",),
    "withdrawal-part": ("grant.json",),
    "suspension": ("grant.json",),
    "resumption": ("grant.json",),
    "revoke": ("grant.json",),
    "deletion": ("grant.json", "freshness.json"),
    "usage": ("freshness.json",),
}
"""What a record builds on, where it cannot be checked alone."""
_WHAT = {
    "told": "a notice to representatives",
    "series": "a suspension by a representative",
    "series-lifted": "a suspension that both sides of the floor lifted",
    "revoke": "the binding of a code on paper",
    "delegation": "the log's delegation of its online key",
    "usage": "a usage statement",
    "deletion": "a deletion receipt",
    "joint": "terms that three people made together",
    "sheet": "a review sheet",
}


def twins() -> Iterator[Twin]:
    """Yield every set of files that passes."""
    for delivery in (Delivery.SERVED, Delivery.FOLDER):
        files = p.folder_of(p.released(delivery)[0])
        what = f"a package, {delivery.value}"
        yield _twin(f"package-{delivery.value}", "package", what, f"{{dir}}/{p.SKILL}", files)
    beside = p.folder_of(p.released(Delivery.SERVED)[0]) | {_name(_elsewhere()): _elsewhere()}
    yield _twin(
        "package-beside-a-withdrawal",
        "package",
        "a package beside the withdrawal of another grant",
        f"{{dir}}/{p.SKILL}",
        beside,
    )
    yield from _records()
    yield from _bundles()
    yield from _chains()
    yield from _logs()
    yield from _others()


def _twin(
    name: str, kind: str, what: str, path: str, files: Mapping[str, bytes], *more: str
) -> Twin:
    args = ("verify", path, *TRUST, *more, "--json")
    return Twin(name, kind, what, args, {"trust.json": w.trust().to_bytes(), **files})


def _elsewhere() -> bytes:
    """Return a withdrawal of another grant, properly signed."""
    return Bundle(record=sign(w.withdrawal(of=w.OTHER_GRANT), w.KEYS[w.LIN])).to_bytes()


def _name(bundle: bytes) -> str:
    return Bundle.of(bundle).name


def beside(*names: str) -> dict[str, bytes]:
    """Return the files that a record builds on."""
    known = {
        "grant.json": w.GRANT.to_bytes(),
        "wide.json": w.WIDE_GRANT.to_bytes(),
        "freshness.json": _freshness(),
        **w.TEXTS,
    }
    return {name: known[name] for name in names}


def _freshness() -> bytes:
    return p.released(Delivery.SERVED)[0].files["countersign/freshness.json"]


def _records() -> Iterator[Twin]:
    for name, envelope in w.records().items():
        needs = BESIDE.get(name, ())
        more = [x for need in needs for x in ("--with", f"{{dir}}/{need}")]
        files = {"record.json": envelope.to_bytes(), **beside(*needs)}
        what = _WHAT.get(name, f"a signed {name.replace('-', ' ')}")
        yield _twin(name, envelope.statement.kind, what, "{dir}/record.json", files, *more)
    log = p.released(Delivery.SERVED)[1]
    logged = {"record.json": w.GRANT.to_bytes(), "record.tlog-proof": log.proofs["grant"]}
    yield _twin("grant-logged", "grant", "a grant with its log proof", "{dir}/record.json", logged)
    package = p.released(Delivery.SERVED)[0]
    released = {"release.json": package.files["countersign/release.dsse.json"]}
    yield _twin(
        "release",
        "release",
        "a signed release",
        "{dir}/release.json",
        released | beside("grant.json"),
        "--with",
        "{dir}/grant.json",
    )
    fresh = released | beside("freshness.json")
    yield _twin(
        "freshness", "freshness", "a freshness of its release", "{dir}/freshness.json", fresh,
        "--with", "{dir}/release.json",
    )  # fmt: skip


def _bundles() -> Iterator[Twin]:
    for by in ("person", "code", "council"):
        what = f"a withdrawal file that stands alone, by {by}"
        files = {"withdrawal.json": w.bundle(by).to_bytes()}
        yield _twin(f"bundle-by-{by}", "withdrawal-file", what, "{dir}/withdrawal.json", files)


def chain_file(chain: tuple[Envelope, ...]) -> bytes:
    """Return a chain of key bindings as a file: a list, oldest first."""
    return canonical([e.to_value() for e in chain])


def _chains() -> Iterator[Twin]:
    for name, chain in {"rotated": w.lin_chain(), "rebound": w.kim_chain()}.items():
        what = f"a chain of key bindings with a {name} key"
        files = {"chain.json": chain_file(chain)}
        yield _twin(f"chain-{name}", "key-binding", what, "{dir}/chain.json", files)


def _logs() -> Iterator[Twin]:
    log = p.released(Delivery.SERVED)[1]
    both = p.cosigned(log.checkpoint, *p.WITNESSES)
    files = {f"log/{path}": data for path, data in log.files.items()}
    files |= {"log/checkpoint": both, "policy": p.policy().encode()}
    files["trust.json"] = w.trust().to_bytes()
    args = ("log", "verify", "{dir}/log", "--policy", "{dir}/policy", "--json")
    yield Twin("log-folder", "log", "a log's folder that two witnesses cosigned", args, files)
    seen = {"seen": log.checkpoint, **files}
    yield Twin(
        "log-grown",
        "log",
        "a log's folder beside a checkpoint kept from earlier",
        ("log", "verify", "{dir}/log", *TRUST, "--seen", "{dir}/seen", "--json"),
        seen,
    )
    yield _twin(
        "checkpoint",
        "checkpoint",
        "a log's checkpoint",
        "{dir}/checkpoint",
        {"checkpoint": log.checkpoint},
    )
    proof = {"grant.tlog-proof": log.proofs["grant"], **beside("grant.json")}
    yield _twin(
        "proof", "tlog-proof", "the log proof of a grant", "{dir}/grant.tlog-proof", proof,
        "--with", "{dir}/grant.json",
    )  # fmt: skip
    yield _twin("policy-of-witnesses", "tlog-policy", "a policy of logs and witnesses",
                "{dir}/policy", {"policy": p.policy().encode()})  # fmt: skip


def _others() -> Iterator[Twin]:
    for size, equal in (("one-size", True), ("two-sizes", False)):
        found = {"evidence.json": p.pretty(p.split_view(equal=equal))}
        what = "evidence that a log signed two histories"
        yield _twin(f"evidence-{size}", "evidence", what, "{dir}/evidence.json", found)
    for name, value in p.renderings().items():
        what = f"a {name.replace('-', ' ')} for other programs"
        yield _twin(name, "rendering", what, "{dir}/record.json", {"record.json": p.pretty(value)})
    terms = preset_text("my-team").encode()
    yield _twin("terms", "terms", "a file of terms", "{dir}/terms.toml", {"terms.toml": terms})
    for name, text in {"floor-file": FLOOR, "policy-file": POLICY}.items():
        yield _twin(
            name,
            "limits",
            f"a {name[:-5]} in TOML",
            "{dir}/limits.toml",
            {"limits.toml": text.encode()},
        )
    yield _twin(
        "trust",
        "trust",
        "a file of trusted keys",
        "{dir}/keys.json",
        {"keys.json": w.trust().to_bytes()},
    )


FLOOR = """series = "council"
version = 1
never = ["training", "persona"]

[at_most]
term_days = 180

[at_least]
cooling_off_hours = 48
"""
POLICY = """never = ["training"]

[at_most]
audience = ["team"]
callers_at_most = 20
"""
