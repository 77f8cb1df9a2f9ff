"""Values with a unit and a scale, and what may be done to them. Knows nothing of where values come from.

`value` is the whole amount; `scale` is only how it is shown. Unlike units are not added, amounts of money not
multiplied with one another; a percentage counts as its hundredth where it is multiplied or divided.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.errors import BadRequest

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Quantity:
    """An amount in full, its unit (None for a plain number) and the scale it is shown in."""

    value: Decimal
    unit: str | None
    scale: int
    constant: bool = False

    def with_value(self, value: Decimal) -> "Quantity":
        """The same unit and scale with another value."""
        return replace(self, value=value)


def apply(operation: str, parts: Sequence[Quantity]) -> Quantity:
    """Work out one operation; BadRequest says why units or scales forbid it."""
    if operation == "*":
        return _times(parts[0], parts[1])
    if operation == "/":
        return _over(parts[0], parts[1])
    if operation in ("growth", "ratio", "percent"):
        return _compared(operation, parts[0], parts[1])
    unit, scale = _common(parts)
    values = [part.value for part in parts]
    results = {
        "+": lambda: values[0] + values[1],
        "-": lambda: values[0] - values[1],
        "abs": lambda: abs(values[0]),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "sum": lambda: sum(values, Decimal(0)),
        "average": lambda: sum(values, Decimal(0)) / len(values),
    }
    return Quantity(results[operation](), unit, scale, all(part.constant for part in parts))


def _common(parts: Sequence[Quantity]) -> tuple[str | None, int]:
    """The unit and scale quantities share; constants go with plain numbers only."""
    units = {part.unit for part in parts}
    if len(units) > 1:
        names = " and ".join(sorted(unit or "a plain number" for unit in units))
        raise BadRequest(f"{names} cannot be added or compared: give both the same unit, or divide one by the other.")
    scales = {part.scale for part in parts if not part.constant}
    if units == {None} and len(scales) > 1:
        raise BadRequest(
            "The operands differ in scale and have no unit; give each its unit, so that scales can be joined."
        )
    return next(iter(units)), max(scales, default=1)


def _times(left: Quantity, right: Quantity) -> Quantity:
    if left.unit == "%" and right.unit == "%":
        return Quantity(left.value * right.value / HUNDRED, "%", 1)
    if left.constant or right.constant:
        number, other = (left, right) if left.constant else (right, left)
        return other.with_value(other.value * number.value)
    left, right = _hundredth(left), _hundredth(right)
    if left.unit and right.unit:
        unit = _cancelled(left.unit, right.unit)
        if unit is None:
            raise BadRequest(f"{left.unit} cannot be multiplied by {right.unit}.")
        return Quantity(left.value * right.value, unit, max(left.scale, right.scale))
    return Quantity(left.value * right.value, left.unit or right.unit, max(left.scale, right.scale))


def _cancelled(left: str, right: str) -> str | None:
    """USD/share times shares gives USD."""
    for rate, count in ((left, right), (right, left)):
        above, slash, below = rate.partition("/")
        if slash and below.rstrip("s").lower() == count.rstrip("s").lower():
            return above
    return None


def _over(left: Quantity, right: Quantity) -> Quantity:
    if right.value == 0:
        raise BadRequest("The divisor is zero.")
    if right.constant:
        return left.with_value(left.value / right.value)
    if left.unit == right.unit:
        if left.unit is None and left.scale != right.scale and not left.constant:
            raise BadRequest("Dividend and divisor differ in scale and have no unit; give each its unit.")
        return Quantity(left.value / right.value, None, 1)
    left, right = _hundredth(left), _hundredth(right)
    if right.unit is None:
        return Quantity(left.value / right.value, left.unit, left.scale)
    if left.unit is None:
        raise BadRequest(f"A plain number cannot be divided by {right.unit}; name the unit of the dividend.")
    return Quantity(left.value / right.value, f"{left.unit}/{right.unit}", 1)


def _compared(operation: str, left: Quantity, right: Quantity) -> Quantity:
    """`growth(new, old)` and `percent(part, whole)` in percent, `ratio(a, b)` as a plain number; all of like units."""
    unit, _scale = _common((left, right))
    if unit == "%" and operation != "ratio":
        raise BadRequest("Growth of percentages is ambiguous: subtract them for percentage points, or use ratio.")
    if right.value == 0:
        raise BadRequest(f"{operation} cannot be worked out: the second operand is zero.")
    if operation == "ratio":
        return Quantity(left.value / right.value, None, 1)
    if operation == "percent":
        return Quantity(left.value / right.value * HUNDRED, "%", 1)
    if right.value < 0:
        raise BadRequest("Growth from a negative amount means nothing; give the difference instead.")
    return Quantity((left.value - right.value) / right.value * HUNDRED, "%", 1)


def _hundredth(quantity: Quantity) -> Quantity:
    if quantity.unit != "%":
        return quantity
    return Quantity(quantity.value / HUNDRED, None, 1)
