"""What a run does to the model's buckets, key by key, from the contract's words alone.

A bucket that is written (`there`) has the keys of the source here; in place it is the source.
"""

from itertools import takewhile
from typing import NamedTuple

from tests.model import Entry
from tests.model_left_alone import left_alone, undeleted
from tests.model_versions import Wish, copied, has_etag_of, is_copy, obstacle

NEVER = float("inf")
COPY, REMOVE, ADD = "copy", "remove_markers", "add_marker"


class Wanted(NamedTuple):
    """What the user asks for."""

    at: float  # the restore time; of an undelete the moment since when, -NEVER: whenever
    kind: str = "restore"
    delete: bool = False
    undelete: str = "remove-markers"
    only: tuple = ()
    newer_than: float = NEVER
    wish: Wish = Wish()


class Action(NamedTuple):
    """What is to be done to a key; `told` False: nothing tells whether the copy is for nothing."""

    action: str
    target: Entry | None
    current: Entry | None
    told: bool = True


def plan(wanted, source, there, keys, changed=frozenset()):
    """{key: Action} of the keys that need one; those that a run has `changed` are not left alone."""
    if wanted.kind == "undelete":
        spared = left_alone(source, NEVER, newer_than=wanted.newer_than)
    else:
        spared = left_alone(source, wanted.at, wanted.only, wanted.newer_than, there)
    found = {key: decided(wanted, source, there, key) for key in keys if key not in spared - changed}
    return {key: action for key, action in found.items() if action}


def decided(wanted, source, there, key):
    """The Action that a key needs, None: none."""
    history, current = source.history(key), top(there, key)
    if wanted.kind == "undelete":
        if key not in undeleted(source, wanted.at):
            return None
        target = next(entry for entry in history if entry.content)
    else:
        target = next((entry for entry in history if entry.time <= wanted.at), None)
    if not (target and target.content):
        is_deleted = wanted.delete and current and current.content
        return Action(ADD, target, current) if is_deleted else None
    above = list(takewhile(lambda entry: entry is not target, history))
    if there is source and not above:
        return None
    if there is source and wanted.undelete != COPY and not any(entry.content for entry in above):
        return Action(REMOVE, target, current)
    same = bool(current and current.content) and is_copy(target.content, wanted.wish, current.content)
    return None if same else Action(COPY, target, current, told=same is not None)


def top(bucket, key):
    """The current entry of a key, None: there is none."""
    return next(iter(bucket.history(key)), None)


def apply(planned, there, wish, when, covered=frozenset(), told=None):
    """Carry out a plan; return {key: status}. A write that must not be done is refused by its condition, but not
    that of the keys that are `covered`; and where S3 may or may not tell that somebody else has written, what was
    `told` decides."""
    return {
        key: carried_out(action, there, key, wish, when, key in covered, (told or {}).get(key))
        for key, action in planned.items()
    }


def carried_out(action, there, key, wish, when, is_covered, told):
    """Carry out one action; return its status."""
    if action.action == REMOVE:
        above = takewhile(lambda entry: entry is not action.current, there.history(key))
        below = there.history(key)[there.history(key).index(action.target) :]
        there.stacks[key] = [*above, *below]
        return "done"
    now, history = top(there, key), there.history(key)
    is_obstructed = action.action == COPY and obstacle(action.target.content, key)
    may_be_ours = is_first_copy(action, wish, history)
    is_untold = is_obstructed or may_be_ours or may_be_written(action.current, now)
    if now is not action.current and is_untold and told == "changed":
        return told
    if is_obstructed:
        return obstacle(action.target.content, key)
    is_covered = is_covered or (may_be_ours and told == "done")
    if not is_covered and not may_be_written(action.current, now):
        return "already" if is_as_written(action, wish, history) else "changed"
    there.put(key, copied(action.target.content, wish) if action.action == COPY else None, when)
    return "done"


def may_be_written(seen, now):
    """Does the condition of a write hold? One more marker, or the same ETag again, cannot be told apart."""
    if not (seen and seen.content and now and now.content):
        return not (seen and seen.content) and not (now and now.content)
    return seen is now or has_etag_of(seen.content, now.content)


def is_as_written(action, wish, history):
    """Does directly above what the plan saw stand what the action would write?"""
    now, below = [*history[:2], None, None][:2]
    if now is None or below is not action.current:
        return False
    if action.action == ADD or now.content is None:
        return action.action == ADD and now.content is None
    is_of_class = now.content.storage_class == copied(action.target.content, wish).storage_class
    return is_of_class and is_copy(action.target.content, wish, now.content) is not False


def is_first_copy(action, wish, history):
    """May it be a copy that is to be made right: as it should read, but for its encryption?"""
    now = history[0].content if history else None
    if action.action != COPY or now is None or wish.encryption is not None:
        return False
    now_alike = now._replace(encryption=action.target.content.encryption)
    alike = [history[0]._replace(content=now_alike), *history[1:]]
    return now_alike != now and is_as_written(action, wish, alike)


def undo(planned, statuses, there, wish, when):
    """Undo a run; return {key: status}, with "left" for what cannot be attributed to it."""
    found = {}
    for key, action in planned.items():
        history, before = there.history(key), action.current
        now, was_done = top(there, key), statuses.get(key) in ("done", "already")
        if now is before or not ((now and now.content) or (before and before.content)):
            continue
        is_ours = now is action.target if action.action == REMOVE else is_left_by_run(action, wish, history)
        if was_done and is_ours:
            found[key] = undone(action, there, key, when)
        elif not (before and before.content and now.content and is_copy(before.content, Wish(), now.content)):
            found[key] = "left"
    return found


def is_left_by_run(action, wish, history):
    """Does what the run wrote stand there? At times a reply is lost, and its copy stands there twice."""
    is_twice = action.action == COPY and is_as_written(action, wish, history[1:])
    return is_as_written(action, wish, [history[0], *history[2:]] if is_twice else history)


def undone(action, there, key, when):
    """Undo what was done to one key; return the status."""
    before = action.current
    if not (before and before.content):
        there.put(key, None, when)
    elif action.action == ADD:
        there.stacks[key] = there.history(key)[1:]
    elif obstacle(before.content, key):
        return obstacle(before.content, key)
    else:
        there.put(key, copied(before.content), when)
    return "done"
