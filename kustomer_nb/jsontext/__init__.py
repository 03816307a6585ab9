"""Text and values: the tolerant reader, JSON pointers and JavaScript's way with values."""
