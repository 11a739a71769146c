"""`python -m xlfuncs` is the command `xlfuncs`."""

import sys

from xlfuncs.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
