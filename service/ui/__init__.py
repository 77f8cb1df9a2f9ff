"""The reading room: the files a browser loads, and how they are read. Plain HTML, CSS and ES modules, no build step."""
