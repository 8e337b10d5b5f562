"""What holds for every row: two exact lines, the exit code, nothing written, nothing asked without need."""

import re
from pathlib import Path

from tests.embedded_s3 import EmbeddedS3
from tests.usage.hints import hint_of
from tests.usage.table import Bad


def at(endpoint: str, words: list[str]) -> list[str]:
    """Return the words with the server's endpoint in them."""
    return [filled_in(endpoint, word) for word in words]


def filled_in(endpoint: str, text: str) -> str:
    """Return a text with the server's endpoint in it."""
    return text.replace("{endpoint}", endpoint).replace("{port}", endpoint.rpartition(":")[2])


def files(directory: Path) -> dict[str, bytes]:
    """Return what a directory holds, by path."""
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in directory.rglob("*")}


def check_words(row: Bad, endpoint: str, code: int, out: str, err: str) -> None:
    """Assert that a row ended with its exit code and its two lines, and told nothing else."""
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) == 2, err
    start, what = lines[0][:23], lines[0][23:]
    assert start == "s3distversions: error: "
    if isinstance(row.error, re.Pattern):
        assert row.error.fullmatch(what), what
    else:
        assert what == filled_in(endpoint, row.error)
    hint = re.sub(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}Z now", "MOMENT now", lines[1])
    assert hint == f"hint: {hint_of(what)}"
    assert code == row.code
    assert out == ""


def check_deeds(row: Bad, s3: EmbeddedS3, directory: Path, before: dict[str, bytes]) -> None:
    """Assert that a row wrote nothing, and asked nothing that it need not know."""
    requests = s3.requests()
    assert not [request for request in requests if request["write"]]
    if not row.may_ask:
        assert not requests
        assert files(directory) == before
