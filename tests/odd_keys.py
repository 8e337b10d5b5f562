"""Keys that S3 allows and that something on their way might not: lines, JSON, XML, URLs, shells, people."""

CLOSE = ("a", "a/", "a/b", "a//b", "/a", "ab", "A", "aB", "a\0", "a!", "a0", "a/b/c", "a/b/")
PATHS = (
    *(
        "/",
        "//",
        "/./",
        ".",
        "..",
        "./a",
        "../a",
        "a/.",
        "a/..",
        "a/./b",
        "a/../b",
        "a/../../b",
        "//a//",
        "a\\b",
    ),
    *(
        ".hidden",
        "~",
        "~/a",
        "-",
        "-rf",
        "--help",
        "C:\\a",
        "con",
        "a:b",
        "a|b",
        "a*b",
        "a?b",
        "a;b",
        "$HOME",
    ),
)
URLS = (
    *(
        "a b",
        "a+b",
        "a%2Fb",
        "a%2fb",
        "%",
        "%%",
        "%ZZ",
        "%C3",
        "%00",
        "%25",
        "a#b",
        "?versionId=null",
        "?",
        "#",
    ),
    *("a&b=c", "a=b", "a@b", "http://a/b", "s3://mybucket/a", "a,b", "[a]", "{a}", "^`", "!'()*"),
)
BLANKS = (
    " ",
    "   ",
    " first",
    "last ",
    " both ",
    "\u00a0",
    "a\u00a0",
    "\u3000",
    "\u200b",
    "\u2028",
    "a\u2028b",
    "\u2029",
)
CONTROLS = (
    *(f"control {chr(code)}." for code in (*range(0x20), 0x7F, 0x80, 0x85, 0x9F)),
    *(
        "\0",
        "\x01",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "tab\t",
        "line\nfeed",
        "carriage\rreturn",
        "both\r\nends\r\n",
    ),
    *("\x1b[31mred\x1b[0m", "\x85", "\x7f"),
)
MARKUP = (
    *(
        "<",
        ">",
        "&",
        "&amp;",
        "&lt;",
        "&#13;",
        "&#x0;",
        "<a>",
        "</Key>",
        "]]>",
        "<![CDATA[a]]>",
        "<!--",
        "<?xml?>",
    ),
    *("'", '"', '"\\"', "<&>\"'", "`a`", "a\\", "\\N", "\\n", "\\u0000", "\\x00", "$(a)", "%s{0}"),
)
UNICODE = (
    *(
        "\u00e9",
        "e\u0301",
        "\u00c5",
        "A\u030a",
        "\u212b",
        "\uac00",
        "\u1100\u1161",
        "\u0130",
        "i\u0307",
        "\u00df",
    ),
    *(
        "\U0001f600",
        "\U0001f468\u200d\U0001f469",
        "\u0301",
        "a\u0301\u0302\u0303",
        "\u202egnp.exe",
        "\u200fa",
        "\u05d0",
    ),
    *("\ud7ff", "\ue000", "\ufdd0", "\ufeff", "\ufeffa", "a\ufeff", "\ufffd", "\ufffe", "\uffff", "\uffee"),
    *("\U00010000", "\U0001fffe", "\U0010fffe", "\U0010ffff"),
)
OURS = (  # that look like what the job writes itself
    *(
        "null",
        "None",
        "true",
        "0",
        "1e5",
        "NaN",
        "[]",
        '{"key": "a"}',
        '{"record": "listed"}',
        '"a"',
        "key\tvalue",
    ),
    *('{"key": "a", "status": "done"}\n', "part-00000", "_SUCCESS", "versions/1/part-00000", "# no comment"),
)
LONG = (
    "x" * 1023,
    "x" * 1024,
    "x/" * 512,
    "\u00e9" * 512,
    "\U0001f600" * 256,
    "%" * 1024,
    "\n" * 1024,
    "\x01" * 1024,
)

ODD_KEYS = (*CLOSE, *PATHS, *URLS, *BLANKS, *CONTROLS, *MARKUP, *UNICODE, *OURS, *LONG)

# For random buckets, in which neighbours are to meet often.
FEW = (
    *("a", "a/", "a/b", "a//b", "/a", "ab", "a/../b", "a/./b", "a b", "a+b", "a%2Fb", "%", "null"),
    *(" first", "last ", "tab\t", "line\nfeed", "carriage\rreturn", "\x01", "\x7f", "\ufffe", "\U0001f600"),
    *("\u00e9", "e\u0301", "<&>\"'", "x" * 1023, "\u00e9" * 512),
)
