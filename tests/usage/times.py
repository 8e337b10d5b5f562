"""Restore times that are refused."""

from tests.usage.table import Bad, given

NOT_A_MOMENT = "--restore-time {0!r} is not a full moment in time"
NO_SUCH_MOMENT = "--restore-time {0!r} does not exist"
IN_THE_FUTURE = "--restore-time {0} is in the future"
TIMES = [
    ("a day of the month", "10", NOT_A_MOMENT),
    ("a year", "2014", NOT_A_MOMENT),
    ("a month", "2014-01", NOT_A_MOMENT),
    ("a date", "2014-01-01", NOT_A_MOMENT),
    ("no seconds and no zone", "2014-01-01T14:00", NOT_A_MOMENT),
    ("no seconds", "2014-01-01T14:00+07:00", NOT_A_MOMENT),
    ("no zone", "2014-01-01T14:00:00", NOT_A_MOMENT),
    ("a zone's name", "2014-01-01T14:00:00 Asia/Krasnoyarsk", NOT_A_MOMENT),
    ("a zone's letters", "2014-01-01T14:00:00EST", NOT_A_MOMENT),
    ("z in lower case", "2014-01-01T07:00:00z", NOT_A_MOMENT),
    ("a space for the T", "2014-01-01 14:00:00+07:00", NOT_A_MOMENT),
    ("below a second", "2014-01-01T14:00:00.5+07:00", NOT_A_MOMENT),
    ("below a second, with a comma", "2014-01-01T14:00:00,5+07:00", NOT_A_MOMENT),
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

REFUSED = [Bad(f"time: {name}", given(time=text), error.format(text)) for name, text, error in TIMES]
