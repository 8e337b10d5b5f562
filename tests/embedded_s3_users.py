"""Users of the embedded S3 with policies of their own, for tests."""

from functools import cache

import pytest
from botocore.exceptions import ClientError


def allow(*actions, resource="*", effect="Allow", **more):
    return {"Effect": effect, "Action": list(actions), "Resource": resource, **more}


def user(s3, *statements, name="reader"):
    """A client of a user who may do what the statements say."""
    s3.add_user(name, {"Version": "2012-10-17", "Statement": list(statements)} if statements else None)
    return client_of(s3, name)


@cache
def client_of(s3, access_key):
    """The client with an access key: making one takes longer than any test here."""
    return s3.client(aws_access_key_id=access_key)


def message(call, *arguments, **options):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **options)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    return caught.value.response["Error"]["Message"]
