"""PURE: citizens and calendars in, a plan out, with a reason for every line. Knows no database and reads no clock."""
