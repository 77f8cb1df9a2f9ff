"""Decimal arithmetic over quoted operands. Knows nothing of where values come from."""
