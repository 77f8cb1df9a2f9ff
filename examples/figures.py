"""The fictitious company's books: few inputs, every other figure computed, so that the statements tie.

The inputs stand in data/figures.toml. Each year's balance sheet is rolled forward from the year before
by the same movements that the cash flow statement reports; that it balances is therefore a test of the
movements and not a number typed in.
"""

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

from examples.books import DATA_FOLDER, Acquisition, Balance, Inputs, Segment

YEARS = (2022, 2023, 2024)

Amount = int | float | Decimal


@dataclass(frozen=True)
class FiscalYear:
    """One year's statements."""

    year: int
    inputs: Inputs
    opening: Balance

    def segments(self) -> tuple[Segment, Segment, Segment]:
        return self.inputs.flow, self.inputs.valves, self.inputs.services

    def revenue(self) -> int:
        return sum(segment.revenue for segment in self.segments())

    def product_revenue(self) -> int:
        return self.inputs.flow.revenue + self.inputs.valves.revenue

    def product_cost(self) -> int:
        return self.inputs.flow.cost + self.inputs.valves.cost

    def cost(self) -> int:
        return sum(segment.cost for segment in self.segments())

    def gross_profit(self) -> int:
        return self.revenue() - self.cost()

    def research(self) -> int:
        return sum(segment.research for segment in self.segments())

    def selling(self) -> int:
        return sum(segment.selling for segment in self.segments()) + self.inputs.corporate_expense

    def segment_profit(self) -> int:
        return sum(segment.profit for segment in self.segments())

    def operating_expenses(self) -> int:
        return self.research() + self.selling() + self.inputs.amortization + self.inputs.restructuring

    def operating_income(self) -> int:
        return self.gross_profit() - self.operating_expenses()

    def pretax_income(self) -> int:
        return self.operating_income() - self.inputs.interest_expense + self.inputs.other_income

    def current_tax(self) -> int:
        return self.inputs.tax_federal + self.inputs.tax_state + self.inputs.tax_foreign

    def tax(self) -> int:
        return self.current_tax() + self.inputs.tax_deferred

    def statutory_tax(self) -> int:
        return int(Decimal(self.pretax_income() * 21) / 100 + Decimal("0.5"))

    def net_income(self) -> int:
        return self.pretax_income() - self.tax()

    def diluted_shares(self) -> float:
        return self.inputs.basic_shares + self.inputs.dilutive_shares

    def basic_earnings(self) -> Decimal:
        return per_share(self.net_income(), self.inputs.basic_shares)

    def diluted_earnings(self) -> Decimal:
        return per_share(self.net_income(), self.diluted_shares())

    def dividend_per_share(self) -> Decimal:
        return Decimal(self.inputs.dividend_cents) / 100

    def dividends(self) -> int:
        return round(self.inputs.basic_shares * self.inputs.dividend_cents / 100)

    def translation(self) -> int:
        goods = self.inputs.translation_goodwill + self.inputs.translation_property
        return self.inputs.translation_cash + goods

    def other_comprehensive(self) -> int:
        return self.translation() + self.inputs.hedge_gain + self.inputs.pension_gain

    def comprehensive_income(self) -> int:
        return self.net_income() + self.other_comprehensive()

    def operating_cash(self) -> int:
        charges = self.inputs.depreciation + self.inputs.amortization + self.inputs.stock_compensation
        return self.net_income() + charges + self.inputs.tax_deferred + self.working_capital_cash()

    def working_capital_cash(self) -> int:
        flows = self.inputs
        used = flows.receivables_growth + flows.inventories_growth
        used += flows.prepaid_growth + flows.other_assets_growth
        provided = flows.payables_growth + flows.accrued_growth
        return provided + flows.contract_liabilities_growth + flows.other_liabilities_growth - used

    def investing_cash(self) -> int:
        return self.inputs.disposal_proceeds - self.inputs.capital_expenditure - self.inputs.acquired.price

    def financing_cash(self) -> int:
        flows = self.inputs
        owners = flows.option_proceeds - flows.shares_withheld - flows.share_repurchases - self.dividends()
        return flows.debt_borrowed - flows.debt_repaid + owners

    def cash_change(self) -> int:
        flows = self.operating_cash() + self.investing_cash() + self.financing_cash()
        return flows + self.inputs.translation_cash

    def free_cash(self) -> int:
        return self.operating_cash() - self.inputs.capital_expenditure

    def paid_in_growth(self) -> int:
        return self.inputs.stock_compensation + self.inputs.option_proceeds - self.inputs.shares_withheld

    @cached_property
    def closing(self) -> Balance:
        """The year's last balance sheet, rolled forward from its first."""
        debt = self.opening.debt() + self.inputs.debt_borrowed - self.inputs.debt_repaid
        leases = self.opening.leases() + self.inputs.leases_added - self.inputs.leases_reduced
        return Balance(
            **self._closing_assets(),
            **self._closing_operating_liabilities(),
            current_debt=self.inputs.current_debt,
            long_term_debt=debt - self.inputs.current_debt,
            current_leases=self.inputs.current_leases,
            long_term_leases=leases - self.inputs.current_leases,
            paid_in_capital=self.opening.paid_in_capital + self.paid_in_growth(),
            retained_earnings=self.opening.retained_earnings + self.net_income() - self.dividends(),
            accumulated_other=self.opening.accumulated_other + self.other_comprehensive(),
            treasury_stock=self.opening.treasury_stock - self.inputs.share_repurchases,
        )

    def _closing_assets(self) -> dict[str, int]:
        flows, start, bought = self.inputs, self.opening, self.inputs.acquired
        property_bought = flows.capital_expenditure + bought.property - flows.disposal_proceeds
        return {
            "cash": start.cash + self.cash_change(),
            "receivables": start.receivables + flows.receivables_growth + bought.receivables,
            "inventories": start.inventories + flows.inventories_growth + bought.inventories,
            "prepaid": start.prepaid + flows.prepaid_growth + flows.hedge_gain,
            "property": start.property + property_bought + flows.translation_property - flows.depreciation,
            "lease_assets": start.lease_assets + flows.leases_added - flows.leases_reduced,
            "goodwill": start.goodwill + bought.goodwill() + flows.translation_goodwill,
            "intangibles": start.intangibles + bought.intangibles - flows.amortization,
            "other_assets": start.other_assets + flows.other_assets_growth,
        }

    def _closing_operating_liabilities(self) -> dict[str, int]:
        flows, start, bought = self.inputs, self.opening, self.inputs.acquired
        other_growth = flows.other_liabilities_growth - flows.pension_gain
        return {
            "payables": start.payables + flows.payables_growth + bought.payables,
            "accrued": start.accrued + flows.accrued_growth + bought.accrued,
            "contract_liabilities": start.contract_liabilities + flows.contract_liabilities_growth,
            "deferred_taxes": start.deferred_taxes + flows.tax_deferred + bought.deferred_taxes,
            "other_liabilities": start.other_liabilities + other_growth,
        }


def per_share(amount: int, shares: float) -> Decimal:
    """An amount a share, rounded to cents as a filing prints it."""
    return (Decimal(amount) / Decimal(str(round(shares, 1)))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def lookup(year: FiscalYear, path: str) -> Amount:
    """The figure that a dotted path names: "closing.cash", "inputs.flow.profit", "-tax"."""
    value: Any = attrgetter(path.removeprefix("-"))(year)
    value = value() if callable(value) else value
    return -value if path.startswith("-") else value  # type: ignore[no-any-return]


def _inputs(table: dict[str, Any]) -> Inputs:
    segments: dict[str, Any] = {name: Segment(**table[name]) for name in ("flow", "valves", "services")}
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    return Inputs(**segments, acquired=Acquisition(**table.get("acquired", {})), **plain)


def load_figures() -> dict[int, FiscalYear]:
    """The three fiscal years, each opened with the balance sheet that closed the one before."""
    table = tomllib.loads((DATA_FOLDER / "figures.toml").read_text(encoding="utf-8"))
    balance = Balance(**table["opening"])
    years: dict[int, FiscalYear] = {}
    for year in YEARS:
        years[year] = FiscalYear(year, _inputs(table[str(year)]), balance)
        balance = years[year].closing
    return years
