"""PutBucketLifecycleConfiguration: what S3 says about rules. They are kept, and nothing ever happens."""

from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from .errors import S3Error
from .markup import Element, parse

ACTIONS = {
    *("Expiration", "NoncurrentVersionExpiration", "Transition", "NoncurrentVersionTransition"),
    "AbortIncompleteMultipartUpload",
}
_DAYS = ("Days", "NoncurrentDays", "DaysAfterInitiation", "NewerNoncurrentVersions")
RULES_LIMIT, ID_LIMIT = 1000, 255


def checked_lifecycle(body: bytes) -> bytes:
    """The document to keep: every rule has an id. Raises S3Error, also ValueError for what is no XML."""
    root = parse(body)
    rules = root.children("Rule")
    if root.name != "LifecycleConfiguration" or not 1 <= len(rules) <= RULES_LIMIT:
        raise S3Error("MalformedXML")
    for rule in rules:
        check_rule(rule)
    ids = [rule.child_text("ID") for rule in rules if rule.child_text("ID")]
    if len(set(ids)) < len(ids):
        message = "Rule ID must be unique. Found same ID for more than one rule"
        raise S3Error("InvalidArgument", message, ArgumentName="ID")
    return with_ids(body)


def check_rule(rule: Element) -> None:
    """Raise S3Error for a rule that S3 does not take."""
    if rule.child_text("Status") not in ("Enabled", "Disabled"):
        raise S3Error("MalformedXML")
    if (rule.child("Filter") is None) == (rule.child("Prefix") is None):
        raise S3Error("MalformedXML")
    if len(rule.child_text("ID") or "") > ID_LIMIT:
        message = f"ID length should not exceed allowed limit of {ID_LIMIT}"
        raise S3Error("InvalidArgument", message, ArgumentName="ID")
    actions = [child for child in rule.children() if child.name in ACTIONS]
    if not actions:
        raise S3Error("InvalidRequest", "At least one action needs to be specified in a rule")
    for action in actions:
        for name in _DAYS:
            text = action.child_text(name)
            least = 0 if action.name.endswith("Transition") else 1
            if text is not None and (not text.isdecimal() or int(text) < least):
                message = f"'{name}' for {action.name} action must be a positive integer"
                raise S3Error("InvalidArgument", message)


def with_ids(body: bytes) -> bytes:
    """The document with an id, as S3 makes one up, in every rule that had none."""
    root = etree.fromstring(body)
    for number, rule in enumerate(root.iterfind("{*}Rule")):
        if not rule.findtext("{*}ID"):
            for empty in rule.findall("{*}ID"):
                rule.remove(empty)
            made = etree.Element(rule.tag.replace("Rule", "ID"))
            made.text = str(uuid5(NAMESPACE_URL, f"{number} {body!r}"))
            rule.insert(0, made)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
