"""The inbox: what DFDG pushes to us, kept as it came and handled once, in order per citizen (SYNC-17).

It knows the envelope alone; what a kind of message means is a reader's, which the houses register at start.
"""
