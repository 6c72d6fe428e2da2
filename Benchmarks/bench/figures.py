"""What figures are: a sample of one thing, a row that sets several beside each other, a law of growth."""

import dataclasses
import math
import statistics


def quartiles(values):
    """First quartile, median and third quartile; of one value three times that."""
    values = sorted(values)
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def number(value):
    """Three digits that count, without an exponent."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = round(value, digits) if digits else round(value, 2 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.{digits}f}"


def sample_text(values):
    """Median and quartiles."""
    low, middle, high = quartiles(values)
    return number(middle) if len(values) == 1 else f"{number(middle)} ({number(low)}–{number(high)})"


def uncertainty(values):
    """How far the median may be from the true one, 95 %, as if the values were normally distributed."""
    low, _, high = quartiles(values)
    return 1.96 * 1.253 * (high - low) / 1.349 / math.sqrt(len(values))


def ratio(ours, others):
    """Median of the ratios round by round, which noise that lasts longer than a round does not touch."""
    pairs = [(mine, other) for mine, other in zip(ours, others) if other]
    return statistics.median(mine / other for mine, other in pairs) if pairs else None


@dataclasses.dataclass
class Row:
    """One thing that was measured: ours, the C reference and the peers in turn, a value for each round."""

    what: str
    unit: str
    ours: list
    reference: list = None
    # Values by name, or a string that says why there are none.
    peers: dict = dataclasses.field(default_factory=dict)
    # What is allowed, in words, and whether it is kept; None where there is no budget.
    budget: str = None
    is_met: bool = None
    note: str = ""

    def against_reference(self):
        return ratio(self.ours, self.reference) if self.reference else None

    def within(self, budget, value, limit):
        """Says the budget, and whether `value` keeps to `limit`."""
        self.budget = budget
        self.is_met = value is not None and value <= limit
        return self

    def within_noise(self, budget, limit):
        """The same for the median of our values, where it can be told from noise."""
        middle, doubt = statistics.median(self.ours), uncertainty(self.ours)
        if middle - doubt <= limit < middle + doubt:
            self.budget = f"{budget} (known to ± {number(doubt)})"
            return self
        return self.within(budget, middle, limit)

    def at_least(self, budget, value, limit):
        self.budget = budget
        self.is_met = value is not None and value >= limit
        return self


@dataclasses.dataclass
class Growth:
    """What a cost does when its cause grows: (cause, cost) pairs, one for each size."""

    cost: str
    cause: str
    unit: str
    points: list
    note: str = ""

    def exponent(self):
        """b of cost = a · cause^b by least squares over the logarithms; None below two points."""
        points = [(math.log(cause), math.log(cost)) for cause, cost in self.points if cause > 0 and cost > 0]
        if len(points) < 2:
            return None
        return statistics.linear_regression(*zip(*points)).slope

    def last_exponent(self):
        """The same between the two largest sizes, where what is constant no longer hides it."""
        points = [point for point in self.points if point[0] > 0 and point[1] > 0][-2:]
        return dataclasses.replace(self, points=points).exponent()
