"""Pages of a version listing that are made up, for an S3 would not be asked what they lead to."""

from tests.hostile.changes import Kind
from tests.hostile.server import Reply
from tests.listing_documents import element, version
from tests.listing_documents import next_page as leads_to


def page(*elements, key=None, version_id="v1"):
    """A page that says nothing of its request; with a key it is not the last."""
    last = f"<IsTruncated>{'false' if key is None else 'true'}</IsTruncated><EncodingType>url</EncodingType>"
    following = "" if key is None else leads_to(key, version_id)
    text = f"<ListVersionsResult>{last}{following}{''.join(elements)}</ListVersionsResult>"
    return Reply(200, {}, text.encode())


def made_up(name, pages, said, most):
    """A kind of which the pages are made up: pages(key marker or None, version id marker or None)."""

    def change(reply, request):
        return pages(request.query.get("key-marker"), request.query.get("version-id-marker"))

    return Kind(name, change, said, most, passed_on=False)


A = element(version("p/a", "v2")), element(version("p/a", "v1", False))
MADE_UP = [
    made_up("a page for ever", lambda *_: page(*A, key="p/a"), "below another entry, the current", 2),
    made_up("the same markers again", lambda *_: page(key="p/m"), "the same page is offered again", 2),
    made_up(
        "empty pages for ever",
        lambda key, _: page(key=f"{key or 'p/m'}0"),
        "20 pages in a row hold no entry",
        20 * 32,  # each thread looks whether there is more above what the others list
    ),
    made_up(
        "empty pages of one key for ever",
        lambda _, version_id: page(key="p/m", version_id=str(int(version_id or 1000) + 1)),
        "20 pages in a row hold no entry|the markers go backwards",
        200,
    ),
    made_up(
        "empty pages that lead to each other",
        lambda _, version_id: page(key="p/m", version_id={"v1": "v2"}.get(version_id, "v1")),
        "go round in circles",
        4,
    ),
    made_up(
        "a key before the marker of an empty page",
        lambda key, _: page(*A) if key else page(key="p/b"),
        "'p/a' is not above the marker 'p/b'",
        2,
    ),
]
