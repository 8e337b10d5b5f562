"""The verb undelete: the markers on top of a key that were written since, where a version stands below them."""

import tracemalloc
from functools import partial

import pytest

from s3distversions.choose import choose
from s3distversions.model import Entry, Rules
from tests.decisions import random_case
from tests.histories import DAY, history_as_entries, moment, play_on_model
from tests.model_left_alone import NEVER, undeleted

T = moment(5)
UNDELETE = Rules(T, kind="undelete")
ALWAYS = UNDELETE._replace(restore_time=None)

# As the peer that does both tells it, word for word: before T | after T -> restore --delete, undelete
TABLE = """
V1    | D1       -> V1, V1
none  | V1 D1    -> nothing, V1
V1 D1 | V2 D2    -> nothing, V2
V1 D1 | D2       -> nothing, nothing
V1    | D1 V2 D2 -> copy V1, V2
V1    | V2       -> copy V1, nothing
none  | V1       -> add a marker, nothing
"""


def history(before, after):
    """Return the history, newest first, of what was written before and after T: "V1 D1" in the order written."""
    names = [(name, 1 + number) for number, name in enumerate(before.replace("none", "").split())]
    names += [(name, 6 + number) for number, name in enumerate(after.split())]
    return [entry(name, second) for name, second in reversed(names)]


def entry(name, second):
    """Return a version V or a delete marker D, its name for its version id."""
    data = (None, None, None) if name[0] == "D" else ("9b2cf535f27731c974343645a3985328", 1, "STANDARD")
    return Entry("key", name, moment(second), name[0] == "D", *data, is_latest=False)


def in_words(action):
    """Return an action in the table's words."""
    return {
        "none": "nothing",
        "add_marker": "add a marker",
        "copy": f"copy {action.target and action.target.version_id}",
        "remove_markers": f"{action.target and action.target.version_id}",
    }[action.action]


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_the_table_of_a_peer(row):
    told, _, expected = row.partition(" -> ")
    listed = history(*told.split("|"))
    chosen = [choose(iter(listed), rules) for rules in (Rules(T, delete=True), UNDELETE)]
    assert ", ".join(map(in_words, chosen)) == expected


def test_what_a_plan_line_says():
    listed = history("V1 D1", "V2 D2 D3")
    chosen = choose(iter(listed), UNDELETE)
    assert (chosen.target, chosen.current) == (listed[2], listed[0])
    assert (chosen.markers, chosen.uncertain) == (("D3", "D2"), False)
    copied = choose(iter(listed), UNDELETE._replace(undelete="copy"))
    assert (copied.action, copied.target, copied.current) == ("copy", listed[2], listed[0])
    assert copied.markers == ()


@pytest.mark.parametrize(
    "before, after, rules, expected, reason",
    [
        ("V1", "D1 D2 D3", UNDELETE, "V1", "deleted"),
        ("V1", "D1", UNDELETE._replace(undelete="copy"), "copy V1", "deleted, to be undeleted by a copy"),
        ("V1 D1", "D2", ALWAYS, "V1", "deleted"),
        ("V1 V2 D1", "", ALWAYS, "V2", "deleted"),
        ("V1 D1", "", UNDELETE, "nothing", "deleted before --since already"),
        ("V1", "D1 V2", ALWAYS, "nothing", "not deleted"),
        ("none", "D1 D2", ALWAYS, "nothing", "deleted, and no version stands below"),
        ("D1", "", UNDELETE, "nothing", "deleted, and no version stands below"),
        ("none", "", ALWAYS, "nothing", "not deleted"),
        ("V1", "D1", UNDELETE._replace(keep_newer_than=moment(6)), "V1", "deleted"),
        ("V1", "D1", UNDELETE._replace(keep_newer_than=T), "nothing", "newer than --keep-newer-than"),
    ],
)
def test_undelete(before, after, rules, expected, reason):
    chosen = choose(iter(history(before, after)), rules)
    assert (in_words(chosen), chosen.reason) == (expected, reason)


def test_a_marker_of_that_very_moment_was_there_at_it():
    at = [entry("D1", 5), entry("V1", 1)]
    assert choose(at, UNDELETE).action == "none"
    assert choose([at[0]._replace(last_modified="2014-01-01T00:00:05.001Z"), at[1]], UNDELETE).markers == (
        "D1",
    )


def test_a_long_history_is_read_to_its_end_as_a_stream():
    stream = iter(entry("D1" if number == 0 else "V1", 9) for number in range(20_000))
    tracemalloc.start()
    chosen = choose(stream, ALWAYS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert chosen.action == "remove_markers"
    assert next(stream, None) is None, "what is below is counted"
    assert peak < 100_000


# --- against the model ---


def wrong_keys(decide, seed):
    """Return the keys of a random bucket of which `decide` says something else than the model."""
    case = random_case(seed)
    bucket = play_on_model(case.operations)
    since = None if seed % 4 == 0 else case.restore_time
    kept = NEVER if case.keep_newer_than is None else case.keep_newer_than
    rules = ALWAYS if since is None else UNDELETE._replace(restore_time=moment(since))
    rules = rules._replace(keep_newer_than=None if kept == NEVER else moment(kept), undelete=case.undelete)
    back = undeleted(bucket, -NEVER if since is None else since)
    back = {key: content for key, content in back.items() if bucket.history(key)[0].time <= kept}
    expected = bucket.state() | back
    actions = {key: decide(history_as_entries(bucket, key), rules) for key in bucket.stacks}
    wrong = {key for key, action in actions.items() if (action.action != "none") != (key in back)}
    for key, action in actions.items():
        stack = bucket.history(key)
        if action.action == "remove_markers":
            bucket.stacks[key] = [each for each in stack if each.version_id not in action.markers]
        elif action.action == "copy":
            wanted = [each.content for each in stack if each.version_id == action.target.version_id]
            bucket.put(key, wanted[0], 10 * DAY)
        if any(each.content is None and each.version_id in action.markers for each in bucket.history(key)):
            wrong.add(key)
    state = bucket.state()
    return wrong | {key for key in state.keys() | expected.keys() if state.get(key) != expected.get(key)}


def test_random_histories():
    assert [seed for seed in range(10_000) if wrong_keys(choose, seed)] == []


def ruled(history, rules, **fixed):
    return choose(history, rules._replace(**fixed))


def blind(history, rules):
    return choose(history, rules)._replace(markers=tuple(each.version_id for each in history[:1]))


def a_version_too(history, rules):
    action = choose(history, rules)
    return action._replace(markers=(*action.markers, action.target.version_id)) if action.markers else action


MUTANTS = {
    "--since ignored": partial(ruled, restore_time=None),
    "a restore": partial(ruled, kind="restore", restore_time=moment(3)),
    "--keep-newer-than ignored": partial(ruled, keep_newer_than=None),
    "only the top marker removed": blind,
    "the newest version removed too": a_version_too,
    "one old marker is enough": lambda history, rules: choose(history[:1] + history[-1:], rules),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_wrong_decisions_are_caught(name):
    assert any(wrong_keys(MUTANTS[name], seed) for seed in range(2_000))
