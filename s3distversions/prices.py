"""What requests cost on AWS. Pure."""

from __future__ import annotations

from collections.abc import Mapping

# Dollars a request in us-east-1, 2026; DELETE is free: https://aws.amazon.com/s3/pricing/
WRITES = ("CopyObject", "PutObject", "CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload")
LISTS = ("ListObjectVersions", "ListObjectsV2", "ListMultipartUploads")
DOLLARS = {
    **dict.fromkeys((*WRITES, *LISTS), 0.005 / 1000),
    "RestoreObject": 0.05 / 1000,  # with --thaw Standard; what is retrieved costs besides, by the gigabyte
    **dict.fromkeys(("HeadObject", "GetObject", "GetObjectTagging", "GetBucketVersioning"), 0.0004 / 1000),
}


def in_dollars(requests: Mapping[str, int]) -> float:
    """Return what requests cost, given by operation; not what is stored, moved or retrieved by them."""
    return round(sum(DOLLARS.get(name, 0) * count for name, count in requests.items()), 6)
