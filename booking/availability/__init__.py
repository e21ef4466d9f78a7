"""PURE: facts in, free time out, and why a time is not offered. Knows no database and reads no clock."""
