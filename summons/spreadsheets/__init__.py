"""Lists as people bring them: pasted text, .csv and .xlsx, read into rows of text within firm bounds.

Nothing here knows of citizens; the CPR column is found by its heading or its shape.
"""
