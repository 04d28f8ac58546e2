"""A checkpoint as a web page of its own: a folder for any web server, without this app."""

from explorer.ui.site.folder import check, size, write, zipped
from explorer.ui.site.page import Asked, files_of, specs

__all__ = ["Asked", "check", "files_of", "size", "specs", "write", "zipped"]
