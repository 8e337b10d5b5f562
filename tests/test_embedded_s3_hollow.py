"""Objects of the embedded S3 that have a size and no bytes: copied, put together again, told apart."""

import pytest

from tests.embedded_s3.checksums import ALGORITHMS, CRCS, checksum
from tests.embedded_s3.content import Generated, cut, join
from tests.embedded_s3.contract.calls import copy, get, refusal
from tests.embedded_s3.contract.uploads import MIB, SMALLEST, begin, complete, copy_part, put_part
from tests.embedded_s3.generated import BLOCK, crc_of

GIB = 1024**3
LARGEST_COPY = 5 * GIB
LARGEST = 10_000 * LARGEST_COPY


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; there is a versioned bucket."""
    s3.create_bucket("bucket")
    return owner


def load(s3, key="source", **entry):
    s3.load("bucket", [{"key": key, **entry}])


def told(s3, key):
    """What a dump tells of the current version of a key."""
    return s3.dump("bucket")["keys"][key][0]


def copy_ranges(client, ranges, key="k", source="source", **options):
    """Put a key together of ranges [(first, last)] of another one; the reply to the completion."""
    upload = begin(client, "bucket", key, **options)
    parts = [
        copy_part(client, "bucket", upload, number, source, key, CopySourceRange=f"bytes={first}-{last}")
        for number, (first, last) in enumerate(ranges, 1)
    ]
    return complete(client, "bucket", upload, parts, key)


def ranges_of(size, part):
    return [(first, min(first + part, size) - 1) for first in range(0, size, part)]


def test_a_copy_is_the_same(s3, client):
    load(s3, size=LARGEST_COPY, checksum="CRC64NVME")
    source = told(s3, "source")
    reply = copy(client, "bucket", "k", "source")["CopyObjectResult"]
    made = told(s3, "k")
    for name in ("content", "etag", "size", "checksums", "checksum_type"):
        assert made[name] == source[name], name
    assert reply["ETag"] == f'"{source["etag"]}"'
    assert reply["ChecksumCRC64NVME"] == source["checksums"]["crc64nvme"]
    copy(client, "bucket", "k", "source", ServerSideEncryption="aws:kms")
    assert told(s3, "k")["content"] == source["content"]
    assert told(s3, "k")["etag"] != source["etag"]


def test_a_copy_of_more_than_5_gib_is_refused(s3, client):
    load(s3, size=LARGEST_COPY + 1)
    assert refusal(copy, client, "bucket", "k", "source") == (400, "InvalidRequest")
    with pytest.raises(client.exceptions.ClientError, match=r"maximum allowable size.*: 5368709120$"):
        copy(client, "bucket", "k", "source")


def test_ranges_put_together_are_the_same(s3, client):
    size = 12 * GIB + 7
    load(s3, size=size, checksum="CRC64NVME")
    source = told(s3, "source")
    reply = copy_ranges(client, ranges_of(size, LARGEST_COPY))
    assert reply["ETag"].endswith('-3"')
    assert (reply["ChecksumCRC64NVME"], reply["ChecksumType"]) == (
        source["checksums"]["crc64nvme"],
        "FULL_OBJECT",
    )
    assert told(s3, "k")["content"] == source["content"]
    head = client.head_object(Bucket="bucket", Key="k", ChecksumMode="ENABLED")
    assert (head["ContentLength"], head["ChecksumCRC64NVME"]) == (size, source["checksums"]["crc64nvme"])


@pytest.mark.parametrize(
    "ranges",
    [
        [(0, GIB - 1)],
        [(0, GIB - 1), (2 * GIB, 3 * GIB - 1)],
        [(GIB, 2 * GIB - 1), (0, GIB - 1), (2 * GIB, 3 * GIB - 1)],
        [(0, GIB - 1), (0, GIB - 1), (2 * GIB, 3 * GIB - 1)],
        [(0, GIB - 1), (GIB + 1, 2 * GIB), (2 * GIB, 3 * GIB - 1)],
    ],
    ids=["the end missing", "the middle missing", "wrong order", "twice", "one byte off"],
)
def test_what_is_put_together_wrongly_is_another(s3, client, ranges):
    load(s3, size=3 * GIB, checksum="CRC64NVME")
    copy_ranges(client, ranges)
    assert told(s3, "k")["content"] != told(s3, "source")["content"]
    assert told(s3, "k")["checksums"] != told(s3, "source")["checksums"]
    assert told(s3, "k")["checksums"].keys() == {"crc64nvme"}


def test_parts_of_other_versions_are_not_the_same(s3, client):
    for key in ("source", "other"):
        load(s3, key, size=2 * GIB, checksum="CRC64NVME")
    upload = begin(client, "bucket")
    parts = [
        copy_part(client, "bucket", upload, 1, "source", CopySourceRange=f"bytes=0-{GIB - 1}"),
        copy_part(client, "bucket", upload, 2, "other", CopySourceRange=f"bytes={GIB}-{2 * GIB - 1}"),
    ]
    complete(client, "bucket", upload, parts)
    assert told(s3, "k")["content"] not in (told(s3, "source")["content"], told(s3, "other")["content"])


def test_the_largest_object(s3, client):
    """It costs nothing, and what is larger is none."""
    load(s3, size=LARGEST, checksum="CRC64NVME")
    head = client.head_object(Bucket="bucket", Key="source", ChecksumMode="ENABLED")
    assert head["ContentLength"] == LARGEST
    copy_ranges(client, ranges_of(LARGEST, LARGEST_COPY)[-3:])
    assert told(s3, "k")["size"] == 3 * LARGEST_COPY
    assert refusal(client.get_object, Bucket="bucket", Key="source") == (501, "NotImplemented")
    assert len(get(client, "bucket", "source", Range="bytes=-100")) == 100
    with pytest.raises(ValueError, match="no object has"):
        load(s3, size=LARGEST + 1)


def test_parts_are_of_5_mib_to_5_gib(s3, client):
    load(s3, size=20 * GIB)
    upload = begin(client, "bucket")
    for number, asked, code in (
        (1, f"bytes=0-{LARGEST_COPY}", "InvalidRequest"),
        (10_001, "bytes=0-9", "InvalidArgument"),
    ):
        refused = refusal(copy_part, client, "bucket", upload, number, "source", CopySourceRange=asked)
        assert refused == (400, code)
    assert refusal(copy_part, client, "bucket", upload, 1, "source") == (400, "InvalidRequest")
    small = copy_part(client, "bucket", upload, 1, "source", CopySourceRange=f"bytes=0-{SMALLEST - 2}")
    last = copy_part(client, "bucket", upload, 10_000, "source", CopySourceRange="bytes=0-9")
    assert refusal(complete, client, "bucket", upload, [small, last]) == (400, "EntityTooSmall")


def test_composite_checksums(s3, client):
    """Of an upload in parts: those of the parts, which only the same parts give again."""
    sizes = [2 * GIB, 2 * GIB, 5]
    load(s3, size=sum(sizes), parts=sizes, checksum="CRC32", checksum_type="COMPOSITE")
    source = told(s3, "source")
    assert source["etag"].endswith("-3") and source["checksums"]["crc32"].endswith("-3")
    head = client.head_object(Bucket="bucket", Key="source", PartNumber=2)
    assert (head["PartsCount"], head["ContentLength"]) == (3, 2 * GIB)
    upload = begin(client, "bucket", ChecksumAlgorithm="CRC32")
    parts = []
    for number, (first, last) in enumerate(ranges_of(sum(sizes), 2 * GIB), 1):
        asked = {"CopySourceRange": f"bytes={first}-{last}"}
        reply = client.upload_part_copy(
            Bucket="bucket", Key="k", UploadId=upload, PartNumber=number, CopySource="bucket/source", **asked
        )["CopyPartResult"]
        parts.append({"PartNumber": number, **{name: reply[name] for name in ("ETag", "ChecksumCRC32")}})
    complete(client, "bucket", upload, parts)
    made = told(s3, "k")
    for name in ("content", "etag", "checksums", "checksum_type"):
        assert made[name] == source[name], name
    copy(client, "bucket", "at-once", "source")
    whole = told(s3, "at-once")
    assert (whole["checksum_type"], whole["content"]) == ("FULL_OBJECT", source["content"])
    assert "-" not in whole["etag"] and "-" not in whole["checksums"]["crc32"]


def test_a_seed_means_the_same_bytes_with_another_etag(s3, client):
    for key, etag in (("a", "1" * 32), ("b", "2" * 32), ("c", "2" * 32)):
        load(s3, key, size=9 * GIB, etag=etag, checksum="CRC64NVME", **({} if key == "c" else {"seed": "s"}))
    a, b, c = (told(s3, key) for key in "abc")
    assert a["etag"] != b["etag"] == c["etag"]
    assert a["content"] == b["content"] != c["content"]
    assert a["checksums"] == b["checksums"] != c["checksums"]


def test_wrong_lines(s3, client):
    for message, entry in (
        ("parts of 3 bytes, and 4 in all", {"size": 4, "parts": [1, 2]}),
        ("sha256 is not worked out", {"size": GIB, "checksum": "SHA256"}),
        ("crc is not worked out", {"size": 1, "checksum": "CRC"}),
        ("no encryption aws", {"size": 1, "encryption": "aws"}),
        ("STANDARD has no ARCHIVE_ACCESS", {"size": 1, "archive_status": "ARCHIVE_ACCESS"}),
    ):
        with pytest.raises(ValueError, match=message):
            load(s3, **entry)


@pytest.mark.parametrize("algorithm", CRCS)
def test_crcs_are_those_of_the_bytes(algorithm):
    """Worked out without the bytes; here they are few enough to look at them."""
    whole = Generated("name", 40 * BLOCK + 99, 0, 40 * BLOCK + 99)
    for first, length in (
        *((0, len(whole)), (0, 0), (0, BLOCK), (0, BLOCK - 1), (1, BLOCK), (5, 3), (BLOCK, 7 * BLOCK)),
        *((BLOCK - 1, BLOCK + 2), (3 * BLOCK, 32 * BLOCK), (7 * BLOCK + 1, 33 * BLOCK), (40 * BLOCK, 99)),
    ):
        piece = cut(whole, first, length)
        data = whole.read(first, length)
        assert crc_of(CRCS[algorithm], piece).to_bytes(8, "big").endswith(ALGORITHMS[algorithm](data)), first
        around = join([b"before", piece, b"behind"])
        assert checksum(algorithm, around) == checksum(algorithm, b"before" + data + b"behind")


def test_bytes_that_were_given_among_those_that_were_not(s3, client):
    load(s3, size=GIB, checksum="CRC64NVME")
    upload = begin(client, "bucket")
    half = f"bytes=0-{GIB // 2 - 1}"
    parts = [
        put_part(client, "bucket", upload, 1, b"x" * SMALLEST),
        copy_part(client, "bucket", upload, 2, "source", CopySourceRange=half),
    ]
    complete(client, "bucket", upload, parts)
    around = {"Range": f"bytes={SMALLEST - 2}-{SMALLEST + MIB - 1}"}
    assert get(client, "bucket", "k", **around) == b"xx" + get(
        client, "bucket", "source", Range=f"bytes=0-{MIB - 1}"
    )
    assert told(s3, "k")["checksums"].keys() == {"crc64nvme"}
