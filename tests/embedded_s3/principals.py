"""Who sends a request: an account's root, a user with a policy, or nobody in particular."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .policies import Policy, parse_policy
from .process import ACCESS_KEY

OWNER_ACCOUNT = "111122223333"


@dataclass(frozen=True, slots=True)
class Principal:
    """`user` "": the account's root, who may do everything that nothing denies; else `policy` counts."""

    account: str
    user: str = ""
    policy: Policy | None = None

    @property
    def arn(self) -> str:
        """The name that policies and error messages use."""
        return f"arn:aws:iam::{self.account}:{f'user/{self.user}' if self.user else 'root'}"


NOTHING = Policy("", ())
OWNER = Principal(OWNER_ACCOUNT)
NOBODY = Principal("")


def principal_of(users: dict[str, Principal], access_key: str | None) -> Principal:
    """Who has an access key. One that this server was never told is the root's of an account of its own."""
    if access_key is None:
        return NOBODY
    if access_key == ACCESS_KEY:
        return OWNER
    known = users.get(access_key)
    return known or Principal(f"{int(sha256(access_key.encode()).hexdigest(), 16) % 10**12:012d}")


def new_user(access_key: str, policy: Any) -> Principal:
    """A user of the owner's account, named like the key; None: may do nothing. Raises MalformedPolicy."""
    return Principal(OWNER_ACCOUNT, access_key, parse_policy(json.dumps(policy), None) if policy else NOTHING)
