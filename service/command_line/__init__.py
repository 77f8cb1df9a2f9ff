"""The command line: the same functions as the server, in process."""
