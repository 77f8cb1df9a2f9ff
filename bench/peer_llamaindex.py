"""LlamaIndex's quick start over one file: SimpleDirectoryReader, VectorStoreIndex, a local embedding model.

Everything is left at its default save the embedding model, which would else be a remote one. Measures seconds from
the file's path to an index that answers; imports and the loading of the model are measured apart. Measures no
language model and no answer.
"""

import time

from bench.contestant import (
    count_tokens,
    cpu_seconds,
    print_result,
    rank_pages,
    read_request,
    refuse_network,
    weights_folder,
)


def main() -> None:
    """Read the request, ingest, ask, print."""
    request = read_request()
    refuse_network()
    started = time.perf_counter()
    from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex  # noqa: PLC0415  (timed)
    from llama_index.core.schema import MetadataMode  # noqa: PLC0415
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # noqa: PLC0415

    Settings.embed_model = HuggingFaceEmbedding(model_name=weights_folder())
    loaded, cpu_before = time.perf_counter(), cpu_seconds()
    documents = SimpleDirectoryReader(input_files=request["files"]).load_data()
    read = time.perf_counter()
    index = VectorStoreIndex.from_documents(documents)
    ready, cpu_after = time.perf_counter(), cpu_seconds()

    pages = {document.id_: number for number, document in enumerate(documents, 1)}  # one document per page

    def retrieve(question: str, count: int) -> list[int]:
        found = index.as_retriever(similarity_top_k=count).retrieve(question)
        return [pages[hit.node.ref_doc_id] for hit in found]

    texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in index.docstore.docs.values()]
    print_result(
        {
            "startup_seconds": loaded - started,
            "reading_seconds": read - loaded,
            "searchable_seconds": ready - loaded,
            "ready_seconds": ready - loaded,
            "cpu_seconds": cpu_after - cpu_before,
            "pages": len(documents),
            **count_tokens(texts),
            "questions": rank_pages(request["questions"], retrieve),
        }
    )


if __name__ == "__main__":
    main()
