"""Wrong rules, each put into the whole job and each seen failing: what passes with these asserts nothing."""

import itertools
from datetime import datetime, timedelta
from operator import attrgetter

import pytest

from s3distversions import (
    choose,
    columns,
    execute,
    filters,
    listing,
    location,
    order,
    parse,
    planning,
    quick,
    records,
    twins,
)
from s3distversions.deletes import Deletion
from s3distversions.model import KeyRange
from s3distversions.timestamps import to_text
from tests.random_buckets import differences, random_bucket

SEEDS = range(60)


def reorder_pages(key):
    """Pages whose entries are sorted, as clients do that keep versions and markers apart, or trust times."""

    def apply(monkeypatch):
        read = parse.read

        def wrong(root):
            page = read(root)
            by_key = itertools.groupby(page.entries, attrgetter("key"))
            return page._replace(entries=[entry for _, group in by_key for entry in sorted(group, key=key)])

        monkeypatch.setattr(parse, "read", wrong)
        monkeypatch.setattr(quick, "find", lambda body: None)
        monkeypatch.setattr(order.Order, "check_all", lambda *_: None)  # which would refuse such a server

    return apply


def newest_time_first(monkeypatch):
    """Sort by time: in one second the wrong one wins."""
    reorder_pages(lambda entry: [-ord(letter) for letter in entry.last_modified])(monkeypatch)


def before_for_not_later(monkeypatch):
    """`<` for `<=`."""
    monkeypatch.setattr(choose, "not_later", lambda moment, limit: moment[:-1] < limit[:-1])


def markers_ignored(monkeypatch):
    """A key that was deleted at T comes back."""
    look_back = choose.look_back
    ignoring = lambda history, T: look_back((e for e in history if not e.delete_marker), T)
    monkeypatch.setattr(choose, "look_back", ignoring)


def markers_removed_above_another_version(monkeypatch):
    """Undelete by removing markers though a version stands between them and the target."""
    look_back = choose.look_back

    def wrong(history, restore_time):
        entries = list(history)
        seen = look_back(entries, restore_time)
        above = itertools.takewhile(lambda entry: entry is not seen.target, entries)
        markers = tuple(entry.version_id for entry in above if entry.delete_marker)
        return seen._replace(markers=markers, only_markers=bool(markers))

    monkeypatch.setattr(choose, "look_back", wrong)


def history_cut_at_the_end_of_a_page(monkeypatch):
    """Each page begins the history of its first key anew."""
    monkeypatch.setattr(planning, "blocks", iter)


def an_hour_too_late(monkeypatch):
    """What was written in the hour after the restore time is passed over."""
    later_than = columns.Read.later_than

    def wrong(self, moment):
        following = datetime.fromisoformat(moment) + timedelta(hours=1)
        return later_than(self, to_text(following))

    monkeypatch.setattr(columns.Read, "later_than", wrong)


def the_last_of_a_block_passed_over(monkeypatch):
    """Of the entries that decide, the last in a block is not looked at."""
    undecided = choose.undecided
    monkeypatch.setattr(planning, "undecided", lambda listed, rules: undecided(listed, rules)[:-1])


def next_page_after_the_whole_key(monkeypatch):
    """KeyMarker without VersionIdMarker: the rest of a history is lost."""
    fetch = listing.fetch
    monkeypatch.setattr(
        listing,
        "fetch",
        lambda client, bucket, prefix, key, version: fetch(client, bucket, prefix, key, None),
    )


def only_the_first_page(monkeypatch):
    """A listing that ends silently."""
    read = parse.read
    monkeypatch.setattr(parse, "read", lambda root: read(root)._replace(is_truncated=False))


def neighbours_of_a_folder(monkeypatch):
    """`path` means `path2` too."""
    monkeypatch.setattr(location.Location, "below", property(lambda self: self.path.rstrip("/")))


def the_key_itself_forgotten(monkeypatch):
    """`s3://bucket/path` means only what is below."""
    monkeypatch.setattr(location.Location, "ranges", lambda self: [KeyRange(self.below)])


def the_end_of_a_range_ignored(monkeypatch):
    """The range of one key goes on to its neighbours."""
    pages = listing.pages
    monkeypatch.setattr(
        planning, "pages", lambda client, bucket, keys: pages(client, bucket, keys._replace(until=None))
    )


def twins_taken_for_different(monkeypatch):
    """What stands there already is copied again."""
    monkeypatch.setattr(twins, "may_be_same", lambda *_: False)


def delete_without_being_asked(monkeypatch):
    """--delete is always on."""
    decide = choose.choose
    monkeypatch.setattr(
        planning, "choose", lambda history, rules, there: decide(history, rules._replace(delete=True), there)
    )


def filters_ignored(monkeypatch):
    """What is excluded is restored too."""
    monkeypatch.setattr(planning, "in_scope", lambda parameters: lambda key: True)


def filters_in_the_order_given(monkeypatch):
    """The first pattern that matches decides."""
    monkeypatch.setattr(filters, "reversed", list, raising=False)  # in the place of the built-in function


def all_kinds_of_changes(monkeypatch):
    """--only is ignored."""
    spared = choose.spared
    monkeypatch.setattr(choose, "spared", lambda action, rules: spared(action, rules._replace(only=())))


def what_is_newer_covered(monkeypatch):
    """--keep-newer-than is ignored."""
    spared = choose.spared
    monkeypatch.setattr(
        choose, "spared", lambda action, rules: spared(action, rules._replace(keep_newer_than=None))
    )


def a_version_deleted_by_its_id(monkeypatch):
    """Delete for good what should only get a marker."""

    def wrong(item):
        return [Deletion(item.written_key, version_id=item.action.current.version_id)]

    monkeypatch.setattr(execute, "_deletions", wrong)


def copies_of_the_current_version(monkeypatch):
    """A copy without the target's version id."""
    read_action = records.read_action

    def wrong(line, src):
        action = read_action(line, src)
        return action._replace(target=action.current) if action.action == "copy" else action

    monkeypatch.setattr("s3distversions.journal.read_action", wrong)


MUTANTS = [
    pytest.param(reorder_pages(attrgetter("delete_marker")), id="versions_before_markers"),
    pytest.param(reorder_pages(lambda entry: not entry.delete_marker), id="markers_before_versions"),
    *(
        pytest.param(mutant, id=mutant.__name__)
        for mutant in (
            newest_time_first,
            before_for_not_later,
            markers_ignored,
            markers_removed_above_another_version,
            history_cut_at_the_end_of_a_page,
            an_hour_too_late,
            the_last_of_a_block_passed_over,
            an_hour_too_late,
            the_last_of_a_block_passed_over,
            next_page_after_the_whole_key,
            only_the_first_page,
            neighbours_of_a_folder,
            the_key_itself_forgotten,
            the_end_of_a_range_ignored,
            twins_taken_for_different,
            delete_without_being_asked,
            filters_ignored,
            filters_in_the_order_given,
            all_kinds_of_changes,
            what_is_newer_covered,
            a_version_deleted_by_its_id,
            copies_of_the_current_version,
        )
    ),
]


@pytest.mark.long
@pytest.mark.parametrize("mutate", MUTANTS)
def test_mutant_is_caught(mutate, s3, command):
    """One of the first seeds shows it."""
    for seed in SEEDS:
        with pytest.MonkeyPatch.context() as monkeypatch:
            mutate(monkeypatch)
            if differences(random_bucket(seed), s3, command):
                print(f"caught by seed {seed}")
                return
    pytest.fail("not caught by any seed")


def test_servers_that_lose_the_order_are_refused(s3, command):
    """With the listing's own checks on, versions before markers is an error and never a basis for a write."""
    refused = 0
    for seed in SEEDS[:20]:
        with pytest.MonkeyPatch.context() as monkeypatch:
            check_all = order.Order.check_all
            reorder_pages(attrgetter("delete_marker"))(monkeypatch)
            monkeypatch.setattr(order.Order, "check_all", check_all)
            found = differences(random_bucket(seed), s3, command)
            if any("cannot be trusted" in each for each in found):
                refused += 1
                assert not any("sent what it must not" in each for each in found)
    assert refused > 0
