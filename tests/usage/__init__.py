"""What people type: the rows of tests/test_usage.py, a module for each subject."""

from tests.usage import buckets, lists, locations, options, plans, runs, times

SUBJECTS = [times, locations, lists, options, runs, plans, buckets]
REFUSED = [row for subject in SUBJECTS for row in subject.REFUSED]
