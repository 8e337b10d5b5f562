"""An attempt that dies while it writes, as a task does."""

from s3distversions import execute


def die_after(monkeypatch, number):
    """Let the task that carries a plan out end, interrupted, at its outcome of that number."""
    carry_out = execute.carry_out
    done = []

    def dying(writing, batch):
        for outcome in carry_out(writing, batch):
            done.append(outcome)
            if len(done) == number:
                raise KeyboardInterrupt
            yield outcome

    monkeypatch.setattr(execute, "carry_out", dying)
