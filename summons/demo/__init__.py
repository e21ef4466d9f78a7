"""The demo: two invented job centres, always the same but for the dates, which lie around the day it is made."""
