"""The surface the ecosystem already speaks: OpenAI's files, vector stores, responses and chat over our documents."""
