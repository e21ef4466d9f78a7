"""Plays DFDG over HTTP: one process without Django, told to fail by `/sim/…`, remembering what it was sent."""
