"""The reference pages, made of the code: `make docs` writes them, a test holds them to it."""
