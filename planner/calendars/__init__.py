"""Calendars outside Planner. Nothing here knows of summonses or tables."""
