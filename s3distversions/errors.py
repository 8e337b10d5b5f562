"""What can go wrong, in words for people: one line that says what, one hint that says what to do."""


class S3DistVersionsError(Exception):
    """A failure that ends the command: `what` in one line, `hint` in one sentence. Exit code 1."""

    exit_code = 1

    def __init__(self, what: str, hint: str):
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return self.what


class UsageError(S3DistVersionsError):
    """The command, an option or a file that the user gave is wrong; nothing was written. Exit code 2."""

    exit_code = 2


class GuardError(S3DistVersionsError):
    """A guard stopped the job before its first write."""


class S3Error(S3DistVersionsError):
    """S3, the credentials or the network refused something that the job cannot do without."""


class ProtocolError(S3DistVersionsError):
    """The server sent what no S3 sends: nothing may be decided, let alone written, on that basis."""

    HINT = "Nothing is written on such a basis. Is this server's ListObjectVersions complete and in order?"

    def __init__(self, what: str, hint: str = HINT):
        super().__init__(f"the server's version listing cannot be trusted: {what}", hint)
