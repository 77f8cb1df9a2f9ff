"""The native HTTP API: parse, call one function, shape the answer."""
