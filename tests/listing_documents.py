"""Pages of a version listing, as S3 writes them, and the keys that are read from them."""

from urllib.parse import quote
from xml.sax.saxutils import escape

from s3distversions.model import Entry
from s3distversions.parse import page


def version(key="key", version_id="v1", is_latest=True, **more):
    fields = {"etag": "9b2cf535f27731c974343645a3985328", "size": 3, "storage_class": "STANDARD", **more}
    return Entry(key, version_id, "2014-01-01T00:00:00Z", False, is_latest=is_latest, **fields)


def marker(key="key", version_id="m1", is_latest=True):
    return Entry(key, version_id, "2014-01-01T00:00:00Z", True, None, None, None, is_latest)


def plain(text):
    """Return a key as it stands in a page without encoding-type."""
    return escape(text, {"\r": "&#13;"})


def element(entry, encode=quote, wire_time=None):
    """Return an entry as S3 writes it."""
    name = "DeleteMarker" if entry.delete_marker else "Version"
    wire_time = wire_time or entry.last_modified.replace("Z", ".000Z")
    data = "" if entry.delete_marker else f"<ETag>&quot;{entry.etag}&quot;</ETag><Size>{entry.size}</Size>"
    if entry.storage_class:
        data += f"<StorageClass>{entry.storage_class}</StorageClass>"
    if entry.restored is not None:
        in_progress = str(not entry.restored).lower()
        data += f"<RestoreStatus><IsRestoreInProgress>{in_progress}</IsRestoreInProgress></RestoreStatus>"
    return (
        f"<{name}><Key>{encode(entry.key)}</Key><VersionId>{entry.version_id}</VersionId>"
        f"<IsLatest>{str(entry.is_latest).lower()}</IsLatest><LastModified>{wire_time}</LastModified>{data}"
        f"<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f</ID></Owner></{name}>"
    )


def document(*elements, truncated="false", encoding="url", more=""):
    """Return a page as S3 writes it."""
    how = f"<EncodingType>{encoding}</EncodingType>" if encoding else ""
    last = f"<IsTruncated>{truncated}</IsTruncated>" if truncated is not None else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix/>'
        f"<KeyMarker/><VersionIdMarker/>{more}<MaxKeys>1000</MaxKeys>{how}{last}{''.join(elements)}"
        "</ListVersionsResult>"
    ).encode()


def next_page(key, version_id=""):
    return f"<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{version_id}</NextVersionIdMarker>"


def keys(body):
    return [entry.key for entry in page(body).entries]
