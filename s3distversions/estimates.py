"""How many pages are left of a piece of a key range, from what was listed of it and what is known of keys."""

from __future__ import annotations

from typing import NamedTuple

from s3distversions.keyspace import Keyspace, above_all, beginning
from s3distversions.pieces import Progress

NOTHING = 0.999  # share of a room; where so much lies below, nothing is known above
LEAST_SHARE = 1e-9  # of a piece, that it is taken to have listed


class Left(NamedTuple):
    """What is left of a piece, estimated in pages, from where it is upwards."""

    key: float  # of the key where it is: as many again as there were
    near: float  # of what begins as its last pages began
    far: float  # of all the rest
    border: str | None  # up to which it is near
    near_room: float  # the same as `near` and `far`, be it to be believed or not
    far_room: float
    end: str | None  # above this there may be more, of which nothing is known

    @property
    def pages(self) -> float:
        """How many in all."""
        return self.key + self.near + self.far


def estimate(keyspace: Keyspace, prefix: str, state: Progress, reach: float, inherited: float) -> Left:
    """Return what is left of a piece of a range with this prefix, that was begun.

    Near is what begins as its last pages did: there they tell how close the keys are. What lies further away is
    taken to be like all of the piece so far. Pages that were listed, and `inherited` more, tell of at most
    `reach` times as many that were not.
    """
    low, lately = state.after or prefix, state.ends
    if len(lately) < 2:
        lately = (low, state.position)
    stem = beginning(lately)
    border = above_all(stem) if len(stem) > len(prefix) else None
    if border is None or (state.until is not None and state.until <= border):
        border = state.until
        stem = stem if border is None else prefix
    high = state.until if border == state.until else None
    done = keyspace.share(max(lately[0], stem), state.position, high, stem)
    near = (len(lately) - 1) * (1.0 if done is None else (1 - done) / max(done, LEAST_SHARE))
    far, moved = 0.0, state.pages - state.inside
    if border is not None and border != state.until:
        done = keyspace.share(low, state.position, state.until, prefix)
        upto = keyspace.share(low, border, state.until, prefix)
        far = moved * (1.0 if done is None or upto is None else (1 - upto) / max(done, LEAST_SHARE))
    return Left(
        state.lasting,
        min(near, reach * (len(lately) + inherited)),
        min(far, reach * (moved + inherited)),
        border,
        near,
        far,
        _end(keyspace, prefix, state),
    )


def _end(keyspace: Keyspace, prefix: str, state: Progress) -> str | None:
    """Return where all ends that begins as all of a piece so far, if nothing is known of what is above.

    A piece from there soon shows what there is: the next year, or only that all keys begin so.
    """
    stem = beginning([state.origin or state.after or prefix, state.position])
    end = above_all(stem)
    if end is None or len(stem) <= len(prefix) or (state.until is not None and end >= state.until):
        return None
    parent = stem[:-1]
    high = state.until if state.until is not None and state.until.startswith(parent) else None
    upto = keyspace.share(parent, end, high, parent)
    return end if upto is None or upto > NOTHING else None
