"""Reading roster files: bytes in, raw rows out, by `opening.open_table`."""
