"""`python -m mimtest` is the same as `mimtest`."""

from mimtest.cli import main

if __name__ == "__main__":  # processes of `-n` import this module again
    main()
