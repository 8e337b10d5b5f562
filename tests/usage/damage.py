"""Ways in which a file is spoilt: by an editor, by a disk, by a tool that knows better. All from dice."""

import json
import random
from collections.abc import Callable

WORDS = [
    *(None, True, False, 0, -1, 5, 10**30, 1e308, float("inf"), "", " ", "x", "\ud800", "\x00", "é", "a\nb"),
    *(
        "null",
        "path",
        "path/",
        "s3://",
        "s3://nowhere/x",
        "9" * 400,
        [],
        {},
        [None],
        ["x"],
        {"x": 1},
        [[]] * 3,
    ),
]
PIECES = [
    *(b"", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"}", b"[", b'"', b",", b"\\"),
    *(
        b"/",
        b"#",
        b" ",
        b"0",
        b"-",
        b"null",
        b"s3://",
        b"s3://other/x\n",
        b"\x1f\x8b",
        b"[" * 5000,
        b"x" * 2000,
    ),
]
Damage = Callable[[bytes, random.Random], bytes]


def spoilt(content: bytes, dice: random.Random) -> bytes:
    """Return what one or two accidents make of a file's content."""
    for _ in range(dice.choice((1, 1, 2))):
        content = dice.choice(ACCIDENTS)(content, dice)
    return content


def flip(content: bytes, dice: random.Random) -> bytes:
    """One bit is another."""
    if not content:
        return b"\x80"
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]


def tear(content: bytes, dice: random.Random) -> bytes:
    """The end, or the beginning, is lost."""
    place = dice.randrange(len(content) + 1)
    return dice.choice((content[:place], content[place:]))


def insert(content: bytes, dice: random.Random) -> bytes:
    """Something is put in, or over what stood there."""
    place = dice.randrange(len(content) + 1)
    return content[:place] + dice.choice(PIECES) + content[place + dice.choice((0, 0, 1, 9)) :]


def lines(content: bytes, dice: random.Random) -> bytes:
    """A line is gone, doubled, joined with its neighbour, or elsewhere."""
    found = content.splitlines(keepends=True) or [b""]
    place = dice.randrange(len(found))
    line = found.pop(place)
    again = dice.choice(([], [line, line], [line.rstrip(b"\n")], [line + b"\n"], [line[: len(line) // 2]]))
    found[(there := dice.randrange(len(found) + 1)) : there] = again
    return b"".join(found)


def value(content: bytes, dice: random.Random) -> bytes:
    """In JSON, a value, a name or a whole branch is another, gone, or new; in other files, a line is."""
    found = content.splitlines()
    texts = [content] if content.startswith(b"{\n") else found
    place = dice.randrange(len(texts) or 1)
    try:
        document = json.loads(texts[place])
    except (ValueError, IndexError, RecursionError):
        return insert(content, dice)
    branch = document
    while isinstance(branch, dict) and branch:
        name = dice.choice(sorted(branch))
        if isinstance(branch[name], dict) and dice.random() < 0.7:
            branch = branch[name]
            continue
        dice.choice((put_value, put_value, put_value, take_out, rename))(branch, name, dice)
        break
    return b"\n".join([*texts[:place], json.dumps(document).encode(), *texts[place + 1 :], b""])


def put_value(branch: dict, name: str, dice: random.Random) -> None:
    """Another value."""
    branch[name] = dice.choice(WORDS)


def take_out(branch: dict, name: str, dice: random.Random) -> None:
    """None at all."""
    del branch[name]


def rename(branch: dict, name: str, dice: random.Random) -> None:
    """Under another name."""
    branch[str(dice.choice(WORDS))] = branch.pop(name)


ACCIDENTS: list[Damage] = [flip, flip, tear, insert, lines, value, value, value]
