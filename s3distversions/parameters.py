"""The parameters of a run, resolved: what `run.json` says and every task reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from s3distversions.location import Location, parse
from s3distversions.model import BY_REMOVING_MARKERS, Rules


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

        KeyError, TypeError or UsageError if it is not whole.
        """
        known = {name: line[name] for name in cls.__dataclass_fields__}
        known["src"] = parse(str(line["src"]), "src")
        known["dest"] = parse(str(line["dest"]), "dest") if line["dest"] else None
        return cls(**known)
