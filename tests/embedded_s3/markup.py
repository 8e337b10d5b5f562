"""XML in and out, with the characters that XML 1.0 cannot carry treated as S3 treats them."""

import re

from lxml import etree

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

# CR would be read back as LF.  What XML forbids goes out as a reference all the same, as S3 sends it:
# no XML 1.0 parser takes such a page, which is what encoding-type=url is there for.
_SPECIAL = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_FORBIDDEN_IN_PARAMETERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def _reference(match: re.Match[str]) -> str:
    character = match.group()
    return _NAMED.get(character) or (
        f"&#{ord(character)};" if character == "\r" else f"&#x{ord(character):x};"
    )


def escape(text: str) -> str:
    """`text` as the content of an element."""
    return _SPECIAL.sub(_reference, text)


def has_forbidden_characters(text: str) -> bool:
    """Whether S3 refuses `text` as a prefix or marker: control characters other than tab, LF, CR."""
    return _FORBIDDEN_IN_PARAMETERS.search(text) is not None


def document(root: str, content: str) -> bytes:
    """A whole reply in S3's namespace; `content` is XML already."""
    return f'{XML_DECLARATION}<{root} xmlns="{NAMESPACE}">{content}</{root}>'.encode()


class Element:
    """A parsed element, seen without its namespace (clients send S3's, or none)."""

    def __init__(self, node: etree._Element) -> None:
        self._node = node
        self.name = etree.QName(node).localname
        self.text = node.text or ""

    def children(self, name: str | None = None) -> "list[Element]":
        """The child elements, all or those called `name`, in document order."""
        found = [Element(node) for node in self._node if isinstance(node.tag, str)]
        return [child for child in found if name is None or child.name == name]

    def child(self, name: str) -> "Element | None":
        """The first child called `name`."""
        return next(iter(self.children(name)), None)

    def child_text(self, name: str) -> str | None:
        """The text of the first child called `name`; None where there is no such child."""
        child = self.child(name)
        return None if child is None else child.text


def parse(body: bytes) -> Element:
    """The root element of `body`.  Raises ValueError when it is not well-formed."""
    try:
        # huge_tree: 1000 keys of 1024 characters are no attack.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return Element(etree.fromstring(body, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(str(error)) from None
