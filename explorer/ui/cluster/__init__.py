"""The cluster page."""
