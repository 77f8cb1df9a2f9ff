"""What a caller asks and what comes back, as frozen data. Knows no HTTP, no model and no index."""
