"""The Condition element: operators and keys. What is not known here is refused, never passed over."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

Values = Callable[[str], list[str]]  # a condition key in lower case -> its values in a request, [] without
Test = Callable[[str, str], bool]  # the value of a request, what the policy says


@lru_cache(65536)
def _pattern(text: str, flags: int) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), flags | re.DOTALL)


def is_like(value: str, pattern: str, ignore_case: bool = False) -> bool:
    """Whether a value fits a pattern with `*` and `?`."""
    return _pattern(pattern, re.IGNORECASE if ignore_case else 0).fullmatch(value) is not None


def _as_numbers(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted: compare(float(value), float(wanted))


def _is_in_network(value: str, network: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)


TESTS: dict[str, Test] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": is_like,
    "ArnEquals": is_like,
    "ArnLike": is_like,
    "NumericEquals": _as_numbers(lambda value, wanted: value == wanted),
    "NumericLessThan": _as_numbers(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _as_numbers(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _as_numbers(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _as_numbers(lambda value, wanted: value >= wanted),
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "IpAddress": _is_in_network,
}
# A condition that is the opposite of another one: true also where the request has no such key.
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
}
_ALL, _ANY, _IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"

HEADER_KEYS = {
    **{f"s3:{name}": name for name in ("if-match", "if-none-match")},
    **{
        f"s3:x-amz-{name}": f"x-amz-{name}"
        for name in (
            *("acl", "copy-source", "metadata-directive", "storage-class", "server-side-encryption"),
            *("server-side-encryption-aws-kms-key-id", "server-side-encryption-customer-algorithm"),
            *("website-redirect-location", "content-sha256", "grant-full-control", "grant-read"),
            *("grant-write", "grant-read-acp", "grant-write-acp"),
        )
    },
    "s3:object-lock-mode": "x-amz-object-lock-mode",
    "s3:object-lock-legal-hold": "x-amz-object-lock-legal-hold",
    "aws:referer": "Referer",
    "aws:useragent": "User-Agent",
}
QUERY_KEYS = {f"s3:{name}": name for name in ("prefix", "delimiter", "max-keys")}
OTHER_KEYS = {
    *("s3:versionid", "s3:requestobjecttagkeys"),
    *("aws:username", "aws:principalarn", "aws:principalaccount", "aws:securetransport", "aws:sourceip"),
}
TAG_KEYS = ("s3:existingobjecttag/", "s3:requestobjecttag/")


class MalformedPolicy(ValueError):
    """What is wrong with a policy, in AWS's words."""


class Conditions:
    """A Condition element. Raises MalformedPolicy, in AWS's words, for what no policy may say here."""

    def __init__(self, element: Any) -> None:
        if not isinstance(element, Mapping):
            raise MalformedPolicy("Conditions must be a JSON object")
        self.tests: list[tuple[str, str, tuple[str, ...]]] = []  # operator, key in lower case, values
        for operator, keys in element.items():
            check_operator(operator)
            if not isinstance(keys, Mapping):
                raise MalformedPolicy(f"Invalid Condition: {operator}")
            for key, values in keys.items():
                check_key(key)
                listed = values if isinstance(values, list) else [values]
                self.tests.append((operator, key.lower(), tuple(map(as_text, listed))))

    def hold(self, values: Values) -> bool:
        """Whether a request with these values meets every condition."""
        return all(holds(operator, values(key), wanted) for operator, key, wanted in self.tests)

    @property
    def keys(self) -> set[str]:
        """The condition keys that count, in lower case."""
        return {key for _, key, _ in self.tests}


def as_text(value: Any) -> str:
    """A JSON value as the text that requests are compared with."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise MalformedPolicy("Invalid Condition value")
    return str(value)


def bare(operator: str) -> str:
    """An operator without ForAllValues:, ForAnyValue: and IfExists."""
    return operator.removeprefix(_ALL).removeprefix(_ANY).removesuffix(_IF_EXISTS)


def check_operator(operator: str) -> None:
    """Raise MalformedPolicy for an operator that is not known here."""
    if bare(operator) not in {*TESTS, *NEGATED} and operator != "Null":
        raise MalformedPolicy(f"Invalid Condition type : {operator}")


def check_key(key: str) -> None:
    """Raise MalformedPolicy for a condition key that is not known here."""
    name = key.lower()
    if name not in {*HEADER_KEYS, *QUERY_KEYS, *OTHER_KEYS} and not name.startswith(TAG_KEYS):
        raise MalformedPolicy(f"Policy has an invalid condition key: {key}")


def holds(operator: str, values: list[str], wanted: Iterable[str]) -> bool:
    """Whether one condition is met by the values that a request has for its key."""
    wanted = tuple(wanted)
    if operator == "Null":
        return any((text == "true") == (not values) for text in wanted)
    name = bare(operator)
    test = TESTS[NEGATED.get(name, name)]

    def passes(value: str) -> bool:
        return any(safely(test, value, text) for text in wanted) != (name in NEGATED)

    if operator.startswith(_ALL):
        return all(map(passes, values))
    if not values:
        return name in NEGATED or operator.endswith(_IF_EXISTS)
    return any(map(passes, values))


def safely(test: Test, value: str, wanted: str) -> bool:
    """The test's answer; no where the values are no numbers or addresses."""
    try:
        return test(value, wanted)
    except ValueError:
        return False
