"""Tables out of page text: rows, typed cells, columns with period, unit and scale."""
