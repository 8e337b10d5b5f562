"""The parameters of a run, resolved: what `run.json` says and every task reads."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict, dataclass, field
from typing import Any, get_origin, get_type_hints

from s3distversions import values
from s3distversions.location import Location, parse
from s3distversions.model import BY_REMOVING_MARKERS, RESTORE, UNDELETE, UNDO, Access, Rules
from s3distversions.timestamps import is_moment

# What every run.json says, also those of the first release; what came later has a default.
NEEDED = (
    *("src", "restore_time", "dest", "prefixes", "delete", "max_delete", "undelete", "overwrite"),
    *("endpoint_url", "profile", "list_parallel", "write_parallel"),
)


@dataclass(frozen=True)
class Parameters:
    """What is to be restored, to which moment, how. Two runs with equal parameters are the
    same run; guards, access and pace may change between its attempts."""

    src: Location
    restore_time: str | None  # canonical, UTC; None: an undelete of whatever is deleted
    dest: Location | None = None
    prefixes: str | None = None  # a digest of the prefix list, where one was given
    delete: bool = False
    max_delete: str | None = field(default=None, compare=False)  # "100" or "10%"
    undelete: str = BY_REMOVING_MARKERS
    overwrite: bool = field(default=False, compare=False)
    endpoint_url: str | None = None
    profile: str | None = field(default=None, compare=False)
    list_parallel: int = field(default=32, compare=False)  # requests in flight in one task
    write_parallel: int = field(default=32, compare=False)
    kind: str = RESTORE  # of model.KINDS
    only: tuple[str, ...] = ()  # of model.CHANGES, in their order; empty: all
    keep_newer_than: str | None = None  # canonical, UTC
    filters: tuple[tuple[str, str], ...] = ()  # ("include" or "exclude", glob), in the order given
    src_pattern: str | None = None  # a regular expression
    undo_of: str | None = None  # the folder of the run that an undo undoes; restore_time is when that began
    storage_class: str | None = None  # of copies, as the next three; None: as the version has it
    sse: str | None = None
    sse_kms_key_id: str | None = None
    acl: str | None = None
    thaw: str | None = field(default=None, compare=False)  # of values.TIERS
    thaw_days: int = field(default=7, compare=False)
    head_all: bool = field(default=False, compare=False)  # ask for the headers of all versions to copy
    unconditional: tuple[str, ...] = field(default=(), compare=False)  # operations: see conditions.py
    request_payer: str | None = field(default=None, compare=False)
    no_sign_request: bool = field(default=False, compare=False)

    @property
    def rules(self) -> Rules:
        """Return what the decision needs."""
        only = frozenset(self.only)
        in_place = self.dest is None
        return Rules(
            self.restore_time, self.delete, self.undelete, in_place, only, self.keep_newer_than, self.kind
        )

    @property
    def access(self) -> Access:
        """Return how S3 is spoken to."""
        return Access(self.endpoint_url, self.profile, self.no_sign_request, self.request_payer)

    @property
    def written(self) -> Location:
        """Return the location that is written to."""
        return self.dest or self.src

    def to_json(self) -> dict[str, Any]:
        """Return the parameters as run.json holds them: locations as URIs, and lists."""
        return {
            **asdict(self),
            "src": self.src.uri,
            "dest": self.dest.uri if self.dest else None,
            "only": list(self.only),
            "unconditional": list(self.unconditional),
            "filters": [list(each) for each in self.filters],
        }

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Parameters:
        """Return the parameters that run.json holds; what else stands there is passed over.

        KeyError, TypeError, ValueError or UsageError if it is not whole.
        """
        known = {name: line[name] for name in cls.__dataclass_fields__ if name in line or name in NEEDED}
        known["src"] = parse(str(line["src"]), "src")
        known["dest"] = parse(str(line["dest"]), "dest") if line["dest"] else None
        known["only"] = tuple(line.get("only", ()))
        known["unconditional"] = tuple(line.get("unconditional", ()))
        known["filters"] = tuple(map(tuple, line.get("filters", ())))
        result = cls(**known)
        result.check()
        return result

    def check(self) -> None:
        """Raise TypeError or ValueError for what no command line means."""
        for name, kind in get_type_hints(type(self)).items():
            value = getattr(self, name)
            is_right = isinstance(value, get_origin(kind) if get_origin(kind) is tuple else kind)
            if not is_right or (kind is int and isinstance(value, bool)):
                raise TypeError(f"its {name} is {value!r}")
        for name, may_lack in {"restore_time": self.kind == UNDELETE, "keep_newer_than": True}.items():
            moment = getattr(self, name)
            if not (is_moment(moment) or (moment is None and may_lack)):
                raise ValueError(f"its {name} is {moment!r}")
        try:
            for name, checked in values.OF_PARAMETERS.items():
                if getattr(self, name) is not None:
                    checked(getattr(self, name))
        except ArgumentTypeError as error:
            raise ValueError(f"its {name}: {error}") from error
        if (self.undo_of is None) == (self.kind == UNDO):
            raise ValueError(f"its undo_of is {self.undo_of!r}")
