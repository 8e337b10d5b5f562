"""What a task that writes holds: the client, the run's parameters, and what it has learnt of the server."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

from s3distversions.conditions import Conditions
from s3distversions.denials import Denials
from s3distversions.location import rebase
from s3distversions.model import Action
from s3distversions.parameters import Parameters
from s3distversions.uploads import Uploads

PARTS_IN_FLIGHT = 16  # of one object, at most


class Planned(NamedTuple):
    """An action on `key` of the source, and the key that it writes."""

    key: str
    written_key: str
    action: Action


def planned(key: str, action: Action, parameters: Parameters) -> Planned:
    """Return the action on `key` with the key that it writes."""
    return Planned(key, rebase(key, parameters.src, parameters.dest), action)


class Writing:
    """What every write of a task is made with. Any thread may use it."""

    def __init__(self, client: Any, parameters: Parameters, is_probed: bool = True):
        self.client = client
        self.parameters = parameters
        self.conditions = Conditions(client, parameters, is_probed)
        self.denials = Denials()
        self.uploads = Uploads(client, parameters)
        # As many large objects at a time as their parts, together, stay within the requests in flight.
        self.large_copies = threading.BoundedSemaphore(max(1, parameters.write_parallel // PARTS_IN_FLIGHT))
        self.heads_all = parameters.head_all  # ask for every version's headers; true after the first surprise
