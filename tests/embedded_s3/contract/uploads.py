"""Multipart uploads that the contract tests make, in few words."""

MIB = 1024**2
SMALLEST = 5 * MIB  # of a part that is not the last


def begin(client, bucket, key="k", **options):
    """The id of a new upload."""
    return client.create_multipart_upload(Bucket=bucket, Key=key, **options)["UploadId"]


def put_part(client, bucket, upload, number, body, key="k", **options):
    """Put a part; as a completion names it."""
    about = {"Bucket": bucket, "Key": key, "UploadId": upload}
    reply = client.upload_part(**about, PartNumber=number, Body=body, **options)
    return {"PartNumber": number, "ETag": reply["ETag"]}


def copy_part(client, bucket, upload, number, source, key="k", **options):
    """The same with bytes of an object; `source`: its key, or what CopySource takes."""
    if isinstance(source, str):
        source = {"Bucket": bucket, "Key": source}
    about = {"Bucket": bucket, "Key": key, "UploadId": upload}
    reply = client.upload_part_copy(**about, PartNumber=number, CopySource=source, **options)
    return {"PartNumber": number, "ETag": reply["CopyPartResult"]["ETag"]}


def complete(client, bucket, upload, parts, key="k", **options):
    """Complete an upload; the reply."""
    about = {"Bucket": bucket, "Key": key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}
    return client.complete_multipart_upload(**about, **options)


def put_in_parts(client, bucket, *bodies, key="k", **options):
    """An object of these parts; the reply to its completion."""
    upload = begin(client, bucket, key, **options)
    parts = [put_part(client, bucket, upload, at, body, key) for at, body in enumerate(bodies, 1)]
    return complete(client, bucket, upload, parts, key)


def uploads(client, bucket, **options):
    """[(key, id)] of the uploads in progress."""
    found = client.list_multipart_uploads(Bucket=bucket, **options).get("Uploads", [])
    return [(row["Key"], row["UploadId"]) for row in found]
