"""The library: what is here, and what visitors bring."""
