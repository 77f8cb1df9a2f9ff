"""What text is made of: numbers, dates, currencies, sentences, normal forms, stems. Knows no page and no document."""
