"""`python -m plumbline`."""

import sys

from plumbline.cli.main import main

sys.exit(main())
