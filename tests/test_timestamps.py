"""Moments: what a user may type, what a listing may hold, and how two of them compare."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import UsageError
from s3distversions.timestamps import (
    canonical,
    compact,
    is_within_a_day_before,
    moment,
    not_later,
    to_text,
)

NOW = datetime(2014, 3, 1, 12, 30, 15, 999999, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("2014-01-01T14:00:00+07:00", "2014-01-01T07:00:00Z"),
        ("2014-01-01T14:00:00+0700", "2014-01-01T07:00:00Z"),
        ("2014-01-01T14:00:00+07", "2014-01-01T07:00:00Z"),
        ("2014-01-01T02:00:00-05:30", "2014-01-01T07:30:00Z"),
        ("2014-01-01T07:00:00Z", "2014-01-01T07:00:00Z"),
        ("20140101T070000Z", "2014-01-01T07:00:00Z"),
        ("20140101T140000+0700", "2014-01-01T07:00:00Z"),
        ("2014-01-01T00:00:00+14:00", "2013-12-31T10:00:00Z"),
        ("2012-02-29T23:59:59-00:00", "2012-02-29T23:59:59Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("2014-03-01T12:30:15Z", "2014-03-01T12:30:15Z"),  # now
        ("now-0m", "2014-03-01T12:30:15Z"),
        ("now-90m", "2014-03-01T11:00:15Z"),
        ("now-24h", "2014-02-28T12:30:15Z"),
        ("now-7d", "2014-02-22T12:30:15Z"),
        ("now-007d", "2014-02-22T12:30:15Z"),
    ],
)
def test_moment(typed, meant):
    assert moment(typed, NOW, "--since") == meant


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "10",
            "Jan",
            "now",
            "now-",
            "yesterday",
            "2014",
            "2014-01",
            "2014-01-01",
            "2014-W01",
            "20140101",
        ),
        "2014-01-01T14:00:00",  # no zone
        "2014-01-01 14:00:00Z",
        "2014-01-01T14:00Z",
        "2014-01-01T14Z",
        "2014-01-01T24:00:00Z",
        "2014-01-01T14:00:00 EST",
        "2014-01-01T14:00:00+15:00",
        "2014-01-01T14:00:00.5Z",
        "2014-01-01T14:00:00Z\n",
        " 2014-01-01T14:00:00Z",
        "2014-01-01t14:00:00z",
        "٢٠١٤-01-01T14:00:00Z",
        *("now-1w", "now-1.5h", "now+1h", "now--1h", "now-24H", "now-1h30m", "now -1h", "now-1h\n"),
    ],
)
def test_what_is_no_full_moment_is_refused(typed):
    with pytest.raises(UsageError, match=r"^--since .* is not a full moment in time$") as caught:
        moment(typed, NOW, "--since")
    assert "2014-01-01T14:00:00+07:00" in caught.value.hint


@pytest.mark.parametrize(
    "typed",
    [
        "2014-02-29T00:00:00Z",
        "2013-13-01T00:00:00Z",
        "2013-01-01T00:60:00Z",
        "2013-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "now-999999d",
    ],
)
def test_a_moment_that_does_not_exist_is_refused(typed):
    with pytest.raises(UsageError, match=r"^--since .* does not exist$"):
        moment(typed, NOW, "--since")


@pytest.mark.parametrize(
    "typed", ["2014-03-01T12:30:16Z", "2014-03-01T12:30:15-00:01", "9999-12-31T23:59:59Z"]
)
def test_the_future_is_refused(typed):
    with pytest.raises(UsageError, match=r"^--since .* is in the future$") as caught:
        moment(typed, NOW, "--since")
    assert "2014-03-01T12:30:15Z" in caught.value.hint


def test_text_of_a_moment():
    east = timezone(timedelta(hours=7))
    assert to_text(datetime(2014, 1, 1, 14, 0, 0, 999999, east)) == "2014-01-01T07:00:00Z"
    assert compact("2014-01-01T07:00:00Z") == "20140101T070000Z"


@pytest.mark.parametrize(
    "listed, text",
    [
        ("2014-01-01T07:00:00.000Z", "2014-01-01T07:00:00Z"),
        ("2014-01-01T07:00:00Z", "2014-01-01T07:00:00Z"),
        ("2014-01-01T07:00:00.120Z", "2014-01-01T07:00:00.12Z"),
        ("2014-01-01T07:00:00.100000Z", "2014-01-01T07:00:00.1Z"),
        ("2014-01-01T07:00:00.001Z", "2014-01-01T07:00:00.001Z"),
        ("2014-01-01T07:00:00.123456789Z", "2014-01-01T07:00:00.123456789Z"),
        ("2014-01-01T07:00:00.0Z", "2014-01-01T07:00:00Z"),
    ],
)
def test_canonical(listed, text):
    assert canonical(listed) == text
    assert canonical(text) == text


@pytest.mark.parametrize(
    "listed",
    [
        "",
        "Z",
        "2014-01-01",
        "2014-01-01T07:00:00",
        "2014-01-01T07:00Z",
        "2014-01-01T07:00:00.Z",
        "2014-01-01T07:00:00,5Z",
        "2014-01-01T07:00:00+00:00",
        "2014-01-01 07:00:00Z",
        "2014-01-01T07:00:00.000Z\n",
        "٢٠١٤-01-01T07:00:00.000Z",
        "xxxxxxxxxxxxxxxxxxxx.000Z",
        "2014-13-01T07:00:00.000Z",
        "2014-00-01T07:00:00.000Z",
        "2014-01-32T07:00:00.000Z",
        "2014-01-01T25:00:00.000Z",
        "2014-01-01T07:60:00.000Z",
        "2014-01-01T07:00:99.000Z",
    ],
)
def test_what_is_no_time_in_utc_is_refused(listed):
    with pytest.raises(ValueError, match="not a time in UTC"):
        canonical(listed)


moments = st.datetimes(timezones=st.just(timezone.utc)) | st.datetimes(
    datetime(2014, 1, 1), datetime(2014, 1, 1, 0, 0, 1), timezones=st.just(timezone.utc)
)


def listed_text(moment, digits):
    """Return a moment, cut to that many digits of a second, as a listing shows it; and the moment."""
    rest = 10 ** (6 - digits)
    moment = moment.replace(microsecond=moment.microsecond // rest * rest)
    fraction = f".{moment.microsecond:06}"[: digits + 1] if digits else ""
    return f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}{fraction}Z", moment


@settings(deadline=None)
@given(moments, moments, st.integers(0, 6), st.integers(0, 6))
def test_not_later_agrees_with_datetime(one, other, digits, other_digits):
    text, one = listed_text(one, digits)
    other_text, other = listed_text(other, other_digits)
    assert not_later(canonical(text), canonical(other_text)) == (one <= other)
    assert not_later(canonical(text), canonical(text))


@pytest.mark.parametrize(
    "moment, is_within",
    [
        ("2014-01-02T07:00:00Z", True),
        ("2014-01-01T07:00:01Z", True),
        ("2014-01-01T07:00:00.001Z", True),
        ("2014-01-01T07:00:00Z", False),
        ("2014-01-01T06:59:59.999Z", False),
        ("2013-01-02T07:00:00Z", False),
    ],
)
def test_is_within_a_day_before(moment, is_within):
    assert is_within_a_day_before(moment, "2014-01-02T07:00:00Z") == is_within
