"""The bucket that hostile replies are about, its model, and what must hold however a command on it ended."""

import json
import re
from hashlib import sha256
from pathlib import Path

from tests.histories import moment
from tests.model import Bucket

THEN, NOW = 10, 20  # seconds after the beginning of 2014; the restore time is THEN
RESTORE = ("--src", "s3://mybucket/p/", "--restore-time", moment(THEN), "--delete", "--quiet")
# key: its entries, oldest first, `-` for a delete marker: up to the restore time / after it
HISTORIES = {
    "p/ odd+100%": "a / b",
    "p/copied": "a / b",
    "p/copied too": "a / b - c",
    "p/created": "/ a",
    "p/created\x01": "/ a",  # its marker is added by a request of its own
    "p/same": "a - b /",
    "p/stacked": "a - b c / d - e",
    "p/undeleted": "a / -",
    "p/undeleted\x01": "a / -",
    "p/undeleted twice": "a / - -",
    "p/twin": "a / b a",  # needs nothing, which only its HEADs tell
    "p/twin in name": "a / b a",  # its metadata differ, which only its HEADs tell
    "q/beside": "a / b",
}


def history(text):
    """Yield (content, time) of what stands in HISTORIES."""
    for words, time in zip(text.split("/"), (THEN, NOW), strict=True):
        for word in words.split():
            yield (None if word == "-" else word.encode()), time


def fill(s3):
    """Make the bucket; return its model."""
    s3.reset()
    s3.set_clock(moment(NOW + 10))
    s3.page_size(5)
    model = Bucket("Enabled")
    lines = []
    for key, text in HISTORIES.items():
        for number, (content, time) in enumerate(history(text)):
            about = {"content": content.decode()} if content else {"delete_marker": True}
            lines.append({"key": key, "last_modified": moment(time), **about})
            lines[-1]["version_id"] = f"v{len(lines)}.{number}"
            if key == "p/twin in name":
                lines[-1]["metadata"] = {"number": str(number)}
            model.put(key, content, time)
    s3.load("mybucket", lines)
    return model


def state(s3, bucket="mybucket"):
    """Return {key: digest of the content} of what a reader sees."""
    dump = s3.dump(bucket)["keys"]
    return {key: top["content"] for key, (top, *_) in dump.items() if not top["delete_marker"]}


def wanted(model):
    """Return the same as it must be after a restore: below p/ as it was then, beside it as it is."""
    restored, before = model.restored(THEN, True), model.state()
    return {
        key: sha256((restored if key.startswith("p/") else before)[key]).hexdigest()
        for key in restored | before
        if key in (restored if key.startswith("p/") else before)
    }


def check_error(ended, said):
    """Assert that the command ended with an error in two lines that matches `said`, no defect of ours."""
    assert ended.code == 1, ended
    assert ended.out == ""
    first, second = ended.err.splitlines()
    assert first.startswith("s3distversions: error: ") and re.search(said, first), first
    assert re.fullmatch(r"hint: \S.*", second)
    assert not re.search("job failed|defect|failure.txt", ended.err), ended.err


def check_outcomes(s3, model):
    """Assert that what the outcomes call done is done; return {key: status}."""
    parts = sorted(Path("run", "restored").glob("*/part-*"), key=lambda part: int(part.parent.name))
    number = parts[-1].parent.name
    lines = [json.loads(line) for part in parts if part.parent.name == number for line in part.open()]
    statuses = {line["key"]: line["status"] for line in lines if "key" in line}
    found, right = state(s3), wanted(model)
    for key, status in statuses.items():
        if status in ("done", "already"):
            assert found.get(key) == right.get(key), key
    return statuses


def check_nothing_lost(s3, before):
    """Assert that every version of the dump `before` is still there."""
    after = s3.dump("mybucket")["keys"]
    for key, entries in before["keys"].items():
        left = {entry["version_id"] for entry in after.get(key, ())}
        assert {entry["version_id"] for entry in entries if not entry["delete_marker"]} <= left
