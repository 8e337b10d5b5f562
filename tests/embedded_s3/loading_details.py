"""What only some of the entries to load say: encryption, parts, stored checksums, the state of a restore."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .attributes import (
    ALGORITHMS_OF_KMS,
    CUSTOMER,
    DEFAULT_ENCRYPTION,
    DEFAULT_KMS_KEY,
    KMS_KEY,
    SSE,
    etag_of_parts,
    has_md5_etag,
    new_etag,
)
from .checksums import ALGORITHMS, checksum, composite, is_summed
from .content import Content, cut
from .generated import Generated
from .history import Attributes, Part
from .times import parse_time

NAMES = {"encryption", "parts", "seed", "checksum", "checksum_type", "restore"}
CUSTOMER_KEY = b"k" * 32  # what "SSE-C" means
ONGOING = "ongoing"


def details(line: Mapping[str, Any], fields: Mapping[str, Any], serial: int) -> dict[str, Any]:
    """Fields of the entry, in place of `fields`, that follow from NAMES. Raises ValueError, KeyError."""
    attributes: Attributes = fields["attributes"]
    if "encryption" in line:
        attributes = replace(attributes, encryption=encryption_of(line["encryption"]))
    content = content_of(line, fields)
    parts = parts_of(line, fields, content)
    algorithm, kind = line.get("checksum", "").lower(), line.get("checksum_type", "FULL_OBJECT")
    if algorithm:
        attributes = replace(
            attributes, checksums=checksums_of(algorithm, kind, content, parts), checksum_type=kind
        )
    changed = {"attributes": attributes, "parts": parts, **restore_of(line)}
    if line.get("seed") or parts:
        changed["content"] = content
    if parts and not line.get("etag"):
        changed["etag"] = etag_of_parts([part.etag for part in parts])
    elif fields["content"] is not None and not line.get("etag") and not has_md5_etag(attributes.encryption):
        changed["etag"] = new_etag(content, attributes.encryption, serial)
    return changed


def encryption_of(asked: str | Mapping[str, str]) -> Mapping[str, str]:
    """As reply headers: they come so already, or as the name of a kind."""
    if not isinstance(asked, str):
        return asked
    if asked == "AES256":
        return DEFAULT_ENCRYPTION
    if asked in ALGORITHMS_OF_KMS:
        return {SSE: asked, KMS_KEY: DEFAULT_KMS_KEY}
    if asked == "SSE-C":
        digest = b64encode(hashlib.md5(CUSTOMER_KEY).digest()).decode()
        return {f"{CUSTOMER}algorithm": "AES256", f"{CUSTOMER}key-MD5": digest}
    raise ValueError(f"no encryption {asked}")


def content_of(line: Mapping[str, Any], fields: Mapping[str, Any]) -> Content:
    """The bytes given, or those that the seed stands for, without one the ETag."""
    if fields["content"] is not None:
        return fields["content"]
    return Generated(line.get("seed") or fields["etag"], fields["size"], 0, fields["size"])


def parts_of(line: Mapping[str, Any], fields: Mapping[str, Any], content: Content) -> tuple[Part, ...]:
    """The parts of these sizes, each with the checksum that the version stores."""
    sizes, algorithm = line.get("parts", []), line.get("checksum", "").lower()
    if sizes and sum(sizes) != len(content):
        raise ValueError(f"parts of {sum(sizes)} bytes, and {len(content)} in all")
    parts, first = [], 0
    for number, size in enumerate(sizes, 1):
        piece = cut(content, first, size)
        checksums = {algorithm: checksum(algorithm, piece)} if algorithm else {}
        etag = new_etag(piece, DEFAULT_ENCRYPTION, 0)
        parts.append(Part(number, piece, etag, fields["last_modified"], checksums))
        first += size
    return tuple(parts)


def checksums_of(algorithm: str, kind: str, content: Content, parts: tuple[Part, ...]) -> dict[str, str]:
    """What the version stores."""
    if algorithm not in ALGORITHMS or not is_summed(algorithm, content):
        raise ValueError(f"{algorithm} is not worked out for so many bytes that were never given")
    if kind == "COMPOSITE":
        return {algorithm: composite(algorithm, [part.checksums[algorithm] for part in parts])}
    return {algorithm: checksum(algorithm, content)}


def restore_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a restore."""
    state = line.get("restore")
    if not state:
        return {}
    expiry = None if state == ONGOING else parse_time(state)
    return {"restore_tier": "Standard", "restore_days": 1, "restore_expiry": expiry}
