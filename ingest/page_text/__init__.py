"""One page of a PDF as PDFium gives it: what a person sees of its text, in reading order, with places."""
