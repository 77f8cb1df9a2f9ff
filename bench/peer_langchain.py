"""LangChain's quick start over one file: PyPDFLoader, RecursiveCharacterTextSplitter(1000, 200), FAISS.

Measures seconds from the file's path to a store that answers; imports and the loading of the model are measured
apart. Measures no language model and no answer.
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
    from langchain_community.document_loaders import PyPDFLoader  # noqa: PLC0415  (timed)
    from langchain_community.vectorstores import FAISS  # noqa: PLC0415
    from langchain_huggingface import HuggingFaceEmbeddings  # noqa: PLC0415
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

    embeddings = HuggingFaceEmbeddings(model_name=weights_folder())
    loaded, cpu_before = time.perf_counter(), cpu_seconds()
    pages = [page for file in request["files"] for page in PyPDFLoader(file).load()]
    read = time.perf_counter()
    splits = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(pages)
    store = FAISS.from_documents(splits, embeddings)
    ready, cpu_after = time.perf_counter(), cpu_seconds()

    def retrieve(question: str, count: int) -> list[int]:
        return [hit.metadata["page"] + 1 for hit in store.similarity_search(question, k=count)]

    print_result(
        {
            "startup_seconds": loaded - started,
            "reading_seconds": read - loaded,
            "searchable_seconds": ready - loaded,
            "ready_seconds": ready - loaded,
            "cpu_seconds": cpu_after - cpu_before,
            "pages": len(pages),
            **count_tokens([split.page_content for split in splits]),
            "questions": rank_pages(request["questions"], retrieve),
        }
    )


if __name__ == "__main__":
    main()
