"""What `make check` runs, and what keeps locks and translations in step. Nothing of the program imports from here."""
