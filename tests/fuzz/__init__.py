"""Hostile files and visitors, made by chance: `python -m tests.fuzz`."""
