"""``python -m groundup`` is the command ``groundup``."""

import sys

from groundup.cli.main import main

sys.exit(main())
