"""The real AWS CLI, of the virtual environment that runs the tests, whichever `aws` is first on the path."""

import os
import sys
from pathlib import Path

COMMAND = [sys.executable, "-c", "import sys, awscli.clidriver; sys.exit(awscli.clidriver.main())"]


def on_path(folder):
    """A PATH on which `aws` is this one: a script in a new folder below `folder` stands first."""
    script = Path(folder, "bin", "aws")
    script.parent.mkdir()
    python, option, program = COMMAND
    script.write_text(f"#!/bin/sh\nexec '{python}' {option} '{program}' \"$@\"\n")
    script.chmod(0o755)
    return f"{script.parent}{os.pathsep}{os.environ['PATH']}"
