"""Restore times that are refused."""

from tests.usage.table import RESTORE_TIME, Bad, given

NOT_A_MOMENT = "--restore-time {0!r} is not a full moment in time"
NO_SUCH_MOMENT = "--restore-time {0!r} does not exist"
IN_THE_FUTURE = "--restore-time {0} is in the future"
TIMES = [
    ("a day of the month", "10", NOT_A_MOMENT),
    ("a month's name", "Jan", NOT_A_MOMENT),
    ("a year", "2014", NOT_A_MOMENT),
    ("a week", "2014-W01", NOT_A_MOMENT),
    ("a day of a week", "2014-W01-3T14:00:00Z", NOT_A_MOMENT),
    ("a day of the year", "2014-001T14:00:00Z", NOT_A_MOMENT),
    ("which is the month?", "01/02/2014 14:00:00Z", NOT_A_MOMENT),
    ("a year of two digits", "14-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a year of five digits", "02014-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a month of one digit", "2014-1-01T14:00:00Z", NOT_A_MOMENT),
    ("hours of twelve", "2014-01-01T02:00:00PM", NOT_A_MOMENT),
    ("a mail's date", "Wed, 01 Jan 2014 14:00:00 GMT", NOT_A_MOMENT),
    ("a month", "2014-01", NOT_A_MOMENT),
    ("a date", "2014-01-01", NOT_A_MOMENT),
    ("no seconds and no zone", "2014-01-01T14:00", NOT_A_MOMENT),
    ("no seconds", "2014-01-01T14:00+07:00", NOT_A_MOMENT),
    ("no zone", "2014-01-01T14:00:00", NOT_A_MOMENT),
    ("a zone's name", "2014-01-01T14:00:00 Asia/Krasnoyarsk", NOT_A_MOMENT),
    ("a zone's letters", "2014-01-01T14:00:00EST", NOT_A_MOMENT),
    ("an unknown zone", "2014-01-01T14:00:00 XYZ", NOT_A_MOMENT),
    ("a zone twice", "2014-01-01T14:00:00Z+07:00", NOT_A_MOMENT),
    ("an offset behind a space", "2014-01-01T14:00:00 +07:00", NOT_A_MOMENT),
    ("an offset to the second", "2014-01-01T14:00:00+07:00:00", NOT_A_MOMENT),
    ("an offset of one digit", "2014-01-01T14:00:00+7", NOT_A_MOMENT),
    ("an offset of 15 hours", "2014-01-01T14:00:00+15:00", NOT_A_MOMENT),
    ("a t in lower case", "2014-01-01t14:00:00Z", NOT_A_MOMENT),
    ("half without hyphens", "20140101T14:00:00Z", NOT_A_MOMENT),
    ("two moments", "2014-01-01T14:00:00Z/2014-01-02T14:00:00Z", NOT_A_MOMENT),
    ("z in lower case", "2014-01-01T07:00:00z", NOT_A_MOMENT),
    ("a space for the T", "2014-01-01 14:00:00+07:00", NOT_A_MOMENT),
    ("below a second", "2014-01-01T14:00:00.5+07:00", NOT_A_MOMENT),
    ("below a second, with a comma", "2014-01-01T14:00:00,5+07:00", NOT_A_MOMENT),
    ("below a second by nothing", "2014-01-01T14:00:00.000Z", NOT_A_MOMENT),
    ("nanoseconds", "2014-01-01T14:00:00.123456789Z", NOT_A_MOMENT),
    ("a fraction of a minute", "2014-01-01T14:00.5Z", NOT_A_MOMENT),
    ("day 0", "2014-01-00T14:00:00Z", NO_SUCH_MOMENT),
    ("a leap second", "2016-12-31T23:59:60Z", NO_SUCH_MOMENT),
    ("hour 24 of the last day", "2014-12-31T24:00:00Z", NOT_A_MOMENT),
    ("behind the last moment", "9999-12-31T23:59:59-14:00", NO_SUCH_MOMENT),
    ("no such day", "2014-02-30T14:00:00Z", NO_SUCH_MOMENT),
    ("no leap year", "2014-02-29T14:00:00Z", NO_SUCH_MOMENT),
    ("no such month", "2014-13-01T14:00:00Z", NO_SUCH_MOMENT),
    ("the year 0", "0000-01-01T14:00:00Z", NO_SUCH_MOMENT),
    ("hour 24", "2014-01-01T24:00:00Z", NOT_A_MOMENT),
    ("minute 60", "2014-01-01T14:60:00Z", NO_SUCH_MOMENT),
    ("second 60", "2014-01-01T14:00:60Z", NO_SUCH_MOMENT),
    ("an offset of 25 hours", "2014-01-01T14:00:00+25:00", NOT_A_MOMENT),
    ("an offset of 60 minutes", "2014-01-01T14:00:00+07:60", NOT_A_MOMENT),
    ("before the first moment", "0001-01-01T00:00:00+14:00", NO_SUCH_MOMENT),
    ("the future", "2999-01-01T00:00:00Z", IN_THE_FUTURE),
    ("the future of another zone", "2998-12-31T20:00:00-07:00", IN_THE_FUTURE),
    ("the last moment", "9999-12-31T23:59:59Z", IN_THE_FUTURE),
    ("Arabic digits", "٢٠١٤-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a minus that is none", "2014−01−01T14:00:00Z", NOT_A_MOMENT),
    ("bytes that are not UTF-8", "2014-01-01T14:00:00Z\udcff", NOT_A_MOMENT),
    ("full-width digits", "２０１４-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a space before", " 2014-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a space behind", "2014-01-01T14:00:00Z ", NOT_A_MOMENT),
    ("a line end behind", "2014-01-01T14:00:00Z\n", NOT_A_MOMENT),
    ("seconds since 1970", "1388534400", NOT_A_MOMENT),
    ("now", "now", NOT_A_MOMENT),
    ("now-", "now-", NOT_A_MOMENT),
    ("a span without unit", "now-5", NOT_A_MOMENT),
    ("a span in years", "now-5y", NOT_A_MOMENT),
    ("a span ahead", "now+5h", NOT_A_MOMENT),
    ("NOW", "NOW-5h", NOT_A_MOMENT),
    ("a span with a fraction", "now-1.5h", NOT_A_MOMENT),
    ("a span below nothing", "now--5h", NOT_A_MOMENT),
    ("a span with full-width digits", "now-５h", NOT_A_MOMENT),
    ("a span to before the first moment", "now-999999d", NO_SUCH_MOMENT),
    ("a span of 30 digits", "now-" + "9" * 30 + "d", NOT_A_MOMENT),
    ("words", "yesterday", NOT_A_MOMENT),
]

OTHERS = [
    ("a year", "2014", NOT_A_MOMENT),
    ("no such day", "2014-02-30T14:00:00Z", NO_SUCH_MOMENT),
    ("the future", "2999-01-01T00:00:00Z", IN_THE_FUTURE),
    ("bytes that are not UTF-8", "2014-01-01T14:00:00Z\udcff", NOT_A_MOMENT),
]
EARLY = "--keep-newer-than 2014-01-01T06:59:59Z is not after {} 2014-01-01T07:00:00Z"

REFUSED = [
    *(Bad(f"time: {name}", given(time=text), error.format(text)) for name, text, error in TIMES),
    *(
        Bad(
            f"time to keep: {name}",
            given("--keep-newer-than", text),
            error.replace("--restore-time", "--keep-newer-than").format(text),
        )
        for name, text, error in OTHERS
    ),
    *(
        Bad(
            f"time since: {name}",
            ["undelete", "--src", "s3://versioned", "--since", text],
            error.replace("--restore-time", "--since").format(text),
        )
        for name, text, error in OTHERS
    ),
    Bad(
        "time to keep: before the restore time",
        given("--keep-newer-than", "2014-01-01T13:59:59+07:00"),
        EARLY.format("--restore-time"),
    ),
    Bad(
        "time to keep: the restore time itself",
        given("--keep-newer-than", RESTORE_TIME),
        EARLY.format("--restore-time").replace("06:59:59", "07:00:00"),
    ),
    Bad(
        "time to keep: before what is undone",
        ["undelete", *given(time="")[:2], "--since", RESTORE_TIME, "--keep-newer-than", "20140101T065959Z"],
        EARLY.format("--since"),
    ),
]
