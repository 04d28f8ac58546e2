"""What the server does besides running the pages: files, headers, start and end, errors."""
