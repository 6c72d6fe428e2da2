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
    """How far the median may be from the true one, 95 %, as if the values were normally distributed; 0 of one value."""
    low, _, high = quartiles(values)
    return 1.96 * 1.253 * (high - low) / 1.349 / math.sqrt(len(values))


def ratios(ours, others):
    """Ours as a multiple of others' round by round, which noise that lasts longer than a round does not touch.

    One number where they did not take turns, or where there is a zero to divide by: that of the sums, or of the medians.
    """
    if len(ours) == len(others) and all(others):
        return [mine / other for mine, other in zip(ours, others)]
    if len(ours) == len(others):
        return [sum(ours) / sum(others)] if sum(others) else []
    middle = statistics.median(others)
    return [statistics.median(ours) / middle] if middle else []


def differences(ours, others):
    """The same for what can be zero or less."""
    return [mine - other for mine, other in zip(ours, others)]


@dataclasses.dataclass
class Row:
    """One thing that was measured: ours, the C reference and the peers in turn, a value for each round."""

    what: str
    unit: str
    ours: list
    reference: list = None
    # Values by name, or a string that says why there are none.
    peers: dict = dataclasses.field(default_factory=dict)
    # What is allowed, in words, and whether it is kept; None where there is no budget, or where it cannot be told.
    budget: str = None
    is_met: bool = None
    note: str = ""
    # Whether more is better, and whether values are compared by their difference.
    more_is_better: bool = False
    by_difference: bool = False
    # Why a peer may be ahead here.
    why: str = ""

    # What stands beside ours without being another tool.
    BASELINES = ("bare", "C")

    def compared(self, others):
        """Ours beside others': ratios, or differences."""
        return (differences if self.by_difference else ratios)(self.ours, others)

    def is_behind(self, name):
        """Whether a tool does better, beyond doubt."""
        others = self.peers[name]
        if name in self.BASELINES or isinstance(others, str):
            return False
        values = self.compared(others)
        if not values:
            # The tool's are all zero.
            return not self.more_is_better and statistics.median(self.ours) > 0
        even, middle, doubt = 0 if self.by_difference else 1, statistics.median(values), uncertainty(values)
        return middle + doubt < even if self.more_is_better else middle - doubt > even

    def within(self, budget, limit, values=None, at_least=False):
        """Says the budget, and whether the median of `values`, or else of ours, keeps to it; undecided where that cannot
        be told from noise."""
        values = self.ours if values is None else values
        if not values:
            self.budget = budget
            return self
        middle, doubt = statistics.median(values), uncertainty(values)
        if middle - doubt <= limit < middle + doubt:
            self.budget = f"{budget} (known to ± {number(doubt)})"
            return self
        self.budget = budget
        self.is_met = middle >= limit if at_least else middle <= limit
        return self

    def within_reference(self, budget, limit):
        """The same for the ratio to the C reference."""
        return self.within(budget, limit, self.compared(self.reference))


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
