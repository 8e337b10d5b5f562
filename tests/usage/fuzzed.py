"""Command lines that nobody should type: real ones, cut, doubled, permuted and spoilt. All from a seed."""

import os
import random
import shlex
from itertools import pairwise

from s3distversions.jobs.restore import RestoreVersions

from s3distversions import launch, options
from tests.usage.table import RESTORE_TIME

SEED = 20140101

PLACE = ["--src", "s3://versioned/path", "--restore-time", RESTORE_TIME, "--endpoint-url", "{endpoint}"]
QUIET = ["--quiet", "--no-conf"]
# None of them is a whole restore: what they lack or have is what mutations take away or add.
LINES = [
    ["plan", *PLACE, *QUIET, "--delete", "--version-info-output", "new"],
    [*PLACE, *QUIET, "--dry-run", "--prefixes", "list", "--json"],
    ["plan", *PLACE, *QUIET, "--dest", "s3://other/new", "--overwrite", "--max-delete", "5%"],
    ["plan", *PLACE, *QUIET, "-r", "inline", "--jobconf", "a=b", "-c", "mrjob.conf", "--num-cores", "2"],
    [*PLACE[2:], *QUIET, "--undelete", "copy", "--write-parallel", "4", "--list-parallel=4"],
    [*PLACE, *QUIET, "--one-job", "--max-delete", "1", "--outputManifest", "new/"],
    ["plan", *PLACE, *QUIET, "--exclude", "*", "--include", "*key*", "--only", "deleted,overwritten"],
    [*PLACE, *QUIET, "--dry-run", "--keep-newer-than", "now-1h", "--srcPattern", ".*", "--sse", "AES256"],
    ["undelete", *PLACE[:2], *QUIET, "--dry-run", "--since", RESTORE_TIME, *PLACE[4:]],
    ["verify", "torn", *QUIET, "--no-sign-request", "--request-payer", "requester", *PLACE[4:]],
    ["undo", "none", *QUIET, "--head-all", "--version-info-output", "new", *PLACE[4:]],
    ["apply", "none", *QUIET, "--max-delete", "0", "--write-parallel", "2", *PLACE[4:]],
    ["apply", "torn", *QUIET, "--overwrite", *PLACE[4:]],
    ["apply", "run", *QUIET, "--max-delete", "0", *PLACE[4:]],
]
# Files of the working directory, and what are none.
FILES = ["list", "empty", "utf16", "folder", "run", "torn", "run/run.json", "new", "none", "mrjob.conf", "-"]
PLACES = [
    "s3://versioned",
    "s3://other/used",
    "s3://nowhere/x",
    "s3://never",
    "s3://suspended",
    "s3a://other",
]
WORDS = [
    *("", " ", "\t", "\n", "a\nb", "\r", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe"),
    *("é", "日本", "😀", "\ud800", "\udcff", "０", "-", "--", "---", "=", "--=", "/", "//", "..", "~", "*"),
    *("%20", "%", "%s", "{0}", "'", '"', "$(id)", ";", "\\", "#", "-1", "0", "1e9", "9" * 40, "nan", "None"),
    *(
        "true",
        "null",
        "x" * 3000,
        "é" * 600,
        "plan",
        "apply",
        "restore",
        "undelete",
        "now",
        "now-1h",
        "now-999999d",
    ),
    *("inline", "hadoop", "emr", "spark", "copy", "5%", "s3://", "s3:///x", "arn:aws:s3:::versioned"),
]
# Runners and tools that take seconds, or whatever a shell makes of a word
LEFT_OUT = {"--local-tmp-dir", "--step-output-dir", "--setup", "--verbose", "-v"}
WITHOUT_VALUE = {"--quiet", "--no-conf", "--json", "--delete", "--overwrite", "--one-job", "--no-progress"}
SWITCHES = sorted({*options.switches(), *launch.mrjob_switches(RestoreVersions)} - LEFT_OUT)


def command_line(number: int) -> list[str]:
    """Return the command line with this number, always the same."""
    dice = random.Random(f"{SEED} {number}")
    line = list(dice.choice(LINES))
    for _ in range(dice.choice((1, 2, 2, 3, 4, 6))):
        dice.choice(MUTATIONS)(line, dice)
    return line


def value(dice: random.Random) -> str:
    """Return what may stand behind a switch."""
    return dice.choice(dice.choice((FILES, PLACES, WORDS, WORDS)))


def at(line: list[str], dice: random.Random) -> int:
    """Return a place in the line."""
    return dice.randrange(len(line) or 1)


def drop(line: list[str], dice: random.Random) -> None:
    """One word less."""
    place = at(line, dice)
    del line[place : place + 1]


def cut(line: list[str], dice: random.Random) -> None:
    """The rest is lost."""
    del line[at(line, dice) :]


def double(line: list[str], dice: random.Random) -> None:
    """A word again, here or elsewhere."""
    if line:
        line.insert(at(line, dice), dice.choice(line))


def shuffle(line: list[str], dice: random.Random) -> None:
    """Any order."""
    dice.shuffle(line)


def add_switch(line: list[str], dice: random.Random) -> None:
    """Another switch of ours or of mrjob's, mostly with a value."""
    line[(place := at(line, dice)) : place] = [dice.choice(SWITCHES), value(dice)][: dice.choice((1, 2, 2))]


def add_word(line: list[str], dice: random.Random) -> None:
    """Another word."""
    line.insert(at(line, dice), value(dice))


def replace(line: list[str], dice: random.Random) -> None:
    """Another word in the place of one."""
    line[at(line, dice) : at(line, dice) + 1] = [value(dice)]


def join(line: list[str], dice: random.Random) -> None:
    """Two words in one, with or without `=`."""
    place = at(line, dice)
    line[place : place + 2] = [dice.choice(("=", "=", "", " ")).join(line[place : place + 2])]


def spoil(line: list[str], dice: random.Random) -> None:
    """A few letters of a word gone, doubled, changed or added."""
    if not line:
        return
    place = at(line, dice)
    letters = list(line[place])
    for _ in range(dice.choice((1, 1, 2, 4))):
        where = at(letters, dice)
        letters[where : where + dice.choice((0, 1, 1, 2))] = dice.choice((value(dice)[:3], "", "-", "0", "/"))
    line[place] = "".join(letters)


def change_case(line: list[str], dice: random.Random) -> None:
    """A word in the other case."""
    if line:
        place = at(line, dice)
        line[place] = line[place].swapcase()


MUTATIONS = [
    drop,
    cut,
    double,
    shuffle,
    add_switch,
    add_switch,
    add_word,
    replace,
    replace,
    join,
    spoil,
    spoil,
]
MUTATIONS += [change_case]


def may_write(line: list[str]) -> bool:
    """Can the line be a whole restore, or the apply of a run? By its words alone, not as the command reads it."""
    is_plan = "--dry-run" in line or any(
        word == "plan" and (before == "" or before[:1] != "-" or before in WITHOUT_VALUE)
        for before, word in pairwise(["", *line])
    )
    names = {word.partition("=")[0] for word in line}
    return bool(names & {"apply", "undo"}) or (
        not is_plan and ("undelete" in names or {"--src", "--restore-time"} <= names)
    )


def quoted(line: list[str]) -> str:
    """Return a line as it can be pasted into a shell, bytes that are not UTF-8 and all."""
    return " ".join(["s3distversions", *map(shell_word, line)])


def shell_word(word: str) -> str:
    """Return a word for bash."""
    if word.isprintable():
        return shlex.quote(word)
    try:
        data = os.fsencode(word)
    except UnicodeEncodeError:  # half a character, which no shell can hand over
        data = word.encode(errors="surrogatepass")
    return "$'" + "".join(f"\\x{byte:02x}" for byte in data) + "'"


def shrunk(line: list[str], fails) -> list[str]:
    """Return the line without the words, and the halves of words, that it fails without."""
    for width in (2, 1):
        for place in reversed(range(len(line))):
            shorter = line[:place] + line[place + width :]
            if fails(shorter):
                line = shorter
    for place, word in enumerate(line):
        half = [*line[:place], word[: len(word) // 2], *line[place + 1 :]]
        if len(word) > 1 and fails(half):
            line = half
    return line
