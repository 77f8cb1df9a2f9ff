"""The figure tables whose columns are not years: stockholders' equity, and the quarters side by side."""

from examples.figures import YEARS, FiscalYear, lookup
from examples.tables import Row, Table, printed

COMPANY = "QUILLMERE FLOW CONTROLS, INC."
EQUITY_COLUMNS = ("paid_in_capital", "retained_earnings", "accumulated_other", "treasury_stock")
EQUITY_HEADINGS = ("Paid-in\nCapital", "Retained\nEarnings", "Accum.\nOCI", "Treasury\nStock", "Total\nEquity")
QUARTER_SHARES = (0.233, 0.247, 0.251)
SEGMENTS = ("inputs.flow", "inputs.valves", "inputs.services")
QUARTERLY_LINES = (
    ("Flow Measurement revenue", (f"{SEGMENTS[0]}.revenue",)),
    ("Control Valves revenue", (f"{SEGMENTS[1]}.revenue",)),
    ("Lifecycle Services revenue", (f"{SEGMENTS[2]}.revenue",)),
    ("Total revenue", tuple(f"{segment}.revenue" for segment in SEGMENTS)),
    ("Flow Measurement profit", (f"{SEGMENTS[0]}.profit",)),
    ("Control Valves profit", (f"{SEGMENTS[1]}.profit",)),
    ("Lifecycle Services profit", (f"{SEGMENTS[2]}.profit",)),
    ("Total segment profit", tuple(f"{segment}.profit" for segment in SEGMENTS)),
)


def equity_table(years: dict[int, FiscalYear]) -> Table:
    """The statement of stockholders' equity over all years."""
    opening = years[YEARS[0]].opening
    rows = [_equity_balance(f"Balance, December 31, {YEARS[0] - 1}", opening, "subtotal")]
    for year in YEARS:
        rows += _equity_movements(years[year])
        style = "total" if year == YEARS[-1] else "subtotal"
        rows.append(_equity_balance(f"Balance, December 31, {year}", years[year].closing, style))
    caption = f"{COMPANY}\nCONSOLIDATED STATEMENTS OF STOCKHOLDERS' EQUITY"
    return Table(EQUITY_HEADINGS, tuple(rows), caption, "(In millions)")


def _equity_balance(label: str, balance: object, style: str) -> Row:
    values = [getattr(balance, column) for column in EQUITY_COLUMNS]
    return Row(label, tuple(printed(value) for value in [*values, sum(values)]), style, dollar=True)


def _equity_movements(year: FiscalYear) -> list[Row]:
    flows = year.inputs
    movements = [
        ("Net income", 1, year.net_income()),
        ("Other comprehensive income (loss)", 2, year.other_comprehensive()),
        ("Cash dividends declared", 1, -year.dividends()),
        ("Stock-based compensation", 0, flows.stock_compensation),
        ("Exercise of stock options", 0, flows.option_proceeds),
        ("Shares withheld for taxes", 0, -flows.shares_withheld),
        ("Repurchases of common stock", 3, -flows.share_repurchases),
    ]
    return [_movement(label, column, amount) for label, column, amount in movements]


def _movement(label: str, column: int, amount: int) -> Row:
    cells = ["—"] * len(EQUITY_COLUMNS)
    cells[column] = printed(amount)
    return Row(label, (*cells, printed(amount)), "indent")


def quarterly_table(years: dict[int, FiscalYear]) -> Table:
    """Two years' quarters with their totals: a table too wide for an upright page."""
    pair = [years[YEARS[-1]], years[YEARS[-2]]]
    rows = [_quarter_row(label, path, pair) for label, path in QUARTERLY_LINES]
    columns = ("Q1", "Q2", "Q3", "Q4", "Year")
    headings = tuple(f"{column} {year.year}" for year in pair for column in columns)
    return Table(headings, tuple(rows), "QUARTERLY RESULTS BY SEGMENT (UNAUDITED)", "(In millions)")


def _quarter_row(label: str, paths: tuple[str, ...], pair: list[FiscalYear]) -> Row:
    cells: list[int] = []
    for year in pair:
        quarters = [_quarters(int(lookup(year, path))) for path in paths]
        cells += [sum(amounts) for amounts in zip(*quarters, strict=True)]
    style = "total" if len(paths) > 1 else "line"
    return Row(label, tuple(printed(cell) for cell in cells), style, dollar=style == "total")


def _quarters(annual: int) -> list[int]:
    """The four quarters of a year's figure, and the year: the fourth takes what rounding leaves."""
    first_three = [round(annual * share) for share in QUARTER_SHARES]
    return [*first_three, annual - sum(first_three), annual]
