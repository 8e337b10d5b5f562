"""Runs of Parallel that fail where they would hang.

No test waits for the clock: threads meet at barriers and events.
"""

import threading

PATIENCE = 10  # seconds until a test counts as hanging


def ends(run):
    """Return what `run` returns, or raise what it raises; fail if it does not end."""
    ended = []

    def guarded():
        try:
            ended.append((run(), None))
        except BaseException as error:  # noqa: BLE001 - raised again below
            ended.append((None, error))

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert ended, "it hangs"
    result, error = ended[0]
    if error:
        raise error
    return result


def run(parallel, items):
    """Return all results of `items`, as a task takes them."""
    results = []
    for item in items:
        results.extend(parallel.submit(item))
    results.extend(parallel.drain())
    return results


def met(event):
    """Wait for an event of another thread."""
    assert event.wait(PATIENCE), "it hangs"


def all_end(parallel):
    """Wait until every thread has ended, and fail if one does not."""
    for thread in parallel._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread is left"
