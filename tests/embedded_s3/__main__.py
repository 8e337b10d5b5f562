"""python -m tests.embedded_s3: start the server; it prints its endpoint when it is ready."""

import argparse
import asyncio
from contextlib import suppress

from .server import end_with_parent, serve
from .state import Store


def main() -> None:
    """Read the arguments and serve until ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.embedded_s3", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 (the default): any free one")
    parser.add_argument("--clock", metavar="T", help="stop the clock at T, such as 2014-01-01T00:00:00Z")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when standard input or the parent does"
    )
    arguments = parser.parse_args()
    store = Store()
    store.set_clock(arguments.clock)
    if arguments.until_stdin_closes:
        end_with_parent()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(store, arguments.port))


main()
