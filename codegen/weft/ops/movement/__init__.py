"""Operators that move elements to other places; resizing images is one of them."""
