"""The story of β: a family of VAEs on one slider."""
