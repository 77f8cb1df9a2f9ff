"""The one ordered list of packages."""

# each imports only packages that stand above it; docs/architecture.md has a paragraph for each
ORDER = (
    *(
        "ingest.types",
        "ingest.table_types",
        "ingest.index_types",
        "ingest.errors",
        "ingest.settings",
        "ingest.text",
        "ingest.page_text",
    ),
    *("ingest.reading", "ingest.structure", "ingest.tables", "ingest.indexing", "ingest.catalog", "ingest.blobs"),
    *("ingest.pages", "ingest.intake", "ingest.upkeep", "ingest.run", "ingest.index_stages", "ingest.page_stages"),
    *("ingest.pipeline", "ingest.parts", "ingest.worker"),
    *("service.settings", "service.contract", "service.citation", "service.calculation", "service.records"),
    *("service.question", "service.figures", "service.scoring", "service.retrieval", "service.llm"),
    *(
        "service.entailment",
        "service.grounding",
        "service.extractive",
        "service.prompting",
        "service.routing",
        "service.generation",
    ),
    *("service.answering", "service.work", "service.wiring", "service.http", "service.openai_api", "service.mcp"),
    *("service.ui", "service.app", "service.command_line"),
)
