"""Fitted scores: how likely a candidate is what was asked for, from named features between 0 and 1."""
