"""Letters: their wording with fields, and the accessible PDF they become. Knows nothing of summonses.

The standard wording and the fields' Danish names stand in standard.toml, since letters are Danish in any language of
the screens.
"""
