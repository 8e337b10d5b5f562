"""Lifecycle rules that may have removed what a run is about: rule, scope and restore time in, warnings out."""

from datetime import datetime, timedelta, timezone

import pytest

from s3distversions.lifecycle import warnings
from s3distversions.model import KeyRange
from s3distversions.timestamps import to_text

NOW = datetime(2014, 3, 1, tzinfo=timezone.utc)
PURGED = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
BELOW_P = [KeyRange("p/")]


def warned(rule, scope=BELOW_P, days=45):
    """The warnings of one rule, where the restore time is so many days ago."""
    restore_time = None if days is None else to_text(NOW - timedelta(days=days))
    return list(warnings([{"ID": "rule", "Status": "Enabled", **rule}], scope, restore_time, NOW))


def test_the_words():
    rule = {"Filter": {"Prefix": "p/"}, **PURGED}
    (warning,) = warned(rule)
    assert warning == (
        "lifecycle rule 'rule': of what begins with 'p/' versions are removed for good 30 days after they were "
        "covered; the restore time was 45 days ago: what stood there then may be gone"
    )
    assert warned(rule, days=None)[0].endswith("covered: what was deleted earlier cannot come back")


@pytest.mark.parametrize(("days", "number"), [(29, 0), (30, 0), (30.01, 1), (31, 1), (4000, 1), (None, 1)])
def test_only_what_was_covered_long_enough_ago_can_be_gone(days, number):
    """What stood there at the restore time has been covered for no longer than since then."""
    assert len(warned(PURGED, days=days)) == number


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ({}, 1),
        ({"Prefix": ""}, 1),
        ({"Prefix": "p"}, 1),
        ({"Prefix": "p/a"}, 1),
        ({"Prefix": "q/"}, 0),
        ({"Prefix": "p2/"}, 0),
        ({"Filter": {}}, 1),
        ({"Filter": {"Prefix": "q/"}}, 0),
        ({"Filter": {"Tag": {"Key": "a", "Value": "1"}}}, 1),
        ({"Filter": {"ObjectSizeGreaterThan": 1}}, 1),
        ({"Filter": {"And": {"Prefix": "p/a/", "ObjectSizeLessThan": 1}}}, 1),
        ({"Filter": {"And": {"Prefix": "q/", "Tags": []}}}, 0),
        ({"Status": "Disabled"}, 0),
    ],
)
def test_which_rules_are_about_the_scope(where, number):
    found = warned({**where, **PURGED})
    assert len(found) == number
    narrowed = where.get("Filter", {}).keys() - {"Prefix"}
    assert all(("with certain tags or of certain sizes" in each) == bool(narrowed) for each in found)


@pytest.mark.parametrize(
    ("scope", "number"),
    [
        ([KeyRange("x"), KeyRange("p/a/b")], 1),
        ([KeyRange("x"), KeyRange("p/b")], 0),
        ([KeyRange.of_key("p/a/1")], 1),
        ([KeyRange.of_key("p")], 0),
        ([KeyRange("")], 1),
    ],
)
def test_which_scopes_a_rule_is_about(scope, number):
    assert len(warned({"Prefix": "p/a", **PURGED}, scope)) == number


def test_versions_that_a_rule_keeps():
    kept = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 5}}
    (warning,) = warned(kept)
    assert "30 days after they were covered, but for the newest 5 of each key;" in warning
    only_kept = {"NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 5}}
    assert "0 days after they were covered" in warned(only_kept, days=1)[0]


@pytest.mark.parametrize(
    ("expiration", "said"),
    [
        ({"Days": 7}, "what is 7 days old gets a delete marker: that is taken back too"),
        ({"Date": NOW - timedelta(days=1)}, "everything got a delete marker on 2014-02-28"),
        ({"Date": NOW - timedelta(days=46)}, None),
        ({"Date": NOW + timedelta(days=1)}, None),
        ({"ExpiredObjectDeleteMarker": True}, None),
    ],
)
def test_delete_markers_of_rules(expiration, said):
    """Those that were put since look like anybody's; with one that is taken away a key is absent as before."""
    found = warned({"Expiration": expiration})
    assert len(found) == (said is not None)
    assert all(said in each for each in found)
    assert warned({"Expiration": expiration}, days=None) == []  # an undelete is for just that


def test_other_rules_remove_nothing():
    transitions = [{"NoncurrentDays": 1, "StorageClass": "GLACIER"}]
    assert warned({"NoncurrentVersionTransitions": transitions}) == []
    assert warned({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}) == []
