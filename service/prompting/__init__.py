"""What a model is told, shown and may call."""
