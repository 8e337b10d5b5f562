"""500 random accidents through the whole job, with everything that S3 keeps of a version and whatever may happen
meanwhile; each held against the model: what is read, what is left and said, how many writes that takes."""

from collections import Counter
from random import Random

import pytest

from tests.accident_played import Played
from tests.model_left_alone import left_alone, without
from tests.random_accidents import random_accident
from tests.random_buckets import shrunk

pytestmark = pytest.mark.usefixtures("impatient")

SEEDS = range(500)
GROUPS = 25  # tests, so that workers share them
SOON = 2  # groups that `make test` has time for; `make test-long` runs the others


def differences(accident, s3, command):
    """Play an accident; return what is not as it must be."""
    played = Played(accident, s3, command)
    try:
        return played.play()
    except AssertionError as error:
        return [*played.found, str(error)]


def check(seed, s3, command):
    """Fail, with the smallest accident that shows it, if anything is wrong with the accident of a seed."""
    accident = random_accident(seed, Random(seed))
    found = differences(accident, s3, command)
    if found:
        small = shrunk(
            accident, lambda each: bool(differences(each, s3, command)), ("operations", "there", "foreign")
        )
        pytest.fail(f"seed {seed}: {differences(small, s3, command) or found}\n{small}")


@pytest.mark.parametrize(
    "group", [*range(SOON), *(pytest.param(group, marks=pytest.mark.long) for group in range(SOON, GROUPS))]
)
def test_random_accidents(group, s3, command):
    """No key reads otherwise than the model says, none is left unsaid, and no write is more than was needed."""
    for seed in SEEDS[group::GROUPS]:
        check(seed, s3, command)


def test_the_model_writes_no_more_than_the_minimum():
    """Two models agree: that of single keys, and that of whole buckets, which knows nothing of versions."""
    looked_at = Counter()
    for seed in SEEDS:
        accident = random_accident(seed, Random(seed))
        wanted, source = accident.wanted, accident.models()[0]
        if wanted.kind == "restore" and accident.dest is None:
            beside = {key for key in source.stacks if not accident.in_scope(key)}
            spared = left_alone(source, wanted.at, wanted.only, wanted.newer_than)
            planned = accident.plan()
            bucket = without(source, beside | spared)
            bare = bucket.minimum(wanted.at, wanted.delete, wanted.undelete)
            same = bare["copy"] - bucket.minimum(wanted.at, wanted.delete, wanted.undelete, planned)["copy"]
            counts = Counter(action.action for action in planned.values())
            assert {**bare, "copy": same} == {name: counts[name] for name in bare}, seed
            looked_at.update(counts)
    assert min(looked_at.values()) > 20 and len(looked_at) == 3


def test_the_accidents_hold_everything():
    """What the generator is to make it makes, many times over."""
    accidents = [random_accident(seed, Random(seed)) for seed in SEEDS]
    versions = [operation.content for each in accidents for operation in each.operations if operation.content]
    rare = {
        "over 5 GB": [each for each in versions if each.size > 5 * 1024**3],
        "archived": [each for each in versions if each.is_archived],
        "thawed": [each for each in versions if each.storage_class == "GLACIER" and not each.is_archived],
        "encrypted by KMS": [each for each in versions if each.encryption.kind.startswith("aws:kms")],
        "of a customer's key": [each for each in versions if each.encryption.kind == "SSE-C"],
        "in parts": [each for each in versions if each.parts and each.size < 10],
        "with tags": [each for each in versions if each.tags],
        "redirects": [each for each in versions if "redirect" in str(each.headers)],
        "suspended": [each for each in accidents if any(op.op == "suspend" for op in each.operations)],
        "elsewhere": [each for each in accidents if each.dest],
        "undeleted": [each for each in accidents if each.wanted.kind == "undelete"],
        "conditions ignored": [each for each in accidents if each.ignored],
        "other writers": [each for each in accidents if each.foreign],
        "just before a write": [each for each in accidents for f in each.foreign if isinstance(f.when, int)],
        "lost replies": [each for each in accidents if "after" in str(each.lost)],
        "wishes": [each for each in accidents if any(each.wanted.wish)],
        "filters": [each for each in accidents if each.filters],
        "only": [each for each in accidents if each.wanted.only],
        "undone": [each for each in accidents if each.then == "undo"],
    }
    assert {name: len(found) for name, found in rare.items() if len(found) < 20} == {}
