"""How an object is cut into parts: pure."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.part_copies import LARGEST_OBJECT, LARGEST_PART, MIB, MOST_PARTS, USUAL_PART, ranges

GIB = 1024 * MIB
SMALLEST_PART = 5 * MIB
EDGES = [
    *(5 * GIB, 5 * GIB + 1, 10 * GIB, 5 * 1024 * GIB),
    *(MOST_PARTS * USUAL_PART - 1, MOST_PARTS * USUAL_PART, MOST_PARTS * USUAL_PART + 1),
    *(MOST_PARTS * (USUAL_PART + MIB), MOST_PARTS * (USUAL_PART + MIB) + 1),
    *(LARGEST_OBJECT - 1, LARGEST_OBJECT),
]


def check(size):
    """Assert that the parts are what S3 takes, and make up the whole."""
    parts = ranges(size)
    lengths = [last - first + 1 for first, last in parts]
    assert parts[0][0] == 0 and parts[-1][1] == size - 1
    assert all(before[1] + 1 == after[0] for before, after in pairwise(parts))
    assert len(parts) <= MOST_PARTS
    assert set(lengths[:-1]) <= {lengths[0]} and 0 < lengths[-1] <= lengths[0] <= LARGEST_PART
    assert len(parts) == 1 or (lengths[0] >= SMALLEST_PART and lengths[0] % MIB == 0)
    return lengths


@pytest.mark.parametrize("size", EDGES)
def test_edges(size):
    check(size)


@settings(deadline=None, max_examples=30)
@given(st.integers(5 * GIB, LARGEST_OBJECT))
def test_any_size(size):
    check(size)


def test_lengths():
    """Usual parts as long as there are few enough; then just as long as they have to be."""
    assert check(MOST_PARTS * USUAL_PART) == [USUAL_PART] * MOST_PARTS
    assert check(MOST_PARTS * USUAL_PART + 1)[0] == USUAL_PART + MIB
    assert check(LARGEST_OBJECT) == [LARGEST_PART] * MOST_PARTS
    assert check(5 * GIB + 1)[-1] == 1


@pytest.mark.parametrize("size", [0, -1, LARGEST_OBJECT + 1])
def test_what_no_object_of_parts_has(size):
    with pytest.raises(ValueError, match="no object of parts"):
        ranges(size)
