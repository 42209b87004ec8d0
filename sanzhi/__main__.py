"""`python -m sanzhi …` is the `sanzhi` command."""

import sys

from sanzhi.config.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
