"""Quote in, verified citation out: found on the stored page, or not cited."""
