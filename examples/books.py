"""The books of the fictitious company: what is given for a year, and what a balance sheet holds."""

from dataclasses import dataclass
from pathlib import Path

DATA_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Segment:
    """One reportable segment's year."""

    revenue: int
    cost: int
    research: int
    selling: int

    @property
    def profit(self) -> int:
        return self.revenue - self.cost - self.research - self.selling

    @property
    def gross_profit(self) -> int:
        return self.revenue - self.cost


@dataclass(frozen=True)
class Acquisition:
    """What a purchase of a business brought; goodwill is what the price leaves unexplained."""

    price: int = 0
    receivables: int = 0
    inventories: int = 0
    property: int = 0
    intangibles: int = 0
    payables: int = 0
    accrued: int = 0
    deferred_taxes: int = 0

    def goodwill(self) -> int:
        assets = self.receivables + self.inventories + self.property + self.intangibles
        return self.price - assets + self.payables + self.accrued + self.deferred_taxes


@dataclass(frozen=True)
class Inputs:
    """A year's inputs, as data/figures.toml names them."""

    flow: Segment
    valves: Segment
    services: Segment
    acquired: Acquisition
    corporate_expense: int
    amortization: int
    restructuring: int
    interest_expense: int
    other_income: int
    tax_federal: int
    tax_state: int
    tax_foreign: int
    tax_deferred: int
    depreciation: int
    stock_compensation: int
    receivables_growth: int
    inventories_growth: int
    prepaid_growth: int
    other_assets_growth: int
    payables_growth: int
    accrued_growth: int
    contract_liabilities_growth: int
    other_liabilities_growth: int
    capital_expenditure: int
    disposal_proceeds: int
    debt_borrowed: int
    debt_repaid: int
    share_repurchases: int
    option_proceeds: int
    shares_withheld: int
    translation_cash: int
    translation_goodwill: int
    translation_property: int
    hedge_gain: int
    pension_gain: int
    leases_added: int
    leases_reduced: int
    current_debt: int
    current_leases: int
    basic_shares: float
    dilutive_shares: float
    dividend_cents: int


@dataclass(frozen=True)
class Balance:
    """A balance sheet; treasury stock and accumulated losses are negative."""

    cash: int
    receivables: int
    inventories: int
    prepaid: int
    property: int
    lease_assets: int
    goodwill: int
    intangibles: int
    other_assets: int
    payables: int
    accrued: int
    contract_liabilities: int
    current_debt: int
    current_leases: int
    long_term_debt: int
    long_term_leases: int
    deferred_taxes: int
    other_liabilities: int
    paid_in_capital: int
    retained_earnings: int
    accumulated_other: int
    treasury_stock: int

    def current_assets(self) -> int:
        return self.cash + self.receivables + self.inventories + self.prepaid

    def assets(self) -> int:
        long_term = self.property + self.lease_assets + self.goodwill + self.intangibles + self.other_assets
        return self.current_assets() + long_term

    def current_liabilities(self) -> int:
        trade = self.payables + self.accrued + self.contract_liabilities
        return trade + self.current_debt + self.current_leases

    def liabilities(self) -> int:
        borrowings = self.long_term_debt + self.long_term_leases
        return self.current_liabilities() + borrowings + self.deferred_taxes + self.other_liabilities

    def equity(self) -> int:
        return self.paid_in_capital + self.retained_earnings + self.accumulated_other + self.treasury_stock

    def liabilities_and_equity(self) -> int:
        return self.liabilities() + self.equity()

    def debt(self) -> int:
        return self.current_debt + self.long_term_debt

    def leases(self) -> int:
        return self.current_leases + self.long_term_leases

    def term_loan(self) -> int:
        # The senior notes stand at their face of 400 in every year; the rest of the debt is the term loan.
        return self.debt() - 400
