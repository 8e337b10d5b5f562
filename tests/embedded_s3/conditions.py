"""Conditional requests: what holds, and what is refused when it does not."""

from collections.abc import Mapping

from .errors import S3Error
from .history import Entry
from .request import Request
from .state import SOURCE_OF_A_COPY, Bucket, Store
from .times import parse_http_date

READ = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
COPY_SOURCE = tuple(f"x-amz-copy-source-{name}" for name in READ)


def etag_matches(condition: str, entry: Entry) -> bool:
    """Whether an entry has one of the ETags of a condition (quotes or not, `*`: any)."""
    names = {part.strip().removeprefix("W/").strip('"') for part in condition.split(",")}
    return "*" in names or entry.etag in names


def _failing(
    headers: Mapping[str, str], names: tuple[str, ...], entry: Entry, now: int
) -> tuple[str | None, bool]:
    """The header of four that does not hold, and whether it is of the kind that means "not modified".

    As in RFC 7232: a time counts only where the ETag condition of its kind was not sent.  S3 takes times
    to the second, and ignores what is no date, or a "modified since" in the future.
    """
    match, none_match, modified_since, unmodified_since = names
    changed = entry.last_modified // 1000
    if match in headers:
        if not etag_matches(headers[match], entry):
            return match, False
    elif unmodified_since in headers:
        moment = parse_http_date(headers[unmodified_since])
        if moment is not None and changed > moment:
            return unmodified_since, False
    if none_match in headers:
        if etag_matches(headers[none_match], entry):
            return none_match, True
    elif modified_since in headers:
        moment = parse_http_date(headers[modified_since])
        if moment is not None and changed <= moment <= now // 1000:
            return modified_since, True
    return None, False


def check_read(request: Request, entry: Entry, now: int, headers: dict[str, str]) -> None:
    """Raise S3Error: 412, or 304 with `headers`, when a GET or HEAD of `entry` is not to be answered."""
    name, not_modified = _failing(request.headers, READ, entry, now)
    if name and not_modified:
        raise S3Error("NotModified", "Not Modified", status=304, headers=headers)
    if name:
        raise S3Error("PreconditionFailed", Condition=name)


def check_copy_source(store: Store, request: Request, entry: Entry) -> None:
    """Raise S3Error PreconditionFailed when `entry` is not to be copied."""
    if SOURCE_OF_A_COPY in store.settings.ignored_conditions:
        return
    name, _ = _failing(request.headers, COPY_SOURCE, entry, store.now())
    if name:
        raise S3Error("PreconditionFailed", Condition=name)


def check_write(store: Store, request: Request, bucket: Bucket, key: str) -> None:
    """If-Match and If-None-Match of a write: about what a reader sees at its key now.

    A current delete marker counts as absent. Raises S3Error PreconditionFailed, NoSuchKey (If-Match on
    what is not there), NotImplemented (what S3 does not take: If-None-Match of an ETag, If-Match of `*`,
    both).
    """
    if request.operation in store.settings.ignored_conditions:
        return
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    entry = bucket.current_version(key)
    if match is not None and none_match is not None:
        both = "Multiple conditional request headers present in the request"
        raise S3Error("NotImplemented", Header="If-Match,If-None-Match", additionalMessage=both)
    for name, value, refused in (
        ("If-None-Match", none_match, none_match != "*"),
        ("If-Match", match, match == "*"),
    ):
        if value is not None and refused:
            about = f"We don't accept the provided value of {name} header for this API"
            raise S3Error("NotImplemented", Header=name, additionalMessage=about)
    if none_match is not None and entry is not None:
        raise S3Error("PreconditionFailed", Condition="If-None-Match")
    if match is not None:
        if entry is None:
            raise S3Error("NoSuchKey", Key=key)
        if not etag_matches(match, entry):
            raise S3Error("PreconditionFailed", Condition="If-Match")


def check_delete(condition: str | None, bucket: Bucket, key: str) -> None:
    """If-Match of a delete: about the current version, also when another one is to be deleted by its id.

    Raises S3Error PreconditionFailed, NoSuchKey where there is no current version.
    """
    if condition is not None:
        entry = bucket.current_version(key)
        if entry is None:
            raise S3Error("NoSuchKey", Key=key)
        if not etag_matches(condition, entry):
            raise S3Error("PreconditionFailed", Condition="If-Match")
