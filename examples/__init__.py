"""Sample filings of fictitious companies, typeset by code, for the tests and the demonstration."""
