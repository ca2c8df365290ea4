"""Reading roster files: bytes in, raw rows out. `opening.open_table` is the way in."""
