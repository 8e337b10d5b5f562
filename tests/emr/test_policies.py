"""The policies of emr/roles.yaml: with that of a verb it works, and without any line of it something is amiss."""

import pytest

from s3distversions import surroundings
from tests import documented_permissions
from tests.emr import scenarios
from tests.emr.deploying import ELSEWHERE, IN_PLACE
from tests.emr.policies import policies
from tests.emr.scenarios import Shown, Stage
from tests.permissions.role import denied

PLACES = {"elsewhere": (ELSEWHERE, ("--dest", "s3://elsewhere/d")), "in place": (IN_PLACE, ())}
OF_APPLY = ("RunsPolicy", "ApplyPolicy", "DeletePolicy")
OF_UNDO = ("RunsPolicy", "UndoPolicy")
# The policies that are enough, and what is shown then, elsewhere and in place.
ENOUGH = {
    scenarios.planning: (
        ("RunsPolicy", "PlanPolicy"),
        Shown(0, {"copy": 2, "add_marker": 1}, {}, 0, False),
        Shown(0, {"copy": 1, "remove_markers": 1, "add_marker": 1}, {}, 0, False),
    ),
    scenarios.applying: (
        OF_APPLY,
        Shown(3, {"copy": 5, "add_marker": 1}, {"done": 4, "changed": 2}, 0, False),
        Shown(3, {"copy": 4, "remove_markers": 1, "add_marker": 1}, {"done": 4, "changed": 2}, 0, False),
    ),
    scenarios.applying_in_vain: (
        OF_APPLY[:2],
        Shown(3, {"copy": 3}, {"done": 2, "failed": 1}, 0, False),
        Shown(3, {"copy": 2, "remove_markers": 1}, {"done": 2, "failed": 1}, 0, False),
    ),
    scenarios.verifying: (
        ("RunsPolicy", "VerifyPolicy"),
        Shown(0, {"copy": 2}, {"done": 2}, 0, True),
        Shown(0, {"copy": 1, "remove_markers": 1}, {"done": 2}, 0, True),
    ),
    scenarios.undoing: (
        OF_UNDO,
        *[Shown(0, {"copy": 2, "remove_markers": 1, "add_marker": 1}, {"done": 4}, 0, False)] * 2,
    ),
    scenarios.undoing_late: (
        OF_UNDO,
        *[Shown(3, {"copy": 2, "add_marker": 1}, {"done": 2, "changed": 1}, 0, False)] * 2,
    ),
    scenarios.undoing_in_vain: (
        OF_UNDO,
        *[Shown(3, {"copy": 2, "add_marker": 1}, {"done": 2, "failed": 1}, 0, False)] * 2,
    ),
    scenarios.undeleting: (
        ("RunsPolicy", "UndeletePolicy"),
        *[Shown(0, {"remove_markers": 1}, {"done": 1}, 0, False)] * 2,
    ),
}
# The scenario that shows the lines of a policy, and that of the lines which only another one shows.
USUAL = {
    "RunsPolicy": scenarios.planning,
    "PlanPolicy": scenarios.planning,
    "ApplyPolicy": scenarios.applying,
    "DeletePolicy": scenarios.applying,
    "VerifyPolicy": scenarios.verifying,
    "UndoPolicy": scenarios.undoing,
    "UndeletePolicy": scenarios.undeleting,
}
ONLY_IN = {
    ("ApplyPolicy", "s3:AbortMultipartUpload"): scenarios.applying_in_vain,
    ("UndoPolicy", "s3:AbortMultipartUpload"): scenarios.undoing_in_vain,
    ("UndoPolicy", "s3:ListBucket"): scenarios.undoing_late,
}
LINES = [
    (place, policy, line)
    for place, (parameters, _) in PLACES.items()
    for policy, lines in policies(**parameters).items()
    for line in sorted(lines)
]


def whole(scenario, place):
    """What a scenario shows where nothing is lacking."""
    return ENOUGH[scenario][1 + [*PLACES].index(place)]


@pytest.fixture
def play(s3, owner, restorer, monkeypatch):
    """`play(scenario, place, lacking)` returns how the command ended, and what it shows."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint)
    monkeypatch.setattr(surroundings, "FEW_COPIES", 0)  # as where there are more than a hundred copies

    def run(scenario, place, lacking=None):
        parameters, where = PLACES[place]
        given = set().union(*(policies(**parameters)[name] for name in ENOUGH[scenario][0]))
        return scenario(Stage(s3, owner, restorer, where), given - {lacking})

    return run


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scenario", ENOUGH, ids=lambda scenario: scenario.__name__)
def test_the_policy_is_enough(play, scenario, place):
    ended, shown = play(scenario, place)
    assert denied(ended) == set() and shown == whole(scenario, place), ended.err


@pytest.mark.parametrize(("place", "policy", "line"), LINES, ids=lambda each: str(each))
def test_without_a_line_of_it(play, place, policy, line):
    """It stops, or keys fail or are told wrongly, or a warning or more requests tell of it."""
    scenario = ONLY_IN.get((policy, line[0]), USUAL[policy])
    ended, shown = play(scenario, place, line)
    assert denied(ended) == {line[0]} and shown != whole(scenario, place)


def test_plans_need_no_write():
    """But into their own folder."""
    for parameters in (ELSEWHERE, IN_PLACE):
        for name in ("PlanPolicy", "VerifyPolicy"):
            assert all(action.startswith(("s3:Get", "s3:List")) for action, _ in policies(**parameters)[name])


@pytest.mark.parametrize("place", PLACES)
def test_the_table_of_the_documentation_has_it_all(place):
    """No policy allows what docs/permissions.md does not tell of, on what it tells of."""
    on = documented_permissions.ELSEWHERE if place == "elsewhere" else documented_permissions.IN_PLACE
    on = {**on, "objects of the run folder": "arn:aws:s3:::runs/runs/*"}
    # An undo copies back from where the run has written.
    back = {
        name.replace("destination", "source"): where for name, where in on.items() if "destination" in name
    }
    rows = documented_permissions.documented()
    told = documented_permissions.grants(rows, on), documented_permissions.grants(rows, {**on, **back})
    for name, lines in policies(**PLACES[place][0]).items():
        assert lines <= told[name == "UndoPolicy"], name


@pytest.mark.parametrize(
    ("verbs", "deletes", "made"),
    [
        ("plan", "true", {"RunsPolicy", "PlanPolicy"}),
        ("restore", "false", {"RunsPolicy", "PlanPolicy", "ApplyPolicy"}),
        ("restore", "true", {"RunsPolicy", "PlanPolicy", "ApplyPolicy", "DeletePolicy"}),
        ("all", "true", {*USUAL}),
    ],
)
def test_nodes_get_the_policies_of_their_verbs(verbs, deletes, made):
    assert policies(**{**ELSEWHERE, "Verbs": verbs, "Deletes": deletes}).keys() == made
