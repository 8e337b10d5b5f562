"""How replies are changed: the words of which the tables of hostile replies consist."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.hostile.server import Change, Reply

ENTRY = re.compile(r"<(Version|DeleteMarker)>.*?</\1>", re.DOTALL)
END = "</ListVersionsResult>"


class Kind(NamedTuple):
    """A kind of reply that no S3 should send, and the words of the error that it must end with."""

    name: str
    change: Change
    said: str  # a pattern
    most: int = 1  # replies of this kind that may be asked for
    passed_on: bool = True  # does the embedded S3 get the requests? It would refuse some


def instead(pattern: str, by: str, count: int = 1) -> Change:
    """Put `by` in the place of the first `count` (0: all) matches of `pattern` in the body."""
    return with_text(lambda text, request: re.sub(pattern, by, text, count=count, flags=re.DOTALL))


def with_text(change: Callable) -> Change:
    """Change the body, as text: change(text, request)."""
    return lambda reply, request: reply._replace(body=change(reply.body.decode(), request).encode())


def with_entries(change: Callable) -> Change:
    """Change the list of the entries of a page: change(their elements, as text)."""

    def rearrange(text, request):
        found = [match.group() for match in ENTRY.finditer(text)]
        head, tail = ENTRY.split(text, maxsplit=1)[0] if found else text.removesuffix(END), END
        return head + "".join(change(found)) + tail

    return with_text(rearrange)


def later_pages(change: Change) -> Change:
    """Change every page but the first of a listing."""
    return lambda reply, request: change(reply, request) if "key-marker" in request.query else reply


def first_page(change: Change) -> Change:
    """Change the first page of a listing."""
    return lambda reply, request: reply if "key-marker" in request.query else change(reply, request)


def body(content: bytes, **headers: str) -> Change:
    """Send another body instead."""
    return lambda reply, request: reply._replace(
        body=content,
        headers=reply.headers | {name.replace("_", "-"): value for name, value in headers.items()},
    )


def status(number: int, **headers: str) -> Change:
    """Send another status, and more headers."""
    return lambda reply, request: reply._replace(
        status=number,
        headers=reply.headers | {name.replace("_", "-"): value for name, value in headers.items()},
    )


def raw(head: bytes, content: Callable[[bytes], bytes] = lambda body: body) -> Change:
    """Send these bytes, with the reply's own body behind them, and close the connection."""
    return lambda reply, request: Reply(raw=[head + content(reply.body)])


def field(name: str, by: str, count: int = 1) -> Change:
    """Put `by` in the place of an entry's element."""
    return instead(rf"<{name}>[^<]*</{name}>", by, count)


def key_of(element: str) -> str:
    """The key of an entry, as it stands there."""
    return re.search("<Key>(.*?)</Key>", element).group(1)


def next_page(key: str, version_id: str | None = "v0", entries: bool = True) -> Change:
    """Say that there is another page, and where it begins."""
    where = f"<NextKeyMarker>{key}</NextKeyMarker>"
    where += "" if version_id is None else f"<NextVersionIdMarker>{version_id}</NextVersionIdMarker>"

    def change(text, request):
        text = re.sub("<Next.*?Marker>.*?</Next.*?Marker>|<IsTruncated>.*?</IsTruncated>", "", text)
        text = text if entries else ENTRY.sub("", text)
        return text.replace(END, f"<IsTruncated>true</IsTruncated>{where}{END}")

    return with_text(change)


def drop(names: str) -> Change:
    """Leave out every element of these names."""
    return instead(rf"<({names})>.*?</\1>", "", 0)
