"""A random accident played through the command on the embedded S3, each step held against the model."""

import json
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from s3distversions import surroundings
from tests import model_runs
from tests.accident_stage import RUNS, Stage
from tests.meddler import Meddler
from tests.model_runs import REMOVE
from tests.random_accidents import AGAIN, APPLIED, COMPLETE, COPY_OBJECT, FRESH, NOW, PLANNED, UNDO

LEFT = ("archived", "changed", "failed")


class Played(Stage):
    """An accident that takes its course."""

    def play(self):
        """Plan, apply and verify the accident, then what follows; return what is not as it must be."""
        self.planned, self.markers = self.plan(), self.markers_to_remove()
        if not self.accident.at_once:
            self.check_plan(self.ended("plan", *self.accident.command("plan"), *self.folder))
        self.meddle(PLANNED)
        self.apply()
        if self.meddle(APPLIED):
            self.verify()
        {AGAIN: self.again, FRESH: self.fresh, UNDO: self.undo}[self.accident.then]()
        return self.found

    def markers_to_remove(self):
        """{key: how many markers stand above its target}, now."""
        undeleted = [(key, each) for key, each in self.plan().items() if each.action == REMOVE]
        return {key: self.source.history(key).index(each.target) for key, each in undeleted}

    @property
    def folder(self):
        """The option that names the run."""
        return "--version-info-output", self.run

    def check_plan(self, ended, planned=None):
        """A plan is what the model would do, and no more; it says what nothing can tell; it writes nothing."""
        planned = self.planned if planned is None else planned
        self.check("writes of the plan", ended.writes, [])
        self.check("code of the plan", ended.code, 0)
        counts = Counter(action.action for action in planned.values())
        if ended.code == 0:
            told = {name: number for name, number in ended.summary["planned"].items() if number}
            self.check("the plan", told, dict(counts))
            if not any(is_of_customers_key(each) for each in planned.values()):  # which may not be asked for
                self.check("untold", ended.summary["untold"], sum(not each.told for each in planned.values()))

    def apply(self):
        """Carry out the plan while somebody else writes, or replies are lost."""
        accident = self.accident
        head_all = ["--head-all"] if accident.head_all else []
        argv = ["apply", self.run, "--quiet", "--json", *accident.thawing, *head_all]
        argv = [*([*accident.command(), *self.folder] if accident.at_once else argv), "--verify"]
        numbers = [each for each in accident.foreign if isinstance(each.when, int)]
        if accident.lost:
            operation, kind, at = accident.lost
            self.s3.fault(operation, kind, at=at)
        with patch.object(surroundings, "FEW_COPIES", 0 if accident.is_sampled else surroundings.FEW_COPIES):
            if numbers:
                self.statuses, ended = self.apply_meddled(numbers[0], [*argv, "--write-parallel", "1"])
            else:
                ended = self.ended("apply", *argv)
                self.statuses = self.carry_out(self.planned, told=self.outcomes())
        self.is_lost = any(each["hits"] for each in self.s3.end_faults())
        if self.is_lost and self.accident.ignored:
            self.take_over_what_was_written_twice()
        self.check_state("after the apply")
        self.check_outcomes(ended)

    def take_over_what_was_written_twice(self):
        """A lost reply can leave one more of the same entry, where conditions are ignored."""
        for key, history in self.histories().items():
            stack = self.there.history(key)
            if key in self.wrote and len(history) == len(stack) + 1:
                stack.insert(1, stack[0]._replace(version_id="twice"))

    def carry_out(self, planned, covered=frozenset(), told=None):
        """Carry out a plan on the model; return {key: status}."""
        statuses = model_runs.apply(planned, self.there, self.accident.wanted.wish, NOW, covered, told)
        done = [key for key, status in statuses.items() if status in ("done", "already")]
        self.wrote |= {key: model_runs.top(self.there, key) for key in done}
        return statuses

    def apply_meddled(self, each, argv):
        """Apply while somebody writes just before a write; return the statuses by the model, and how it ended."""
        action, start = self.planned.get(each.key), self.histories()
        was_done = []

        def meddle():
            tops = [
                history[0]["version_id"]
                for history in (start.get(each.key), self.histories().get(each.key))
                if history
            ]
            was_done.append(len({*tops}) > 1 or len(tops) == 1)
            self.write_foreign(each)

        with Meddler(each.when, meddle) as meddler:
            ended = self.ended("apply", *argv)
        mine, others = {}, dict(self.planned)
        if action and was_done:
            mine = {each.key: others.pop(each.key)}
        statuses = self.carry_out(others)
        if was_done and was_done[0]:
            statuses |= self.carry_out(mine)
        if was_done:
            self.play_foreign(each)
            operation, names = meddler.met
            is_named = self.accident.bucket.rebased(each.key) in names
            covered = {each.key} if is_named and operation in self.accident.ignored else set()
            statuses |= {} if was_done[0] else self.carry_out(mine, covered, self.outcomes())
        return statuses, ended

    def check_outcomes(self, ended):
        """Compare what became of each action, and how many writes that took."""
        found = self.outcomes()
        if self.is_lost:  # the condition of what is sent again fails: it was done already
            self.check("outcomes", without_already(found), without_already(self.statuses))
        else:
            self.check("outcomes", found, self.statuses)
        self.check_verified(ended, any(status in LEFT for status in self.statuses.values()))
        self.check_changes(ended, self.planned, self.statuses)

    def check_changes(self, ended, planned, statuses):
        """The writes that S3 carried out are as many as were to be done; only a lost reply makes it more."""
        done = Counter(planned[key].action for key, status in statuses.items() if status == "done")
        marks = [each for request in ended.requests for each in request["deleted"] or () if not each["error"]]
        copies = [each for each in ended.changes if each["operation"] in (COPY_OBJECT, COMPLETE)]
        added = [each for each in marks if each["version_id"] is None]
        removed = [each for each in marks if each["was"] == "delete_marker"]
        above = [number for key, number in self.markers.items() if statuses.get(key) == "done"]
        if not self.is_lost:
            twice = (ended.summary["copied_twice"] or 0) if self.accident.is_sampled else 0
            self.check("copies", len(copies) - twice, done["copy"])
            self.check("markers added", len(added), done["add_marker"])
            self.check("markers removed", len(removed), sum(above))

    def outcomes(self):
        """{key: status} of the last apply."""
        folders = sorted(Path(self.run, "restored").glob("*"), key=lambda each: int(each.name))
        parts = folders[-1].glob("part-*") if folders else ()
        lines = [json.loads(line) for part in parts for line in part.open()]
        return {line["key"]: line["status"] for line in lines if "key" in line}

    def check_verified(self, ended, is_left=False):
        """A verification names the keys that are not as at the restore time, and no others."""
        self.check("the keys that are wrong", sorted(self.wrong_keys(ended)), sorted(self.wrong()))
        self.check("code", ended.code, 3 if is_left or self.wrong() else 0)

    def wrong_keys(self, ended):
        """The keys that a verification names."""
        return [each["key"] for each in (ended.summary["verified"] or {}).get("wrong_keys", ())]

    def wrong(self):
        """The same by the model: what would still be done, but for copies of which only the run can tell."""
        still = self.plan(self.planned.keys())
        return {key for key, action in still.items() if action.told or not self.is_ours(key)}

    def is_ours(self, key):
        """Does what the run wrote to a key stand there?"""
        return key in self.planned and self.wrote.get(key) is model_runs.top(self.there, key)

    def verify(self):
        """The verb verify; it writes nothing."""
        ended = self.ended("verify", "verify", self.run, "--quiet", "--json")
        self.check("writes of the verification", ended.writes, [])
        self.check_verified(ended)

    def again(self):
        """A second apply of the run does what has thawed meanwhile, and nothing else."""
        if self.accident.thaw:
            self.s3.finish_restores()
            self.thaw()
        waiting = {key: self.planned[key] for key, status in self.statuses.items() if status in LEFT}
        ended = self.ended("the second apply", "apply", self.run, "--quiet", "--json", "--verify")
        now = self.carry_out(waiting, told=self.outcomes())
        self.statuses |= now
        self.check_state("after the second apply")
        self.check_changes(ended, waiting, now)
        self.check_verified(ended, any(status in LEFT for status in self.statuses.values()))

    def thaw(self):
        """Let what was asked for be readable, on the model."""
        for key, status in self.statuses.items():
            target = self.planned[key].target
            if status == "archived":
                readable = target._replace(content=target.content._replace(is_archived=False))
                stack = self.source.stacks[key]
                stack[stack.index(target)] = readable
                self.planned[key] = self.planned[key]._replace(target=readable)

    def fresh(self):
        """The same command in a new run: of what is done already only what nothing can tell is done again."""
        self.run = f"run-{next(RUNS)}"
        self.planned, self.markers = self.plan(), self.markers_to_remove()
        ended = self.ended("the second run", *self.accident.command(), *self.folder)
        self.is_lost = False
        self.statuses = self.carry_out(self.planned)
        self.check_state("after the second run")
        self.check("its outcomes", self.outcomes(), self.statuses)
        self.check_changes(ended, self.planned, self.statuses)

    def undo(self):
        """Undo the run: what can be attributed to it goes back, the rest is left and said; then verify that."""
        argv = [
            "undo",
            self.run,
            "--version-info-output",
            f"{self.run}-undo",
            "--quiet",
            "--json",
            "--verify",
        ]
        ended = self.command(*argv)
        if "was never applied" in ended.err:
            return
        found = model_runs.undo(self.planned, self.statuses, self.there, self.accident.wanted.wish, NOW)
        self.check_state("after the undo")
        written = self.accident.bucket.rebased
        if ended.code not in (0, 3):
            self.found.append(f"undo ended with {ended.code}: {ended.err}")
            return
        left = sorted(written(key) for key, status in found.items() if status == "left")
        self.check(
            "what undo leaves", sorted(each["key"] for each in ended.summary["undo"]["left_keys"]), left
        )
        wrong = sorted(written(key) for key, status in found.items() if status in LEFT)
        self.check("what is wrong after undo", sorted(self.wrong_keys(ended)), wrong)
        self.check("code of undo", ended.code, 3 if left or wrong else 0)


def without_already(statuses):
    """Return statuses that do not tell what was done from what was done already."""
    return {key: "done" if status == "already" else status for key, status in statuses.items()}


def is_of_customers_key(action):
    """Is one of the versions that an action is about encrypted with a customer's key?"""
    versions = [entry.content for entry in (action.target, action.current) if entry and entry.content]
    return any(version.encryption.kind == "SSE-C" for version in versions)
