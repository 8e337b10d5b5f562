"""The table of docs/permissions.md, as tests read it."""

import re
from functools import cache
from pathlib import Path

KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/source"
DEFAULT_KEY = "arn:aws:kms:us-east-1:111122223333:key/destination"
# What the table's last column means where p/ in mybucket is restored in place, and to d/ elsewhere.
IN_PLACE = {
    "the source's bucket": "arn:aws:s3:::mybucket",
    "the destination's bucket": "arn:aws:s3:::mybucket",
    "objects of the source": "arn:aws:s3:::mybucket/p/*",
    "objects of the destination": "arn:aws:s3:::mybucket/p/*",
    "keys of the source": KMS_KEY,
    "keys of the destination": DEFAULT_KEY,
    "the prefix list": "arn:aws:s3:::runs/list",
    "the run folder's bucket": "arn:aws:s3:::runs",
    "objects of the run folder": "arn:aws:s3:::runs/run/*",
}
ELSEWHERE = {
    **IN_PLACE,
    "the destination's bucket": "arn:aws:s3:::elsewhere",
    "objects of the destination": "arn:aws:s3:::elsewhere/d/*",
}


@cache
def documented():
    """{what it is for: {(action, on)}} of the table."""
    table, purpose = {}, ""
    for line in Path(__file__).parent.parent.joinpath("docs/permissions.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and "`" in line:
            purpose = cells[0] or purpose
            grants = {(action, cells[2]) for action in re.findall("`([^`]+)`", cells[1])}
            table[purpose] = table.get(purpose, set()) | grants
    return table


def rows(*beginnings):
    """The purposes that begin so; each beginning has one."""
    found = [[name for name in documented() if name.startswith(beginning)] for beginning in beginnings]
    assert all(len(names) == 1 for names in found), found
    return [name for names in found for name in names]


def grants(purposes, places):
    """{(action, resource)} of rows of the table."""
    return {(action, places[on]) for purpose in purposes for action, on in documented()[purpose]}
