"""Threads that list in areas with limits, at a made-up time, by the pace of a ListPace."""

from collections import Counter

from s3distversions.list_pace import ListPace
from tests.limited_s3 import Bucket
from tests.virtual_time import Turns

LATENCY = 0.1


class Listing:
    """`threads` threads in each area list one page after the other until a moment.

    limits: {area: requests a second, or a function of the time}. S3 lets those of a second pass at once.
    """

    def __init__(self, monkeypatch, limits, threads, latency=LATENCY):
        self.turns = Turns()
        monkeypatch.setattr("s3distversions.list_pace.threading", self.turns.threading())
        self.pace = ListPace(self.turns.clock, self.turns.sleep)
        self.limits = {area: Bucket(limit) for area, limit in limits.items()}
        self.threads, self.latency = threads, latency
        self.sent, self.refused, self.errors = Counter(), Counter(), []
        self.passed = {area: [] for area in limits}  # when

    def run(self, until):
        threads = [
            self.turns.threading().Thread(self._work, (area, number, until))
            for area in self.limits
            for number in range(self.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _work(self, area, number, until):
        page = 0
        while self.turns.now < until and not self.errors:
            key = f"{area}{number:03}/{page:06}"
            sent = self.pace.wait(key)
            self.turns.sleep(self.latency / 2)
            takes = self.limits[area].takes(self.turns.now)
            self.turns.sleep(self.latency / 2)
            self.sent[area] += 1
            if takes:
                page += 1
                self.passed[area].append(self.turns.now)
                self.pace.passed(key, sent)
            else:
                self.refused[area] += 1
                try:
                    self.pace.refused(key, sent)
                except Exception as error:  # noqa: BLE001 - looked at by the test
                    self.errors.append(error)

    def rate(self, area, begin, end):
        """Requests a second that passed in an area, from one second to another."""
        return sum(begin <= moment < end for moment in self.passed[area]) / (end - begin)

    @property
    def share_refused(self):
        return self.refused.total() / self.sent.total()
