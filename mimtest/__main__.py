"""`python -m mimtest` is the same as `mimtest`."""

from mimtest.cli import main

main()
