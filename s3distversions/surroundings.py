"""What the buckets' settings mean for a run: lifecycle rules, locks, encryption, websites. Reads only.

None of it stops a run: what may not be asked, or fails, is a warning; what a server does not know is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions import carried, lifecycle
from s3distversions.client import code
from s3distversions.errors import S3Error
from s3distversions.model import Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.replies import answer
from s3distversions.words import count

# What S3 answers where a bucket has no such setting, and servers that have no such settings at all.
NONE_THERE = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchObjectLockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchWebsiteConfiguration",
}
UNKNOWN_THERE = {"NotImplemented", "MethodNotAllowed", "501", "405"}
AT_ONCE = 16  # versions of the sample
FEW_COPIES = 100  # at most; and as many versions are asked for as a sample of more


class Setting(NamedTuple):
    """A setting of a bucket, {} if it has none; or why it cannot be told."""

    value: dict[str, Any]
    error: str | None = None


def of_history(client: Any, parameters: Parameters, scope: Sequence[KeyRange], now: datetime) -> list[str]:
    """Return warnings of lifecycle rules that may have removed what the source's history should tell."""
    found = asked(client.get_bucket_lifecycle_configuration, parameters.src.bucket)
    if found.error:
        return [untold("s3:GetLifecycleConfiguration", "lifecycle rules may have removed versions", found)]
    rules = found.value.get("Rules", ())
    return list(lifecycle.warnings(rules, scope, parameters.restore_time, now))


def of_writes(client: Any, parameters: Parameters) -> list[str]:
    """Return the warning that every copy will be locked, where that is the written bucket's default."""
    found = asked(client.get_object_lock_configuration, parameters.written.bucket)
    if found.error:
        return [untold("s3:GetBucketObjectLockConfiguration", "new versions may be locked", found)]
    default = found.value.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if not default:
        return []
    span = count(default["Days"], "day") if "Days" in default else count(default.get("Years", 0), "year")
    bucket = f"s3://{parameters.written.bucket}"
    return [f"every version written to {bucket} is locked for {span}, mode {default.get('Mode')}"]


def is_each_asked(client: Any, parameters: Parameters, copies: int, sample: Sequence[Entry]) -> bool:
    """Must every version be asked, before it is copied, for what a plain copy would change?

    Not where the versions of a sample are encrypted as the written bucket encrypts by itself, which is as S3
    does by itself, and none redirects, in a bucket that is no website: copies are right without it then.
    copies: how many are planned; sample: the versions of some. Nothing is asked for a few copies.
    """
    if parameters.head_all or copies <= FEW_COPIES:
        return copies > 0
    website = asked(client.get_bucket_website, parameters.src.bucket)
    if website.error or website.value:
        return True
    if parameters.sse is None:
        encryption = asked(client.get_bucket_encryption, parameters.written.bucket)
        if encryption.error or default_of(encryption.value) not in (None, carried.S3_OWN):
            return True
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return not all(threads.map(partial(_is_as_default, client, parameters), sample[:FEW_COPIES]))


def default_of(configuration: dict[str, Any]) -> str | None:
    """Return the encryption that a bucket gives to what does not ask for one; None: none."""
    rules = configuration.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    return next((default.get("SSEAlgorithm") for default in defaults), None)


def _is_as_default(client: Any, parameters: Parameters, entry: Entry) -> bool:
    """Ask for a version whether a copy would read as it does; False where that cannot be told."""
    version = {"Bucket": parameters.src.bucket, "Key": entry.key, "VersionId": entry.version_id}
    try:
        return carried.is_as_default(parameters, answer(client.head_object, **version))
    except (ClientError, BotoCoreError, S3Error) as error:
        # One that is gone tells nothing; one that needs a customer's key cannot be copied anyhow.
        return isinstance(error, ClientError) and code(error) in ("404", "400")


def asked(call: Callable[..., Any], bucket: str) -> Setting:
    """Return the setting of a bucket that a client's method asks for."""
    try:
        reply = answer(call, Bucket=bucket)
    except ClientError as error:
        if code(error) in NONE_THERE | UNKNOWN_THERE:
            return Setting({})
        return Setting({}, f"{code(error)}: {error.response.get('Error', {}).get('Message')}")
    except (BotoCoreError, S3Error) as error:
        return Setting({}, str(error))
    return Setting({name: value for name, value in reply.items() if name != "ResponseMetadata"})


def untold(permission: str, what: str, found: Setting) -> str:
    """Return the warning that a setting may not be asked for."""
    return f"{what}, which cannot be told without {permission}: {found.error}"
