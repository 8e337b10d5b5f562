"""Which keys are in scope: --include and --exclude as in the AWS CLI, --srcPattern as in S3DistCp. Pure."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from s3distversions.location import last_part
from s3distversions.parameters import Parameters
from s3distversions.values import INCLUDE


def in_scope(parameters: Parameters) -> Callable[[str], bool]:
    """Return what tells whether a key of the source is in scope.

    Of --include and --exclude the last that matches decides; where none does, the key is in scope. They are
    shell patterns for the whole key below --src (its last part where --src is the key), in which `*` matches
    `/` too. The regular expression of --srcPattern must match the whole `s3://bucket/key` besides.
    """
    src = parameters.src
    decisive_first = [
        (kind == INCLUDE, re.compile(fnmatch.translate(glob)).match)
        for kind, glob in reversed(parameters.filters)
    ]
    pattern = re.compile(parameters.src_pattern).fullmatch if parameters.src_pattern is not None else None

    def is_in_scope(key: str) -> bool:
        if pattern is not None and not pattern(f"s3://{src.bucket}/{key}"):
            return False
        name = last_part(key) if key == src.own_key else key[len(src.below) :]
        return next((is_included for is_included, matches in decisive_first if matches(name)), True)

    return is_in_scope
