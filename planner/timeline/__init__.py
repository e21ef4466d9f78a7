"""PURE: local time in ticks of five minutes, sets of it, and its way to instants and back. Reads no clock."""
