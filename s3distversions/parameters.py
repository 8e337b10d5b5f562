"""The parameters of a run, resolved: what `run.json` says and every task reads."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict, dataclass, field
from typing import Any, get_type_hints

from s3distversions.location import Location, parse
from s3distversions.model import BY_COPY, BY_REMOVING_MARKERS, Rules
from s3distversions.timestamps import is_moment
from s3distversions.values import amount, endpoint, width


@dataclass(frozen=True)
class Parameters:
    """What is to be restored, to which moment, how. Two runs with equal parameters are the
    same run; guards and pace may change between its attempts."""

    src: Location
    restore_time: str  # canonical, UTC
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

    @property
    def rules(self) -> Rules:
        """Return what the decision needs."""
        return Rules(self.restore_time, self.delete, self.undelete, self.dest is None)

    @property
    def written(self) -> Location:
        """Return the location that is written to."""
        return self.dest or self.src

    def to_json(self) -> dict[str, Any]:
        """Return the parameters as run.json holds them, locations as URIs."""
        return {**asdict(self), "src": self.src.uri, "dest": self.dest.uri if self.dest else None}

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Parameters:
        """Return the parameters that run.json holds; what else stands there is passed over.

        KeyError, TypeError, ValueError or UsageError if it is not whole.
        """
        known = {name: line[name] for name in cls.__dataclass_fields__}
        known["src"] = parse(str(line["src"]), "src")
        known["dest"] = parse(str(line["dest"]), "dest") if line["dest"] else None
        result = cls(**known)
        result.check()
        return result

    def check(self) -> None:
        """Raise TypeError or ValueError for what no command line means."""
        for name, kind in get_type_hints(type(self)).items():
            value = getattr(self, name)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                raise TypeError(f"its {name} is {value!r}")
        if not is_moment(self.restore_time) or self.undelete not in (
            BY_REMOVING_MARKERS,
            BY_COPY,
        ):
            raise ValueError(f"its restore_time is {self.restore_time!r}, its undelete {self.undelete!r}")
        try:
            width(str(self.list_parallel))
            width(str(self.write_parallel))
            if self.max_delete is not None:
                amount(self.max_delete)
            if self.endpoint_url is not None:
                endpoint(self.endpoint_url)
        except ArgumentTypeError as error:
            raise ValueError(str(error)) from error
