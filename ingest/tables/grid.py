"""Where the columns of a table stand on the page, and which cell stands in which. Knows nothing of labels."""

from collections.abc import Sequence
from statistics import median

from ingest.table_types import Cell
from ingest.tables.columns import Extent

SAME_COLUMN = 9.0  # points by which right edges of one column may differ


def column_edges(rows: Sequence[Sequence[Cell]]) -> list[float]:
    """Right edges of the columns: cells' right edges clustered, clusters seldom used left out.

    A percent or closing sign moves an edge: clusters whose cells overlap, but never in one row, are one column.
    """
    cells = sorted(((cell, row) for row, found in enumerate(rows) for cell in found), key=lambda pair: pair[0].x1)
    clusters: list[list[tuple[Cell, int]]] = []
    for cell, row in cells:
        if clusters and cell.x1 - clusters[-1][-1][0].x1 <= SAME_COLUMN:
            clusters[-1].append((cell, row))
        else:
            clusters.append([(cell, row)])
    merged = clusters[:1]
    for cluster in clusters[1:]:
        if _one_column(merged[-1], cluster):
            merged[-1] = [*merged[-1], *cluster]
        else:
            merged.append(cluster)
    fewest = max(1, len(rows) // 8)
    edges = [median(cell.x1 for cell, _row in cluster) for cluster in merged if len(cluster) >= fewest]
    return edges or [median(cell.x1 for cell, _row in cluster) for cluster in merged]


def _one_column(left: Sequence[tuple[Cell, int]], right: Sequence[tuple[Cell, int]]) -> bool:
    """Whether two clusters of cells overlap on the page and no row has a cell in both."""
    overlap = min(cell.x0 for cell, _row in right) < max(cell.x1 for cell, _row in left)
    return overlap and {row for _cell, row in left}.isdisjoint(row for _cell, row in right)


def placed(cells: Sequence[Cell], edges: Sequence[float]) -> tuple[Cell, ...]:
    """The cells of a row with the column each stands in, no two in one."""
    found, taken = [], -1
    for cell in cells[-len(edges) :]:  # more numbers than columns: the first ones belong to the label
        nearest = min(range(len(edges)), key=lambda index: abs(edges[index] - cell.x1))
        taken = max(nearest, taken + 1) if nearest <= taken else nearest
        place = cell.start, cell.end, cell.x0, cell.x1
        found.append(Cell(*place, cell.text, cell.value, min(taken, len(edges) - 1), cell.kind))
    return tuple(found)


def extents(edges: Sequence[float], cells: Sequence[Cell]) -> list[Extent]:
    """From where to where each column reaches: from its widest cell's left to its right edge."""
    lefts = [[cell.x0 for cell in cells if cell.column == index] for index in range(len(edges))]
    return [Extent(min([*left, edge]), edge) for left, edge in zip(lefts, edges, strict=True)]
