"""The decode page."""
