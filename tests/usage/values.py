"""Values that are refused: numbers, names and patterns out of their range."""

import re

from tests.usage.table import Bad, given

NOT_A_WIDTH = "argument --list-parallel: {0!r} is not a number from 1 to 9999"
WIDTHS = ["0", "-1", "10000", "9" * 30, "many", "1.5", "４", " 4", ""]

NOT_AN_AMOUNT = "argument --max-delete: {0!r} is neither a number of keys nor per cent, such as 100 or 5%"
AMOUNTS = ["-1", "abc", "101%", "100.5%", "%", "5 %", "1.5", "９", "1e3", "9" * 19, ""]

NOT_A_URL = "argument --endpoint-url/--s3Endpoint: {0!r} is not a URL such as https://s3.example.com"
ENDPOINTS = [
    "http://",
    "ftp://127.0.0.1",
    "s3://versioned",
    "http://127.0.0.1:9000/path",
    "http://127.0.0.1?x",
    "two words",
    "http://under_score:9000",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:port",
    "http://[::1",
    "http://*",
    "http://[1:2]:9000",
    "http://127.0.0.1:0",
    "http://me:secret@127.0.0.1",
    "http://127.0.0.1#x",
    "http://a..b",
    "http:/127.0.0.1",
    "://127.0.0.1",
    "https://" + "a" * 64 + ".com",
    "http://127.0.0.1:９０００",
]

NOT_DAYS = "argument --thaw-days: {0!r} is not a number of days from 1 to 9999"
CHANGES = "argument --only: {0!r} is none of deleted, overwritten, created"
CLASSES = "STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE"
NO_CLASS = "argument --storage-class: {0!r} is none of " + CLASSES
NO_SSE = "argument --sse: {0!r} is none of AES256, aws:kms, aws:kms:dsse"
NO_ACL = (
    "argument --acl: {0!r} is none of private, public-read, public-read-write, authenticated-read, "
    "aws-exec-read, bucket-owner-read, bucket-owner-full-control"
)
NO_TIER = "argument --thaw: {0!r} is none of Standard, Bulk, Expedited"
NO_PAYER = "argument --request-payer: {0!r} is none of requester"
NAMES = [
    ("--thaw-days", NOT_DAYS, ["0", "-1", "10000", "1.5", "week", "４", ""]),
    ("--only", CHANGES, ["", "Deleted", "all", "delete", "*"]),
    ("--storage-class", NO_CLASS, ["standard", "COLD", "GLACIER ", "OUTPOSTS", "EXPRESS_ONEZONE", ""]),
    ("--sse", NO_SSE, ["aes256", "AWS:KMS", "kms", "sse-c", ""]),
    ("--acl", NO_ACL, ["public", "PRIVATE", "log-delivery-write", ""]),
    ("--thaw", NO_TIER, ["fast", "Standard,Bulk", "ＢＵＬＫ", ""]),
    ("--request-payer", NO_PAYER, ["Requester", "owner", ""]),
]
LISTS = [
    ("deleted,", ""),
    (",deleted", ""),
    ("deleted, created", " created"),
    ("deleted;created", "deleted;created"),
]

PATTERNS = [
    "(",
    "[a",
    "*",
    "a**",
    "a{2,1}",
    "(?P<a",
    "\\",
    "x{99999999999}",
    "[[a]",
    "a(?i)",
    "[z-a]",
    "(?<=a*)b",
]
NO_PATTERN = r"argument --srcPattern: {} is no regular expression: \S.*"

REFUSED = [
    *(Bad(f"width: {text!r}", given("--list-parallel", text), NOT_A_WIDTH.format(text)) for text in WIDTHS),
    Bad(
        "width of writes",
        given("--write-parallel=0"),
        "argument --write-parallel: '0' is not a number from 1 to 9999",
    ),
    *(
        Bad(f"limit: {text!r}", given("--delete", "--max-delete", text), NOT_AN_AMOUNT.format(text))
        for text in AMOUNTS
    ),
    Bad("limit: below nothing", given("--delete", "--max-delete=-5%"), NOT_AN_AMOUNT.format("-5%")),
    *(
        Bad(f"endpoint: {text!r}", [*given()[:4], "--endpoint-url", text], NOT_A_URL.format(text))
        for text in ENDPOINTS
    ),
    *(
        Bad(f"{option}: {text!r}", given(f"{option}={text}"), error.format(text))
        for option, error, texts in NAMES
        for text in texts
    ),
    *(Bad(f"--only: {text!r}", given("--only", text), CHANGES.format(named)) for text, named in LISTS),
    *(
        Bad(
            f"a pattern: {text!r}",
            given(f"--srcPattern={text}"),
            re.compile(NO_PATTERN.format(re.escape(repr(text)))),
        )
        for text in PATTERNS
    ),
    *(
        Bad(
            f"{option} of bytes that are not UTF-8",
            given(option, "a\udcff"),
            f"argument {option}: 'a\\udcff' is not UTF-8",
        )
        for option in ("--include", "--exclude", "--srcPattern")
    ),
]
