"""Faults on request: which requests meet one, and what is decided about them then. Knows no sockets.

A kind of fault is a name, and `-before` or `-after`: whether the request is carried out first.

    SlowDown, InternalError, ...  any of S3's error codes in errors.py
    reset                         the connection is reset
    timeout                       no reply ever comes; the connection stays open
    drip                          the reply comes, a few bytes at a time
    cut                           the reply ends in the middle of its body, whatever length it promised
    cut-chunked                   the same in chunked encoding
    error-in-200                  status 200, and a document that says <Error>
    empty                         status 200, and nothing else

A reply that is spoiled on its way (drip, cut) is always that of a request that was carried out; the others
mean `-before` where nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from .errors import CODES, S3Error
from .markup import parse
from .request import Reply, Request
from .routes import OPERATIONS

INSIDE = "DeleteObjects/key"  # stands for an operation: one key of a DeleteObjects, whose others are done
SPOILED = ("drip", "cut", "cut-chunked")
SENT_WRONGLY = ("reset", "timeout", *SPOILED)
KINDS = (*SENT_WRONGLY, "error-in-200", "empty")
# What may differ between two runs of a test: ids come in the order in which requests arrive.
_NOT_IN_IDENTITY = ("versionId", "version-id-marker")


class Kind(NamedTuple):
    """A kind of fault: `name` is one of KINDS or an error code."""

    name: str
    after: bool

    def __str__(self) -> str:
        return f"{self.name}-{'after' if self.after else 'before'}"


def kind_of(text: str) -> Kind:
    """The kind that a test names. Raises ValueError."""
    name = text.removesuffix("-before").removesuffix("-after")
    kind = Kind(name, text.endswith("-after") or name in SPOILED)
    if name not in KINDS and name not in CODES:
        raise ValueError(f"no kind of fault: {text}")
    if text.endswith("-before") and kind.after:
        raise ValueError(f"{text}: there is a reply to spoil only after the request was carried out")
    return kind


class Met(NamedTuple):
    """The fault that a request has met, with what sending it needs."""

    kind: Kind
    code: str  # of the error inside a 200
    seconds: float  # that a reply takes to drip


@dataclass
class Fault:
    """One fault that was asked for. It is met by the requests that match it, counted from 1:

    at: those with these numbers; else times: the first so many; else probability: that share of them, chosen
    by a hash of `seed`, of what is asked for, and of how often that was asked before, so that the order in
    which requests arrive changes nothing; else all. Several kinds take turns, or the hash chooses.
    """

    kinds: list[Kind]
    operation: str | None = None  # None: any
    at: list[int] = field(default_factory=list)
    times: int | None = None
    probability: float | None = None
    seed: int | None = None
    bucket: str | None = None
    key: str | None = None
    prefix: str | None = None  # of a key, or of a listing
    skip: int = 0  # so many requests that match are passed over, and not counted
    code: str = "InternalError"
    seconds: float = 0.2
    matched: int = field(init=False)
    hits: list[int] = field(default_factory=list)
    _asked: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.matched = -self.skip

    def check(self) -> None:
        """Raise ValueError for what cannot be, or could never be met."""
        if self.operation is not None and self.operation not in {INSIDE, *OPERATIONS}:
            raise ValueError(f"no operation {self.operation}")
        if self.operation == INSIDE and any(kind.name in KINDS or kind.after for kind in self.kinds):
            raise ValueError(f"{INSIDE} takes error codes only, before")
        if sum(bool(each) for each in (self.at, self.times, self.probability)) > 1 or not self.kinds:
            raise ValueError("at least one kind, and at most one of at, times, probability")
        if self.probability is not None and (self.seed is None or not 0 < self.probability <= 1):
            raise ValueError("a probability above 0, at most 1, with a seed")
        if any(number < 1 for number in self.at) or self.skip < 0 or self.code not in CODES:
            raise ValueError("requests are counted from 1, and the code is one of S3's")

    def meets(self, identity: tuple[Any, ...], keys: list[str]) -> Met | None:
        """Count a request that this fault is about; what it meets, if it does."""
        if not self._is_about(identity[1], keys):
            return None
        self.matched += 1
        turn = len(self.hits)
        if self.matched <= 0:
            return None
        if self.at:
            chosen = self.matched in self.at
        elif self.probability is not None:
            chosen, turn = self._drawn(identity)
        else:
            chosen = self.times is None or self.matched <= self.times
        return Met(self.kinds[turn % len(self.kinds)], self.code, self.seconds) if chosen else None

    def _is_about(self, bucket: str, keys: list[str]) -> bool:
        return (
            self.bucket in (None, bucket)
            and (self.key is None or self.key in keys)
            and (self.prefix is None or any(key.startswith(self.prefix) for key in keys))
        )

    def _drawn(self, identity: tuple[Any, ...]) -> tuple[bool, int]:
        """By the hash: whether it is met, and a number that chooses the kind."""
        what = sha256(ascii((self.seed, identity)).encode()).digest()
        before = self._asked.get(what, 0)
        self._asked[what] = before + 1
        drawn = sha256(what + before.to_bytes(8, "big")).digest()
        return int.from_bytes(drawn[:8], "big") < (self.probability or 0) * 2**64, drawn[8]

    def told(self) -> dict[str, Any]:
        """What was asked for, what came of it, and `missing`: what was to be met and was not ("" for nothing)."""
        names = ("operation", "at", "times", "probability", "seed", "bucket", "key", "prefix")
        asked = {name: getattr(self, name) for name in names if getattr(self, name) not in (None, [])}
        kinds = [str(kind) for kind in self.kinds]
        came = {"matched": self.matched + self.skip, "hits": len(self.hits), "missing": self._missing()}
        return {"kinds": kinds, **asked, **came}

    def _missing(self) -> str:
        numbers = sorted({*(self.at or range(1, (self.times or 0) + 1))} - {*self.hits})
        came = f"{max(self.matched, 0)} that came"
        if numbers:
            return f"request {', '.join(map(str, numbers))} of {came}"
        return "" if self.hits else f"any of {came}"


class Faults:
    """All that were asked for; a request meets the first that is about it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, asked: dict[str, Any]) -> None:
        """Take a fault as control.py describes it. Raises ValueError or TypeError."""
        kinds = [kind_of(text) for text in asked.pop("kinds")]
        fault = Fault(kinds, **asked)
        fault.check()
        self._faults.append(fault)

    def told(self) -> list[dict[str, Any]]:
        """Every fault, see Fault.told."""
        return [fault.told() for fault in self._faults]

    def met_by(self, request: Request) -> Met | None:
        """The fault that a request meets, if any."""
        if not self._faults:
            return None
        keys = list(keys_of(request))
        query = sorted(item for item in request.query.items() if item[0] not in _NOT_IN_IDENTITY)
        return self._first((request.operation, request.bucket, *query, *keys), keys)

    def check_key(self, bucket: str, key: str) -> None:
        """Raise S3Error if one key of a DeleteObjects meets a fault."""
        met = self._first((INSIDE, bucket, key), [key]) if self._faults else None
        if met:
            raise S3Error(met.kind.name)

    def _first(self, identity: tuple[Any, ...], keys: list[str]) -> Met | None:
        """Every fault counts the request, and the first that wants it has it."""
        first = None
        for fault in self._faults:
            every = fault.operation is None and identity[0] != INSIDE
            met = fault.meets(identity, keys) if every or fault.operation == identity[0] else None
            if met and not first:
                first = met
                fault.hits.append(fault.matched)
        return first


def keys_of(request: Request) -> Iterator[str]:
    """The keys that a request names; of a listing its prefix."""
    if request.operation == "DeleteObjects":
        try:
            objects = parse(request.body).children("Object")
        except ValueError:
            return
        yield from (item.child_text("Key") or "" for item in objects)
    else:
        yield request.key or request.query.get("prefix", "")


def spoil(reply: Reply, met: Met, request_id: str) -> Reply:
    """The reply that goes out instead, where the fault is in what it says; else it is marked for sending.py."""
    if met.kind.name == "error-in-200":
        document = S3Error(met.code).document(request_id, "/")
        return Reply(200, {"Content-Type": "application/xml"}, document)
    if met.kind.name == "empty":
        return Reply(200)
    if met.kind.name in SENT_WRONGLY:
        reply.fault = met
    return reply


def is_sent(reply: Reply) -> bool:
    """Whether the client gets anything of a reply."""
    return reply.fault is None or reply.fault.kind.name not in ("reset", "timeout")
