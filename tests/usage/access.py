"""Who asks and where: credentials, regions, permissions and endpoints that are refused."""

import re

from tests.usage.answers import error, reply
from tests.usage.buckets import CLOSED_PORT
from tests.usage.table import STOPPED, Bad, file, given

LOOKING = "looking at s3://versioned: "
MADE = "the client could not be made: "
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
PLAIN = "https://127.0.0.1:{port}"

MOVED = "The bucket you are attempting to access must be addressed using the specified endpoint."
OTHER_REGION = "the region 'us-east-1' is wrong; expecting 'eu-west-1'"
REFUSALS = [
    ("denied", error("403 Forbidden", "AccessDenied", "Access Denied"), "AccessDenied: Access Denied"),
    ("denied without a word", reply("403 Forbidden"), "403: Forbidden"),
    (
        "an unknown access key",
        error("403 Forbidden", "InvalidAccessKeyId", "The AWS Access Key Id does not exist."),
        "InvalidAccessKeyId: The AWS Access Key Id does not exist.",
    ),
    (
        "a wrong secret key",
        error("403 Forbidden", "SignatureDoesNotMatch", "The signature does not match."),
        "SignatureDoesNotMatch: The signature does not match.",
    ),
    (
        "an expired token",
        error("400 Bad Request", "ExpiredToken", "The provided token has expired."),
        "ExpiredToken: The provided token has expired.",
    ),
    (
        "an invalid token",
        error("400 Bad Request", "InvalidToken", "The provided token is malformed."),
        "InvalidToken: The provided token is malformed.",
    ),
    (
        "a clock that is wrong",
        error("403 Forbidden", "RequestTimeTooSkewed", "The difference is too large."),
        "RequestTimeTooSkewed: The difference is too large.",
    ),
    (
        "a region that leads in a circle",
        error("301 Moved Permanently", "PermanentRedirect", MOVED, x_amz_bucket_region="eu-west-1"),
        f"PermanentRedirect: {MOVED}",
    ),
    (
        "another region, by name",
        error(
            "400 Bad Request",
            "AuthorizationHeaderMalformed",
            OTHER_REGION,
            "<Region>eu-west-1</Region>",
            x_amz_bucket_region="eu-west-1",
        ),
        f"AuthorizationHeaderMalformed: {OTHER_REGION}",
    ),
    (
        "another region, nobody says which",
        error("301 Moved Permanently", "PermanentRedirect", MOVED),
        "redirected, and not told to which region",
    ),
    (
        "what an access point cannot do",
        error("405 Method Not Allowed", "MethodNotAllowed", "Not allowed against this resource."),
        "MethodNotAllowed: Not allowed against this resource.",
    ),
    (
        "a server without versions",
        error("501 Not Implemented", "NotImplemented", "Not implemented here."),
        "NotImplemented: Not implemented here.",
    ),
]


def elsewhere(head: bytes) -> bytes:
    """In eu-west-1 stands the bucket, and never had versions."""
    if b"/us-east-1/s3/" in head:
        return error("301 Moved Permanently", "PermanentRedirect", MOVED, x_amz_bucket_region="eu-west-1")
    assert b"/eu-west-1/s3/" in head
    return reply("200 OK", "<VersioningConfiguration/>")


PAGE = "<!DOCTYPE html><html><body>Sign in<br></body></html>"
CLOSED = 'Connection was closed before we received a valid response from endpoint URL: "{endpoint}/versioned?versioning".'
PAGES = [
    ("a page", reply("200 OK", PAGE, content_type="text/html"), "500: Internal Server Error"),
    ("JSON", reply("200 OK", '{"status": "ok"}'), "500: Internal Server Error"),
    ("a page that is not found", reply("404 Not Found", PAGE), "404: Not Found"),
    ("a proxy's page", reply("502 Bad Gateway", PAGE), "502: Bad Gateway"),
    (
        "a page elsewhere",
        reply("302 Found", Location="https://example.com/"),
        "redirected, and not told to which region",
    ),
    ("nothing", b"", CLOSED),
    ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n", CLOSED),
]


def configured(name: str, text: str, what: str) -> Bad:
    """A row with a configuration file of AWS's and nothing else to find credentials in."""
    env = {**NO_KEYS, "AWS_CONFIG_FILE": "config"}
    return Bad(f"configuration: {name}", given(), what, STOPPED, setup=file("config", text.encode()), env=env)


ROLE = "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
CONFIGURATIONS = [
    configured("a torn section", "[default\n", MADE + "Unable to parse config file: config"),
    configured("a line of no section", "region = x\n", MADE + "Unable to parse config file: config"),
    configured("bytes", "\0[default]\n", MADE + "Unable to parse config file: config"),
    configured("half a key", "[default]\naws_access_key_id = x\n",
               MADE + "Partial credentials found in config-file, missing: aws_secret_access_key"),
    configured("a role of nobody", ROLE, MADE + "Partial credentials found in assume-role, missing: source_profile or credential_source"),
    configured("a role of a missing profile", ROLE + "source_profile = none\n",
               MADE + 'The source_profile "none" referenced in the profile "default" does not exist.'),
    configured("a process that is not there", "[default]\ncredential_process = ./none\n",
               MADE + "[Errno 2] No such file or directory: './none'"),
    configured("a process that says something else", "[default]\ncredential_process = echo hello\n",
               MADE + "Expecting value: line 1 column 1 (char 0)"),
    configured("a token that is not there", ROLE + "web_identity_token_file = ./none\n",
               LOOKING + "[Errno 2] No such file or directory: './none'"),
    configured("a number for a section", "[default]\ns3 = 5\n", MADE + "'str' object has no attribute 'get'"),
]  # fmt: skip

CREDENTIALS = [
    Bad("no credentials", given(), LOOKING + "no credentials", STOPPED, env=NO_KEYS),
    Bad(
        "an access key alone",
        given(),
        MADE + "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
        STOPPED,
        env={"AWS_SECRET_ACCESS_KEY": None},
    ),
    Bad("a secret key alone", given(), LOOKING + "no credentials", STOPPED, env={"AWS_ACCESS_KEY_ID": None}),
    Bad(
        "empty credentials",
        given(),
        LOOKING + "no credentials",
        STOPPED,
        env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
    ),
    Bad(
        "a line end behind an access key",
        given(),
        LOOKING + "the credentials hold a line end",
        STOPPED,
        env={"AWS_ACCESS_KEY_ID": "key\nmore"},
    ),
    Bad(
        "a line end in a token, which is nobody's to read",
        given(),
        LOOKING + "the credentials hold a line end",
        STOPPED,
        env={"AWS_SESSION_TOKEN": "secret\nmore"},
    ),
    Bad(
        "an unknown profile of the environment",
        given(),
        "The config profile (nobody) could not be found",
        env={"AWS_PROFILE": "nobody"},
    ),
    Bad(
        "a region that is none",
        given(),
        MADE + "Provided region_name 'eu west 1' doesn't match a supported format.",
        STOPPED,
        env={"AWS_DEFAULT_REGION": "eu west 1"},
    ),
    *CONFIGURATIONS,
]

ENDPOINTS = [
    Bad(
        "a proxy where nobody listens",
        given(),
        LOOKING + f'Failed to connect to proxy URL: "{CLOSED_PORT}"',
        STOPPED,
        env={"HTTP_PROXY": CLOSED_PORT, "http_proxy": CLOSED_PORT, "NO_PROXY": "", "no_proxy": ""},
    ),
    Bad(
        "a host that nobody knows",
        [*given()[:4], "--endpoint-url", "http://nosuchhost.invalid"],
        LOOKING + 'Could not connect to the endpoint URL: "http://nosuchhost.invalid/versioned?versioning"',
        STOPPED,
    ),
]

REFUSED = [
    *(
        Bad(f"refused: {name}", given(), LOOKING + what, STOPPED, True, answer=answer)
        for name, answer, what in REFUSALS
    ),
    *(
        Bad(f"no S3: {name}", given(), LOOKING + what, STOPPED, True, answer=answer)
        for name, answer, what in PAGES
    ),
    Bad(
        "another region, to which the job follows",
        given(),
        "s3://versioned was never versioned",
        STOPPED,
        may_ask=True,
        answer=elsewhere,
    ),
    Bad(
        "TLS where there is none",
        [*given()[:4], "--endpoint-url", PLAIN],
        re.compile(r"looking at s3://versioned: SSL validation failed for https://127.0.0.1:\d+/versioned.*"),
        STOPPED,
        may_ask=True,
        answer=reply("400 Bad Request"),
    ),
    *CREDENTIALS,
    *ENDPOINTS,
]
