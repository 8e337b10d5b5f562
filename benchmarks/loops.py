"""What a person would write with plain boto3, to be measured beside the tool; each in a process of its own.

python -m benchmarks.loops count ENDPOINT BUCKET
python -m benchmarks.loops restore ENDPOINT BUCKET PREFIX TIME
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import boto3


def count(client: Any, bucket: str) -> int:
    """List all versions and do nothing but count them."""
    total = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        total += len(page.get("Versions", ())) + len(page.get("DeleteMarkers", ()))
    return total


def restore(client: Any, bucket: str, prefix: str, moment: str) -> int:
    """Copy back the version of each key that was current at a moment, one after the other; how many.

    It looks neither at delete markers, ties, storage classes nor at what others write meanwhile.
    """
    restore_time = datetime.fromisoformat(moment)
    targets: dict[str, dict[str, Any]] = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for version in page.get("Versions", ()):
            if version["LastModified"] <= restore_time:
                targets.setdefault(version["Key"], version)
    changed = [version for version in targets.values() if not version["IsLatest"]]
    for version in changed:
        source = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
        client.copy_object(Bucket=bucket, Key=version["Key"], CopySource=source)
    return len(changed)


def main() -> None:
    """Run the loop that the command line names, and print how many it was about."""
    name, endpoint, *arguments = sys.argv[1:]
    loop = {"count": count, "restore": restore}[name]
    print(loop(boto3.client("s3", endpoint_url=endpoint), *arguments))


if __name__ == "__main__":
    main()
