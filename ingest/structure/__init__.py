"""What a document says about itself: printed page numbers, cover facts, outline."""
