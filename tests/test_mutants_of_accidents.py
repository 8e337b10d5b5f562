"""Wrong rules of options, copies, conditions, verification and undo, each put into the whole job and seen failing."""

from random import Random

import pytest

from s3distversions import carried, choose, conditions, filters, identity, large_copies, undoing, verification
from s3distversions.model import UNDELETE
from tests.model_runs import NEVER
from tests.model_versions import LARGEST_COPY, obstacle
from tests.random_accidents import UNDO, random_accident
from tests.test_random_accidents import differences

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("impatient")]

SEEDS = range(400)
TRIED = 12  # accidents that may show it, at most


def only_ignored(monkeypatch):
    """All changes are reverted."""
    spared = choose.spared
    monkeypatch.setattr(
        choose, "spared", lambda action, rules: spared(action, rules._replace(only=frozenset()))
    )


def keep_newer_than_reversed(monkeypatch):
    """What was written before that moment is left alone, and not what was written after it."""
    spared = choose.spared

    def wrong(action, rules):
        limit, current = rules.keep_newer_than, action.current
        if limit is not None and current is not None and choose.not_later(current.last_modified, limit):
            return action._replace(action=choose.NONE, markers=())
        return spared(action, rules._replace(keep_newer_than=None))

    monkeypatch.setattr(choose, "spared", wrong)


def since_ignored(monkeypatch):
    """A key that was deleted before --since already comes back too."""
    decide = choose.to_what_was_deleted
    wrong = lambda history, rules: decide(history, rules._replace(restore_time=None))
    monkeypatch.setattr(choose, "to_what_was_deleted", wrong)


def first_filter_decides(monkeypatch):
    """As in other tools than the AWS CLI."""
    monkeypatch.setattr(filters, "reversed", list, raising=False)


def no_look_where_conditions_are_ignored(monkeypatch):
    """Every server is taken to heed conditions."""
    monkeypatch.setattr(conditions.Conditions, "are_heeded", lambda *_: True)


def encryption_not_carried(monkeypatch):
    """A copy is encrypted as the bucket does it."""
    monkeypatch.setattr(carried, "encryption", lambda *_: {})


def class_not_carried(monkeypatch):
    """A copy is STANDARD, as S3 makes it."""
    monkeypatch.setattr(carried, "class_of_copy", lambda *_: "STANDARD")


def redirect_not_carried(monkeypatch):
    """A copy leads nowhere."""
    monkeypatch.setattr(carried, "REDIRECT", "Nothing")


def tags_of_large_ones_lost(monkeypatch):
    """As other tools lose them."""
    monkeypatch.setattr(large_copies, "tags", lambda *_: [])


def metadata_not_compared(monkeypatch):
    """Versions with the same bytes are taken for the same."""
    monkeypatch.setattr(identity, "READ_WITH_IT", ("ContentLength",))
    monkeypatch.setattr(identity, "tags", lambda *_: [])


def verification_always_right(monkeypatch):
    """Whatever stands there."""
    monkeypatch.setattr(verification, "why_wrong", lambda *_: None)


def undo_of_what_others_wrote(monkeypatch):
    """Whatever stands there is taken for the run's."""
    monkeypatch.setattr(undoing, "is_ours", lambda *_: True)


def undo_by_copies_over_deleted_keys(monkeypatch):
    """What was deleted before the run stays as the run left it."""
    monkeypatch.setattr(undoing, "is_absent", lambda entry: entry is None)


def copies_of(accident):
    """The versions that the plan copies."""
    targets = [each.target.content for key, each in accident.plan().items() if each.action == "copy"]
    return [target for target in targets if not obstacle(target, "")]


def differs(accident, **wanted):
    """Would the plan be another one if that were wanted?"""
    return accident.plan() != accident._replace(wanted=accident.wanted._replace(**wanted)).plan()


def has_foreign(accident, when):
    """Does somebody else write to a planned key then?"""
    return any(each.when == when and each.key in accident.plan() for each in accident.foreign)


MUTANTS = [  # and the accidents that may show them
    (only_ignored, lambda each: differs(each, only=())),
    (keep_newer_than_reversed, lambda each: differs(each, newer_than=NEVER)),
    (since_ignored, lambda each: each.wanted.kind == UNDELETE and differs(each, at=-NEVER)),
    (first_filter_decides, lambda each: each.plan() != each._replace(filters=each.filters[::-1]).plan()),
    (no_look_where_conditions_are_ignored, lambda each: each.ignored and has_foreign(each, "planned")),
    (encryption_not_carried, lambda each: any(one.encryption.key for one in copies_of(each))),
    (class_not_carried, lambda each: any(one.storage_class == "STANDARD_IA" for one in copies_of(each))),
    (redirect_not_carried, lambda each: any("redirect" in str(one.headers) for one in copies_of(each))),
    (tags_of_large_ones_lost, lambda each: any(v.tags and v.size > LARGEST_COPY for v in copies_of(each))),
    (metadata_not_compared, lambda each: any(one.metadata or one.tags for one in copies_of(each))),
    (verification_always_right, lambda each: has_foreign(each, "applied") or has_foreign(each, "planned")),
    (undo_of_what_others_wrote, lambda each: each.then == UNDO and has_foreign(each, "applied")),
    (undo_by_copies_over_deleted_keys, lambda each: each.then == UNDO and copies_of(each)),
]


@pytest.mark.parametrize("mutate, may_show", MUTANTS, ids=[mutate.__name__ for mutate, _ in MUTANTS])
def test_mutant_is_caught(mutate, may_show, s3, command):
    """One of the first accidents that may show it does."""
    accidents = (random_accident(seed, Random(seed)) for seed in SEEDS)
    for accident, _ in zip(filter(may_show, accidents), range(TRIED), strict=False):
        with pytest.MonkeyPatch.context() as monkeypatch:
            mutate(monkeypatch)
            if differences(accident, s3, command):
                print(f"caught by accident {accident.seed}")
                return
    pytest.fail("not caught by any of them")
