"""Buckets whose requesters pay: every other account has to say in each request that it knows."""

from .access import find_bucket
from .errors import S3Error
from .markup import document, parse
from .request import Reply, Request, xml_reply
from .state import Store

PAYERS = {"BucketOwner": False, "Requester": True}


def put_bucket_request_payment(store: Store, request: Request) -> Reply:
    """Say who pays. Raises S3Error MalformedXML."""
    bucket = find_bucket(store, request.bucket)
    try:
        root = parse(request.body)
    except ValueError:
        raise S3Error("MalformedXML") from None
    payer = root.child_text("Payer")
    if root.name != "RequestPaymentConfiguration" or payer not in PAYERS:
        raise S3Error("MalformedXML")
    bucket.requester_pays = PAYERS[payer]
    return Reply(200)


def get_bucket_request_payment(store: Store, request: Request) -> Reply:
    """Who pays."""
    pays = find_bucket(store, request.bucket).requester_pays
    payer = next(name for name, requester in PAYERS.items() if requester == pays)
    return xml_reply(document("RequestPaymentConfiguration", f"<Payer>{payer}</Payer>"))


HANDLERS = {
    "PutBucketRequestPayment": put_bucket_request_payment,
    "GetBucketRequestPayment": get_bucket_request_payment,
}
