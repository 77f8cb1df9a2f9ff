"""Does this quote support this statement: a model's reply to statements with verified citations."""
