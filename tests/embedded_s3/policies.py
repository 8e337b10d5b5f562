"""Policies of buckets and of users: what a document says, and what it says to a request. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .policies_actions import ALL
from .policies_conditions import Conditions, MalformedPolicy, Values, is_like

ALLOW, DENY = "Allow", "Deny"
_VERSIONS = ("2008-10-17", "2012-10-17")
_ARN = "arn:aws:s3:::"
_PRINCIPAL = re.compile(r"\*|\d{12}|arn:aws:(?:iam|sts)::\w+:(?:root|(?:user|role|assumed-role)/.+)")
_FIELDS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"}
_FIELDS |= {"Resource", "NotResource", "Condition"}
SIZE_LIMIT = 20 * 1024
# With a fixed value for one of these a statement for everybody is not public.
_LIMITS_WHO = {"aws:sourceip", "aws:principalarn", "aws:principalaccount"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that somebody asks to do. `arn` and `account` are "" for nobody in particular."""

    account: str
    arn: str
    action: str
    resource: str
    values: Values


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `principals` None: it stands in a user's policy, and means that user."""

    effect: str
    principals: tuple[str, ...] | None
    not_principals: tuple[str, ...]
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: Conditions

    def applies(self, asked: Asked) -> bool:
        """Whether the statement is about what is asked."""
        return (
            self._is_about(asked)
            and _chosen(self.actions, self.not_actions, asked.action, ignore_case=True)
            and _chosen(self.resources, self.not_resources, asked.resource)
            and self.conditions.hold(asked.values)
        )

    def _is_about(self, asked: Asked) -> bool:
        if self.principals is None:
            return True
        if self.not_principals:
            return not any(is_principal(name, asked) for name in self.not_principals)
        return any(is_principal(name, asked) for name in self.principals)

    @property
    def is_public(self) -> bool:
        """Whether it allows everybody something."""
        everybody = self.principals is not None and "*" in self.principals
        return self.effect == ALLOW and everybody and not self.conditions.keys & _LIMITS_WHO


def is_principal(name: str, asked: Asked) -> bool:
    """Whether a name in a policy means who asks: everybody, an account or somebody in it, or exactly them."""
    if name == "*":
        return True
    account = name.removeprefix("arn:aws:iam::").removesuffix(":root")
    return (bool(asked.account) and asked.account == account) or name == asked.arn


def _chosen(
    patterns: tuple[str, ...], not_patterns: tuple[str, ...], text: str, ignore_case: bool = False
) -> bool:
    if not_patterns:
        return not any(is_like(text, pattern, ignore_case) for pattern in not_patterns)
    return any(is_like(text, pattern, ignore_case) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Policy:
    """A document, as it came and as it is understood."""

    text: str
    statements: tuple[Statement, ...]

    def decide(self, asked: Asked) -> str | None:
        """DENY if any statement denies it, else ALLOW if any allows it, else None."""
        effects = {statement.effect for statement in self.statements if statement.applies(asked)}
        return DENY if DENY in effects else ALLOW if effects else None

    @property
    def is_public(self) -> bool:
        """Whether everybody is allowed something."""
        return any(statement.is_public for statement in self.statements)


def parse_policy(text: str, bucket: str | None) -> Policy:
    """The policy of a bucket, or (None) of a user. Raises MalformedPolicy for anything not understood."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise MalformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    for name in document.keys() - {"Version", "Id", "Statement"}:
        raise MalformedPolicy(f"Unknown field {name}")
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise MalformedPolicy("The policy must contain a valid version string")
    statements = document.get("Statement")
    if not statements:
        raise MalformedPolicy("Missing required field Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return Policy(text, tuple(parse_statement(each, bucket) for each in listed))


def parse_statement(element: Any, bucket: str | None) -> Statement:
    """One statement. Raises MalformedPolicy."""
    if not isinstance(element, dict):
        raise MalformedPolicy("Statement is not a JSON object")
    for name in element.keys() - _FIELDS:
        raise MalformedPolicy(f"Unknown field {name}")
    if element.get("Effect") not in (ALLOW, DENY):
        raise MalformedPolicy(f"Invalid effect: {element.get('Effect')}")
    both = {name: _one_of(element, name, f"Not{name}") for name in ("Action", "Resource")}
    principals = not_principals = None
    if bucket is not None:
        principals, not_principals = _principals(element)
    elif {"Principal", "NotPrincipal"} & element.keys():
        raise MalformedPolicy("Policy document should not specify a principal.")
    for pattern in both["Action"][0] + both["Action"][1]:
        check_action(pattern, bucket)
    for pattern in both["Resource"][0] + both["Resource"][1]:
        check_resource(pattern, bucket)
    conditions = Conditions(element.get("Condition", {}))
    return Statement(
        element["Effect"], principals, not_principals or (), *both["Action"], *both["Resource"], conditions
    )


def _one_of(element: Mapping[str, Any], name: str, negated: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if (name in element) == (negated in element):
        raise MalformedPolicy(f"Missing required field {name}")
    return _texts(element.get(name, ())), _texts(element.get(negated, ()))


def _texts(value: Any) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else None
    if texts is None or not all(isinstance(text, str) for text in texts):
        raise MalformedPolicy("Policy has a value of a wrong type")
    if any("${" in text for text in texts):
        raise MalformedPolicy("Policy variables are not understood here")
    return texts


def _principals(element: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "NotPrincipal" in element and element["Effect"] == ALLOW:
        raise MalformedPolicy("Allow with NotPrincipal is not allowed.")
    if ("Principal" in element) == ("NotPrincipal" in element):
        raise MalformedPolicy("Missing required field Principal")
    given = element.get("Principal", element.get("NotPrincipal"))
    kinds = {"AWS": given} if given == "*" else given
    if not isinstance(kinds, Mapping) or kinds.keys() - {"AWS", "Service"}:
        raise MalformedPolicy("Invalid principal in policy")
    names = _texts(kinds.get("AWS", ()))  # services never ask here
    if not all(_PRINCIPAL.fullmatch(name) for name in names):
        raise MalformedPolicy("Invalid principal in policy")
    return (names, ()) if "Principal" in element else ((), names)


def check_action(pattern: str, bucket: str | None) -> None:
    """Raise MalformedPolicy for an action that S3 does not have; users' policies may name other services'."""
    if bucket is None and not pattern.lower().startswith("s3:"):
        return
    if not any(is_like(action, pattern, ignore_case=True) for action in ALL):
        raise MalformedPolicy("Policy has invalid action")


def check_resource(pattern: str, bucket: str | None) -> None:
    """Raise MalformedPolicy for what is no resource; in a bucket's policy for what is not in that bucket."""
    if bucket is None:
        valid = pattern == "*" or pattern.startswith("arn:")
    else:
        valid = pattern.startswith(_ARN) and is_like(bucket, pattern.removeprefix(_ARN).partition("/")[0])
    if not valid:
        raise MalformedPolicy("Policy has invalid resource")
