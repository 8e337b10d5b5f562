"""Does the server heed the conditions of writes? It is found out before the first, and leaves nothing behind."""

import json
import re
from pathlib import Path

import pytest

from s3distversions import probes, rehearsal
from s3distversions.conditions import Conditions
from s3distversions.location import Location
from s3distversions.model import Action, Entry
from s3distversions.writing import Planned, Writing
from tests.command import current_state, put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--delete", "--no-progress", "--json")
RUN = ("--version-info-output", "run")
ALL = ["CopyObject", "DeleteObject", "DeleteObjects"]
OVER, GONE, NEW = ["p/over-1", "p/over-2"], ["p/gone"], ["p/new-1", "p/new-2"]
ODD = "p/new\x01"  # DeleteObjects is XML, which cannot say it
COPIED, ADDED = len(OVER), len(NEW)


@pytest.fixture
def client(s3):
    """A client; s3://mybucket holds keys of every kind of change since T."""
    s3.create_bucket("mybucket")
    s3.set_clock(T)
    client = s3.client()
    for key in [*OVER, *GONE]:
        put(client, key)
    s3.tick()
    for key in [*OVER, *NEW]:
        put(client, key, b"now")
    client.delete_object(Bucket="mybucket", Key="p/gone")
    s3.tick()
    return client


def heights(s3, bucket="mybucket"):
    """{key: how many entries it has}"""
    return {key: len(history) for key, history in s3.dump(bucket)["keys"].items()}


def sent(ended, operation, *statuses):
    """How often an operation was answered with one of the statuses."""
    return sum(each["operation"] == operation and each["status"] in statuses for each in ended.requests)


def markers_asked_for(ended):
    """{ETag that was the condition: how often}, of the markers that DeleteObjects was to add."""
    rows = [row for request in ended.requests for row in request["deleted"] or () if not row["version_id"]]
    return [row.get("error") for row in rows]


def check_restored(s3, ended):
    """All is as it was, every key that had to be written has one entry more, and the summary says just that."""
    assert ended.code == 0, ended
    assert current_state(s3, "mybucket") == dict.fromkeys([*OVER, *GONE], b"then")
    assert heights(s3) == {**dict.fromkeys(OVER, 3), **dict.fromkeys(GONE, 1), **dict.fromkeys(NEW, 2)}
    done = COPIED + len(GONE) + ADDED
    assert ended.summary["outcomes"] == {"done": done, "already": 0, "changed": 0, "archived": 0, "failed": 0}
    assert ended.summary["bytes_copied"] == COPIED * len(b"then")


def test_a_server_that_heeds_conditions(s3, client, command):
    """One copy and one delete are refused for their condition, and then all is done once, without a look."""
    ended = command(*RESTORE, *RUN)
    check_restored(s3, ended)
    assert (sent(ended, "CopyObject", 412), sent(ended, "CopyObject", 200)) == (1, COPIED)
    assert sorted(markers_asked_for(ended), key=str) == [None] * ADDED + ["PreconditionFailed"]
    assert sent(ended, "HeadObject", 200, 404) == COPIED + 1  # of versions, for what a listing does not show
    assert ended.summary["warnings"] == []
    found = json.loads(Path("run/run.json").read_text())
    assert found["conditions"]["heeded"] == {"CopyObject": True, "DeleteObjects": True}
    assert found["unconditional"] == []


@pytest.mark.parametrize("ignored", [ALL, ["CopyObject"], ["DeleteObjects"]], ids=str)
def test_a_server_that_passes_over_conditions(s3, client, command, ignored):
    """What was written to find out had to be written anyway; the other keys are looked at just before."""
    s3.settings(ignored_conditions=ignored)
    ended = command(*RESTORE, *RUN)
    check_restored(s3, ended)
    assert sent(ended, "CopyObject", 412) == ("CopyObject" not in ignored)
    assert markers_asked_for(ended).count("PreconditionFailed") == ("DeleteObjects" not in ignored)
    looks = [each for each in ended.requests if each["operation"] == "HeadObject" and not each["version_id"]]
    expected = (COPIED - 1) * ("CopyObject" in ignored) + (ADDED - 1) * ("DeleteObjects" in ignored)
    assert len(looks) == expected
    names = " and ".join(sorted({*ignored} & {"CopyObject", "DeleteObjects"}))
    before, after = ended.summary["warnings"]
    assert before == (
        f"this server does not heed the conditions of {names}: each key is looked at just before, and what "
        "somebody else writes in between is covered"
    )
    names = names.replace(" and ", " or ")
    gap = rf"the widest gap between the look at a key and the end of its {names} was \d+\.\d\d\d s"
    assert re.fullmatch(gap, after) and not after.endswith("was 0.000 s")
    assert before in ended.err and after in ended.err


@pytest.mark.parametrize("heeds", [True, False])
def test_keys_that_xml_cannot_hold(s3, client, command, heeds):
    """They are deleted one by one, by another operation, which is tried by itself."""
    put(client, ODD, b"now")
    s3.tick()
    s3.settings(ignored_conditions=[] if heeds else ["DeleteObject"])
    ended = command(*RESTORE, *RUN)
    assert ended.code == 0 and heights(s3)[ODD] == 2
    assert (sent(ended, "DeleteObject", 412), sent(ended, "DeleteObject", 204)) == (int(heeds), 1)
    assert json.loads(Path("run/run.json").read_text())["conditions"]["heeded"]["DeleteObject"] is heeds


@pytest.mark.parametrize("ignored", [[], ALL], ids=["heeds", "ignores"])
def test_copies_over_nothing(s3, client, command, ignored):
    """To an empty destination: nothing has the ETag of nobody, and so it is refused; or copied."""
    s3.create_bucket("elsewhere")
    s3.settings(ignored_conditions=ignored)
    ended = command(*RESTORE, *RUN, "--dest", "s3://elsewhere")
    assert ended.code == 0 and ended.summary["outcomes"]["done"] == 3
    assert heights(s3, "elsewhere") == {"over-1": 1, "over-2": 1, "gone": 1}
    assert (sent(ended, "CopyObject", 404), sent(ended, "CopyObject", 200)) == (int(not ignored), 3)
    assert len(ended.summary["warnings"]) == (2 if ignored else 0)


@pytest.mark.parametrize("ignored", [[], ALL], ids=["heeds", "ignores"])
@pytest.mark.parametrize("number", [1, 2])
def test_keys_that_somebody_wrote_since_the_plan(s3, client, command, ignored, number):
    """They are not tried, or not taken for an answer; nothing is covered on either server."""
    assert command("plan", *RESTORE, *RUN).code == 0
    s3.settings(ignored_conditions=ignored)
    for key in [*OVER[:number], *NEW[:number]]:
        put(client, key, b"somebody's")
    ended = command("apply", "run", "--no-progress", "--json")
    assert (ended.code, ended.summary["outcomes"]["changed"]) == (3, 2 * number)
    written = {key: b"somebody's" for key in [*OVER[:number], *NEW[:number]]}
    rest = {**dict.fromkeys([*OVER, *GONE], b"then")}
    assert current_state(s3, "mybucket") == {**rest, **written}
    changed = dict.fromkeys([*OVER[:number], *NEW[:number]], None)
    assert {key: 3 if key in OVER else 2 for key in changed} == {key: heights(s3)[key] for key in changed}


def test_what_is_written_between_the_look_and_the_write(s3, client, command, monkeypatch):
    """The gap that a server without conditions leaves: covered, and in the history; the warning says how wide."""
    stands = Conditions.stands

    def and_then_somebody_writes(self, key, current):
        result = stands(self, key, current)
        put(client, key, b"somebody's")
        return result

    s3.settings(ignored_conditions=ALL)
    monkeypatch.setattr(Conditions, "stands", and_then_somebody_writes)
    ended = command(*RESTORE, *RUN)
    assert ended.code == 0 and current_state(s3, "mybucket") == dict.fromkeys([*OVER, *GONE], b"then")
    covered = [key for key, height in heights(s3).items() if height == (4 if key in OVER else 3)]
    assert len(covered) == COPIED - 1 + ADDED - 1  # all but the two that were tried before
    assert "the widest gap between" in ended.summary["warnings"][1]


@pytest.mark.parametrize("ignored", [[], ALL], ids=["heeds", "ignores"])
def test_a_run_that_is_taken_up_does_not_try_again(s3, client, command, monkeypatch, ignored):
    """Killed between the tries and the job: what they wrote is found done, and what they found is known."""
    before = sum(heights(s3).values())
    s3.settings(ignored_conditions=ignored)
    with monkeypatch.context() as context:
        context.setattr(rehearsal, "kept", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert command(*RESTORE, *RUN).code == 130
    assert sum(heights(s3).values()) == before + (2 if ignored else 0)
    ended = command("apply", "run", "--no-progress", "--json")
    assert sent(ended, "CopyObject", 412) == 0 and "PreconditionFailed" not in markers_asked_for(ended)
    assert ended.code == 0 and ended.summary["outcomes"]["already"] == (2 if ignored else 0)
    assert heights(s3) == {**dict.fromkeys(OVER, 3), **dict.fromkeys(GONE, 1), **dict.fromkeys(NEW, 2)}


@pytest.mark.parametrize("ignored", [[], ALL], ids=["heeds", "ignores"])
def test_one_job(s3, client, command, ignored):
    """No plan, and so no command to try before: each task tries with the first that it has to do."""
    s3.settings(ignored_conditions=ignored)
    ended = command(*RESTORE, *RUN, "--one-job")
    check_restored(s3, ended)
    assert len(ended.summary["warnings"]) == (2 if ignored else 0)
    assert bool(sent(ended, "CopyObject", 412)) == (not ignored)


def test_a_finding_is_about_one_endpoint(s3, client, command):
    """Another server, which the run is taken to, is tried; and what is no finding is none."""
    assert command(*RESTORE, *RUN).code == 0
    run = Path("run/run.json")
    state = json.loads(run.read_text())
    parameters = rehearsal.Parameters.from_json(state)

    class Found:
        def __init__(self, conditions):
            self.conditions = conditions

        def state(self):
            return {"conditions": self.conditions}

    here = {"endpoint_url": s3.endpoint, "heeded": {"CopyObject": True, "DeleteObjects": "yes"}}
    assert rehearsal.known_already(Found(here), parameters) == {"CopyObject": True}
    for other in ({**here, "endpoint_url": None}, None, [], {"endpoint_url": s3.endpoint}, "x"):
        assert rehearsal.known_already(Found(other), parameters) == {}


@pytest.mark.parametrize("is_slow", [False, True])
def test_when_s3_is_busy_it_is_left_open(s3, client, command, impatient, monkeypatch, is_slow):
    """Then every key is looked at before: more requests, and nothing wrong."""
    if is_slow:
        monkeypatch.setattr(probes, "SECONDS", 0)
    else:
        s3.fault("CopyObject", "SlowDown", times=probes.BUSY)
    ended = command(*RESTORE, *RUN)
    check_restored(s3, ended)
    assert "does not heed the conditions of CopyObject" in ended.summary["warnings"][0]
    assert "CopyObject" not in json.loads(Path("run/run.json").read_text())["conditions"]["heeded"]


@pytest.mark.parametrize("into", [True, False])
def test_a_server_that_heeds_one_condition_of_two(monkeypatch, into):
    """Where there are copies over nothing, their own condition is tried as well, on what is copied over."""
    parameters = rehearsal.Parameters(Location("mybucket", "p"), T)
    before, now = (Entry("p/a", id_, T, False, id_, 4, "STANDARD", False) for id_ in ("v1", "v2"))
    item = Planned("p/a", "p/a", Action("copy", "overwritten since", before, now))
    done = {"key": "p/a", "status": "done"}

    def copy(writing, item):
        condition = writing.conditions.sent("CopyObject", lambda **sent: sent, now, {})
        if "IfMatch" in condition:
            raise probes.Heeded
        assert condition == {"IfNoneMatch": "*"}
        return [done]

    monkeypatch.setattr(probes, "copy", copy)
    monkeypatch.setattr(probes, "find", lambda *_: (probes.UNCHANGED, None))
    found = probes.tried(Writing(None, parameters), item, into)
    assert found == (probes.Found(heeded=False, done=done) if into else probes.Found(heeded=True))
