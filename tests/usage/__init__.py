"""What people type: the rows of tests/test_usage.py, a module for each subject."""

from tests.usage import access, buckets, lists, locations, options, plans, runners, runs, times, values, verbs

SUBJECTS = [times, locations, lists, options, values, verbs, runners, runs, plans, buckets, access]
REFUSED = [row for subject in SUBJECTS for row in subject.REFUSED]
