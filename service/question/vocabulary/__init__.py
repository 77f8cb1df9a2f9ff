"""General knowledge of the field as data: line items, ratios, statements, clause families, question words.

Knows nothing of any document or test question. Each file names its sources at its top.
"""
