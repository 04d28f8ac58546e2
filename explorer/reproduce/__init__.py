"""The sources' figures, and ours beside them."""
