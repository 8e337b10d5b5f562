"""How what a run did to a key is undone: the whole table, decided without any S3."""

from itertools import count

import pytest

from s3distversions.model import (
    ADD_MARKER,
    ALREADY,
    ARCHIVED,
    BY_COPY,
    BY_REMOVING_MARKERS,
    CHANGED,
    COPY,
    DONE,
    FAILED,
    NONE,
    REMOVE_MARKERS,
    STATUSES,
    Action,
    Entry,
)
from s3distversions.undoing import LEFT_ALONE, NOT_DONE, UNTOLD, Write, undo

NUMBERS = count(10)


def version(name, content="then"):
    """A version with an id; its ETag tells its content to `Told`."""
    when = f"2014-01-01T00:00:{next(NUMBERS) % 60:02}Z"
    return Entry("key", name, when, False, content, len(content), "STANDARD", False)


def marker(name):
    return Entry("key", name, f"2014-01-01T00:00:{next(NUMBERS) % 60:02}Z", True, None, None, None, False)


class Told:
    """Answers from the contents; `blind`: nothing can tell."""

    def __init__(self, blind=False):
        self.blind = blind

    def reads_the_same(self, before, now):
        return None if self.blind else before.etag == now.etag

    is_copy = reads_the_same


THEN, NOW, GONE = version("then"), version("now", "now!"), marker("gone")
COPIED, DELETED = version("copied"), marker("deleted")
ELSE = version("else", "else")
OVER_VERSION = Action(COPY, "", THEN, NOW)
OVER_MARKER = Action(COPY, "", THEN, GONE)
OVER_NOTHING = Action(COPY, "", THEN, None)
MARKED = Action(ADD_MARKER, "", None, NOW)
UNMARKED = Action(REMOVE_MARKERS, "", THEN, GONE, ("gone", "gone too"))


def decided(history, action, status=None, version_id=None, undelete=BY_REMOVING_MARKERS, blind=False):
    """Undo one write; return the action's name, what comes back and the markers, or why not."""
    result = undo(history[:3], [Write(action, status, version_id)], undelete, Told(blind))
    if isinstance(result, str):
        return result
    assert result.current is (history[0] if history else None)
    return result.action, result.target, result.markers


@pytest.mark.parametrize("told", [(None, None), (DONE, "copied"), (ALREADY, "copied"), (DONE, None)])
def test_a_copy(told):
    """Told by its outcome, with or without the version id, or by none: a killed run's."""
    assert decided([COPIED, NOW, THEN], OVER_VERSION, *told) == (COPY, NOW, ())
    assert decided([COPIED, GONE, THEN], OVER_MARKER, *told) == (ADD_MARKER, GONE, ())
    assert decided([COPIED], OVER_NOTHING, *told) == (ADD_MARKER, None, ())


@pytest.mark.parametrize("told", [(None, None), (DONE, "deleted"), (ALREADY, "deleted"), (DONE, None)])
def test_a_marker(told):
    assert decided([DELETED, NOW, THEN], MARKED, *told) == (REMOVE_MARKERS, NOW, ("deleted",))
    assert decided([DELETED, NOW, THEN], MARKED, *told, undelete=BY_COPY) == (COPY, NOW, ())


@pytest.mark.parametrize("status", [None, DONE, ALREADY])
def test_markers_that_were_removed(status):
    """However many they were, one comes back: a reader sees nothing, as before."""
    assert decided([THEN, NOW], UNMARKED, status) == (ADD_MARKER, GONE, ())


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("status", [None, *STATUSES])
@pytest.mark.parametrize(
    "history, action",
    [
        ([NOW, THEN], OVER_VERSION),  # nothing was written, or it is gone again
        ([GONE, THEN], OVER_MARKER),
        ([], OVER_NOTHING),
        ([DELETED, COPIED, GONE], OVER_MARKER),  # undone before, or deleted since
        ([DELETED, COPIED], OVER_NOTHING),
        ([NOW, THEN], MARKED),
        ([GONE, THEN], UNMARKED),
        ([DELETED, THEN], UNMARKED),
        ([marker("gone too"), THEN], UNMARKED),  # killed between two markers
    ],
)
def test_as_it_was_before(history, action, status, blind):
    """Nothing is done, whatever the run told, and nothing asked."""
    assert decided(history, action, status, "gone again", blind=blind)[0] == NONE


def test_put_back_by_another_version():
    """An earlier undo's copy, or a person's, reads the same. Where nothing can tell, that is said."""
    again = version("again", "now!")
    assert decided([again, COPIED, NOW], OVER_VERSION)[0] == NONE
    assert decided([again, COPIED, NOW], OVER_VERSION, DONE, "copied", blind=True) == UNTOLD
    assert decided([again, DELETED, NOW], MARKED, DONE, "deleted")[0] == NONE  # by copy, under MFA delete
    longer = version("longer", "longer")
    assert decided([longer, COPIED, NOW], OVER_VERSION, DONE, "copied", blind=True) == LEFT_ALONE


def test_a_copy_of_the_same_content():
    """Of the same bytes as before, because nothing could tell then: it needs no way back."""
    twin = THEN._replace(version_id="twin")
    assert decided([COPIED, twin, THEN], Action(COPY, "", THEN, twin), DONE, "copied")[0] == NONE


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize(
    "history, action, version_id",
    [
        ([ELSE, COPIED, NOW], OVER_VERSION, "copied"),  # overwritten since
        ([DELETED, COPIED, NOW], OVER_VERSION, "copied"),  # deleted since
        ([COPIED, ELSE, NOW], OVER_VERSION, "copied"),  # something between: not what the plan saw
        ([version("by hand"), NOW, THEN], OVER_VERSION, "copied"),  # the same content by another write
        ([], OVER_VERSION, "copied"),
        ([COPIED, NOW], OVER_NOTHING, "copied"),
        ([ELSE], OVER_MARKER, "copied"),
        ([DELETED, ELSE, NOW], MARKED, "deleted"),
        ([marker("by hand"), NOW], MARKED, "deleted"),
        ([marker("once more"), DELETED, NOW], MARKED, "deleted"),
        ([], MARKED, "deleted"),
        ([ELSE, THEN], UNMARKED, None),
    ],
)
def test_what_is_not_the_runs_is_left_alone(history, action, version_id, blind):
    outcome = decided(history, action, DONE, version_id, blind=blind)
    assert outcome in (LEFT_ALONE, UNTOLD) if blind else outcome == LEFT_ALONE


@pytest.mark.parametrize("status", [CHANGED, FAILED, ARCHIVED])
def test_what_the_run_says_that_it_did_not(status):
    """Deletes and undeletes of others are not reversed. A copy that failed may have been made all the same."""
    assert decided([DELETED, NOW], MARKED, status) == NOT_DONE
    assert decided([THEN, NOW], UNMARKED, status) == NOT_DONE
    assert decided([ELSE, NOW], OVER_VERSION, status) == NOT_DONE
    assert decided([COPIED, NOW], OVER_VERSION, status) == (COPY, NOW, ())


def test_another_content_without_an_outcome():
    """A killed run: what stands above the entry that its plan saw is its own only if it is what the plan says."""
    assert decided([ELSE, NOW], OVER_VERSION) == LEFT_ALONE
    assert decided([ELSE, NOW], OVER_VERSION, blind=True) == (COPY, NOW, ())  # as far as can be told
    assert decided([version("longer", "longer"), NOW], OVER_VERSION, blind=True) == LEFT_ALONE
    assert decided([DELETED, NOW], OVER_VERSION) == LEFT_ALONE
    assert decided([ELSE, NOW], MARKED) == LEFT_ALONE


def test_a_null_version_that_was_replaced():
    """The id is the same, the entry another."""
    null = NOW._replace(version_id="null")
    other = null._replace(etag="else", last_modified="2014-02-01T00:00:00Z")
    assert decided([COPIED, null], OVER_VERSION._replace(current=null)) == (COPY, null, ())
    assert decided([COPIED, other], OVER_VERSION._replace(current=null)) == LEFT_ALONE


def test_several_attempts_of_one_job():
    """What one made over what another had made goes back to what stood there before both; over what somebody
    else had written, to that."""
    again = version("again")
    first = Write(OVER_VERSION, DONE, "copied")
    over_own = Write(Action(COPY, "", THEN, COPIED), DONE, "again")
    over_foreign = Write(Action(COPY, "", THEN, ELSE), DONE, "again")
    for writes in ([first, over_own], [over_own, first]):
        result = undo([again, COPIED, NOW], writes, BY_REMOVING_MARKERS, Told())
        assert (result.action, result.target) == (COPY, NOW)
    for writes in ([first, over_foreign], [over_foreign, first]):
        result = undo([again, ELSE, COPIED], writes, BY_REMOVING_MARKERS, Told())
        assert (result.action, result.target) == (COPY, ELSE)
        by_hand = [version("by hand", "else"), again]
        assert undo(by_hand, writes, BY_REMOVING_MARKERS, Told()).action == NONE
    circle = [
        Write(Action(COPY, "", THEN, COPIED), DONE, "again"),
        Write(Action(COPY, "", THEN, again), DONE, "copied"),
    ]
    assert undo([ELSE, THEN], circle, BY_REMOVING_MARKERS, Told()) == LEFT_ALONE


def test_one_more_copy_of_the_run_below():
    """Where a reply was lost on a server that ignores conditions, or a copy was made right by another one, two of
    the run's stand above what was there; where nothing tells that the lower one is its own, it is left alone."""
    lower, wrong = version("lower"), version("wrong", "THEN")
    told = (OVER_VERSION, DONE, "copied")
    assert decided([COPIED, lower, NOW], *told) == (COPY, NOW, ())
    assert decided([COPIED, wrong, NOW], *told) == LEFT_ALONE
    assert undo([COPIED, wrong, NOW], [Write(*told, copied_twice=True)], BY_COPY, Told()).target is NOW
    assert decided([COPIED, lower, NOW], *told, blind=True) == UNTOLD
    assert decided([COPIED, lower, ELSE], *told) == LEFT_ALONE
    assert decided([COPIED, lower, NOW], OVER_VERSION, FAILED, "copied") == NOT_DONE
    assert decided([COPIED, lower, NOW], OVER_VERSION) == LEFT_ALONE
