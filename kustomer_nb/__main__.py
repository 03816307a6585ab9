"""``python -m kustomer_nb``: the command line."""

from kustomer_nb.cli import main

if __name__ == "__main__":
    main(prog_name="kustomer-nb")
