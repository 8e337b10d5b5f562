"""Keys of all kinds, and how they travel."""

import pytest

from tests.embedded_s3.contract.calls import copy, delete, entries, get, paged, put, raw, refusal

ODD_KEYS = [
    *("\t", "\n", "\r", "\r\n", "\x00", "\x01", "a\x7fb", "\x85", "\ufffe", "\uffff", "\U0010ffff", "\ue000"),
    *("😀", "é", "%", "%2F", "%252F", "+", "a+b c", " a ", " ", "&<>\"'", "..", "../a", "./a", "a/../b"),
    *("/", "//", "/a", "a/", "a//b", "a///", "?x=1", "#", ";", "=", "~*'()!", "x" * 1024, "é" * 512),
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys(client, bucket, key):
    put(client, bucket, "other")
    version = put(client, bucket, key, key.encode())
    delete(client, bucket, key)
    copy(client, bucket, key, key, version)
    assert get(client, bucket, key) == key.encode()
    assert {row[0] for row in entries(client, bucket)} == {key, "other"}
    assert key in [row["Key"] for row in client.list_objects_v2(Bucket=bucket)["Contents"]]
    assert len(entries(client, bucket)) == 4
    delete(client, bucket, key)
    assert refusal(client.get_object, Bucket=bucket, Key=key)[0] == 404


@pytest.mark.parametrize("key", ["%", "+", "a+b c", "%2F", "\n", "é", "😀", "\x01"])
def test_odd_keys_in_the_markers_of_pages(client, bucket, key):
    ids = [put(client, bucket, key) for _ in range(3)]
    assert [row[1] for row in paged(client, bucket, 1)[0]] == ids[::-1]


def test_order_of_keys_is_that_of_their_bytes(client, bucket):
    keys = ["a", "a\x01", "a ", "a!", "a/", "aa", "b", "é", "\ue000", "\uffff", "😀", "\U0010ffff"]
    for key in keys[::-1]:
        put(client, bucket, key)
    assert [row[0] for row in entries(client, bucket)] == sorted(keys, key=str.encode)


def test_encoding_of_keys_on_the_wire(s3, client, bucket):
    put(client, bucket, "a b+c/é\x01&")
    page = raw(s3, "GET", f"/{bucket}?versions&encoding-type=url")[2]
    assert b"<Key>a+b%2Bc/%C3%A9%01%26</Key>" in page
    page = raw(s3, "GET", f"/{bucket}?versions")[2]
    assert "<Key>a b+c/é&#x1;&amp;</Key>".encode() in page
    assert b"<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>" in page
