"""What S3 keeps of a version, what a copy of it reads as, and what tells two versions apart: from S3's rules alone."""

from typing import NamedTuple

GIB = 1024**3
LARGEST_COPY = 5 * GIB
NOT_IN_XML = {*map(chr, range(0x20)), "\ufffe", "\uffff"} - {*"\t\n\r"}
OWN_KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")


class Encryption(NamedTuple):
    """How S3 encrypts a version."""

    kind: str = "AES256"
    key: str = ""  # of KMS
    bucket_key: bool = False


class Version(NamedTuple):
    """A version: `name` and `size` stand for its bytes."""

    name: str
    size: int
    encryption: Encryption = Encryption()
    storage_class: str = "STANDARD"
    is_archived: bool = False  # and so cannot be read
    parts: tuple | None = ()  # their sizes, where it was uploaded in parts; None: nobody knows
    checksum: str = ""  # its algorithm, where one is stored
    checksum_type: str = "FULL_OBJECT"
    headers: tuple = ()
    metadata: tuple = ()
    tags: tuple = ()


class Wish(NamedTuple):
    """What the user says of copies; None: as the version itself is. An encryption without a key: any of KMS's."""

    storage_class: str | None = None
    encryption: Encryption | None = None


AS_IT_IS = Wish()


def copied(version, wish=AS_IT_IS):
    """What stands there after a copy. What had to be thawed would not be readable in its own class."""
    own_class = "STANDARD" if version.storage_class in ARCHIVES else version.storage_class
    in_parts = version.size > LARGEST_COPY
    return version._replace(
        storage_class=wish.storage_class or own_class,
        encryption=chosen(wish.encryption) or version.encryption,
        is_archived=(wish.storage_class or own_class) in ARCHIVES,
        parts=None if in_parts else (),
        checksum=version.checksum or ("CRC64NVME" if in_parts else ""),  # which S3 stores by itself
        checksum_type=version.checksum_type if in_parts else "FULL_OBJECT",
    )


def chosen(encryption):
    """What stands there after such a wish: without a key, S3's own of KMS."""
    needs_key = encryption and encryption.kind != "AES256" and not encryption.key
    return encryption._replace(key=OWN_KEY) if needs_key else encryption


def is_as_wished(encryption, wish, other):
    """Is something encrypted as a copy of what has that encryption would be?"""
    if wish.encryption is None:
        return encryption == other
    return wish.encryption.kind == other.kind and wish.encryption.key in ("", other.key)


def obstacle(version, key):
    """The status of a version that cannot be copied to a key; None: it can be.

    An upload in parts begins with a reply in XML that repeats the key.
    """
    if version.encryption.kind == "SSE-C":
        return "failed"
    if version.is_archived:
        return "archived"
    return "failed" if version.size > LARGEST_COPY and NOT_IN_XML & {*key} else None


def is_plain(version):
    """Is its ETag the MD5 of its bytes?"""
    return version.parts == () and version.encryption.kind == "AES256"


def has_etag_of(one, other):
    """Have two versions the same ETag?"""
    alike = (one.name, one.size, one.parts) == (other.name, other.size, other.parts)
    return alike and one.parts is not None and {one.encryption.kind, other.encryption.kind} == {"AES256"}


def has_same_bytes(one, other):
    """Have they the same bytes, as far as S3 tells? None: it does not."""
    stores = {(one.checksum, one.checksum_type), (other.checksum, other.checksum_type)}
    if one.size == other.size and one.checksum and stores == {(one.checksum, "FULL_OBJECT")}:
        return one.name == other.name
    if one.size != other.size or (is_plain(one) and is_plain(other)):
        return (one.name, one.size) == (other.name, other.size)
    return has_etag_of(one, other) or None


def is_copy(version, wish, other):
    """Does `other` read as a copy of the version would, in its class or the copy's? None: nothing tells."""
    wanted = copied(version, wish)
    beside = ("headers", "metadata", "tags")
    if any(getattr(version, name) != getattr(other, name) for name in beside):
        return False
    if not is_as_wished(version.encryption, wish, other.encryption):
        return False
    is_of_class = other.storage_class in (version.storage_class, wanted.storage_class)
    return has_same_bytes(version, other) if is_of_class else False
