"""Random versions with everything that S3 keeps of one; as lines to load, and as a dump tells them."""

from hashlib import md5, sha256

from tests.model_versions import ARCHIVES, GIB, LARGEST_COPY, OWN_KEY, Encryption, Version

OTHER_KEY = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
KMS = Encryption("aws:kms", OWN_KEY)
ENCRYPTIONS = (Encryption(),) * 4 + (KMS, KMS._replace(bucket_key=True), Encryption("aws:kms", OTHER_KEY))
ENCRYPTIONS += (Encryption("aws:kms:dsse", OWN_KEY), Encryption("SSE-C"))
CLASSES = ("STANDARD",) * 3 + ("STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING", *ARCHIVES)
CHECKSUMS = ("",) * 4 + ("CRC64NVME", "CRC32", "CRC32C")
NAMES = ("one", "two", "")  # contents: two of the same size, and none
HEADERS = (
    (("content-type", "text/plain"),),
    (("content-encoding", "gzip"), ("cache-control", "no-store")),
    (("content-disposition", 'attachment; filename="a b"'), ("content-language", "km")),
    (("expires", "Thu, 01 Dec 2033 16:00:00 GMT"),),
    (("expires", "0"),),  # which is no date, and means: at once
)
REDIRECT = "x-amz-website-redirect-location"
REDIRECTS = ((REDIRECT, "/elsewhere?a=b"),)
METADATA = ((("owner", "somebody"),), (("a-b", " spaces, too"), ("name", "\u00e9t\u00e9")))
TAGS = ((("team", "storage"),), (("a b", "c+d/e@f"), ("project", "")))


def random_versions(random, has_redirects=True):
    """Return a few versions, most of which differ in little."""
    base = random_version(random, has_redirects)
    near = [changed(random, base, has_redirects) for _ in range(random.randint(1, 3))]
    return [base, *near, random_version(random, has_redirects)]


def random_version(random, has_redirects):
    """Return a version: small, or as large as S3 keeps them, or about as large as it copies at once."""
    name, size = random.choice(NAMES), 0
    if random.random() < 0.2:
        name, size = (
            random.choice(("large", "huge")),
            random.choice((LARGEST_COPY, LARGEST_COPY + 1, 6 * GIB)),
        )
    version = Version(name, size or len(name))
    for _ in range(random.choice((0, 1, 2, 3))):
        version = changed(random, version, has_redirects)
    return whole(random, version)


def changed(random, version, has_redirects):
    """Return a version that differs in one thing, or in none."""
    what = random.choice(
        ("name", "encryption", "storage_class", "parts", "checksum", "headers", "metadata", "tags")
    )
    if what == "name":
        is_large = version.size > 3
        name = random.choice(("large", "huge") if is_large else NAMES)
        return whole(random, version._replace(name=name, size=version.size if is_large else len(name)))
    redirects = (REDIRECTS,) if has_redirects else ()
    values = {
        "encryption": ENCRYPTIONS,
        "storage_class": CLASSES,
        "parts": ((), (1, 2)),
        "checksum": CHECKSUMS,
        "headers": ((), *HEADERS, *redirects),
        "metadata": ((), *METADATA),
        "tags": ((), *TAGS),
    }
    return whole(random, version._replace(**{what: random.choice(values[what])}))


def whole(random, version):
    """Return the version with what follows from the rest of it."""
    parts = ()
    if version.size > LARGEST_COPY:  # of other sizes than any copy has
        parts = (LARGEST_COPY - 7, version.size - LARGEST_COPY + 7)
    elif version.parts and version.size:
        parts = (1, version.size - 1)
    kind = (
        random.choice(("FULL_OBJECT", "COMPOSITE"))
        if parts and version.checksum in CHECKSUMS[-2:]
        else "FULL_OBJECT"
    )
    metadata = METADATA[0] if version.metadata and parts and version.size > LARGEST_COPY else version.metadata
    is_archived = version.storage_class in ARCHIVES and random.random() < 0.6
    if version.storage_class == "INTELLIGENT_TIERING":
        is_archived = random.random() < 0.4
    checksum = "" if version.encryption.kind == "SSE-C" else version.checksum
    return version._replace(
        parts=parts,
        checksum=checksum,
        checksum_type=kind if checksum else "FULL_OBJECT",
        metadata=metadata,
        is_archived=is_archived,
    )


def line_of(key, entry, last_modified, number):
    """Return an entry of the model as a line to load; `number` is another one each time."""
    line = {"key": key, "last_modified": last_modified}
    if entry.version_id == "null":
        line["version_id"] = "null"
    version = entry.content
    if version is None:
        return {**line, "delete_marker": True}
    line |= {"storage_class": version.storage_class, "parts": list(version.parts)}
    line |= {name: dict(getattr(version, name)) for name in ("headers", "metadata", "tags")}
    line |= {"encryption": headers_of(version.encryption)}
    line |= {"checksum": version.checksum, "checksum_type": version.checksum_type} if version.checksum else {}
    is_small = version.size < GIB
    line |= {"content": version.name} if is_small else {"seed": version.name, "size": version.size}
    if version.encryption.kind != "AES256":
        line["etag"] = md5(b"%d" % number).hexdigest() + (f"-{len(version.parts)}" if version.parts else "")
    elif not is_small and not version.parts:
        line["etag"] = md5(version.name.encode()).hexdigest()
    if version.storage_class == "INTELLIGENT_TIERING" and version.is_archived:
        line["archive_status"] = "ARCHIVE_ACCESS"
    if version.storage_class in ARCHIVES and not version.is_archived:
        line["restore"] = "2033-01-01T00:00:00Z"
    return line


def headers_of(encryption):
    """Return the encryption as S3's replies tell it, but that of a customer's key by its name."""
    if encryption.kind == "SSE-C":
        return "SSE-C"
    sse = "x-amz-server-side-encryption"
    key = {f"{sse}-aws-kms-key-id": encryption.key} if encryption.key else {}
    flag = {f"{sse}-bucket-key-enabled": "true"} if encryption.bucket_key else {}
    return {sse: encryption.kind, **key, **flag}


def read(version):
    """Return what a dump tells of a version in the model; None: nothing stands there."""
    if version is None:
        return None
    is_small = version.size < GIB
    customers = version.encryption.kind == "SSE-C"
    return {
        "content": sha256(version.name.encode()).hexdigest()
        if is_small
        else f"generated {version.name} {version.size}",
        "size": version.size,
        "storage_class": version.storage_class,
        "headers": {"content-type": "binary/octet-stream", **dict(version.headers)},
        "metadata": dict(version.metadata),
        "tags": dict(version.tags),
        "encryption": "SSE-C" if customers else headers_of(version.encryption),
        "checksums": [version.checksum.lower()] if version.checksum else [],
        "checksum_type": version.checksum_type,
    }


def read_of_dump(history):
    """Return the same of the current entry of a key in a dump."""
    if not history or history[0]["delete_marker"]:
        return None
    entry = history[0]
    customers = any("customer" in name for name in entry["encryption"])
    names = ("content", "size", "storage_class", "headers", "metadata", "tags", "checksum_type")
    return {name: entry[name] for name in names} | {
        "encryption": "SSE-C" if customers else entry["encryption"],
        "checksums": list(entry["checksums"]),
    }
