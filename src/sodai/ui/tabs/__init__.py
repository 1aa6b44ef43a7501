"""The three tabs, and what is inside of them."""
