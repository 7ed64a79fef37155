"""`python -m copytrail` is the command `copytrail`."""

from copytrail.cli import main

if __name__ == "__main__":
    main()
