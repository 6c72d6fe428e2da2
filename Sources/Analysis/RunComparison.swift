import Measurement

/// The totals of several runs side by side, each against the first run's.
package struct RunComparison: Sendable {
    /// In the order of the first run's totals, behind them what only others have.
    package let rows: [ComparedSeries]

    package init(_ runs: [ComparedRun]) {
        var names: [ComparedName] = []
        for name in runs.flatMap({ run in run.totals.map { ComparedName($0.series) } }) where !names.contains(name) {
            names.append(name)
        }
        rows = names.map { name in ComparedSeries(name: name, in: runs) }
    }
}

/// A run as it is compared.
package struct ComparedRun: Sendable {
    package let totals: [SeriesTotal]
    package let energy: EnergySummary?
    package let attribution: AttributionSummary?
    /// Why it has no total of that name.
    package let reasonForNo: @Sendable (ComparedName) -> String

    package init(
        totals: [SeriesTotal], energy: EnergySummary?, attribution: AttributionSummary?,
        reasonForNo: @escaping @Sendable (ComparedName) -> String
    ) {
        self.totals = totals
        self.energy = energy
        self.attribution = attribution
        self.reasonForNo = reasonForNo
    }

    fileprivate func amount(_ name: ComparedName) -> ComparedAmount {
        guard let total = totals.first(where: { ComparedName($0.series) == name }) else {
            return .absent(reason: reasonForNo(name))
        }
        switch total.result {
        case .unavailable(let reason): return .absent(reason: reason)
        case .measured(let value):
            return .measured(value, total.series.metric.unit, uncertainty: uncertainty(of: total))
        }
    }

    /// How far off a total may be, in its unit; nil where nobody can say.
    private func uncertainty(of total: SeriesTotal) -> Double? {
        let domain = total.series.attributes["domain"] ?? ""
        switch total.series.metric {
        case .consumedEnergy:
            return energy?.domains.first { $0.domain == domain && $0.resource == total.series.resource }?
                .uncertaintyJoules
        case .attributedEnergy:
            return attribution?.domains.first { $0.domain == domain && $0.resource == total.series.resource }?
                .uncertaintyJoules
        default:
            return total.coverage.map { $0 < 1 ? nil : 0 } ?? nil
        }
    }
}

/// What series of different runs have in common: all but the process, and the unit, which must then be the same.
package struct ComparedName: Sendable, Hashable {
    package let metric: String
    package let resource: Resource
    package let attributes: [String: String]
    /// Whether it is of the run, and not of the machine.
    package let isOfRun: Bool

    init(_ series: Series) {
        metric = series.metric.name
        resource = series.resource
        attributes = series.attributes
        isOfRun = series.consumer != .localMachine
    }
}

package enum ComparedAmount: Sendable, Hashable {
    /// In the unit; the uncertainty is nil where nobody can say.
    case measured(Value, Unit, uncertainty: Double?)
    case absent(reason: String)
}

/// One series of several runs.
package struct ComparedSeries: Sendable {
    package let name: ComparedName
    /// One for each run.
    package let amounts: [ComparedAmount]

    fileprivate init(name: ComparedName, in runs: [ComparedRun]) {
        self.name = name
        amounts = runs.map { $0.amount(name) }
    }

    /// Of a run to the first one.
    package func difference(at index: Int) -> AmountDifference {
        AmountDifference(of: amounts[index], to: amounts[0])
    }
}

/// How far one amount is from another.
package enum AmountDifference: Sendable, Hashable {
    /// The relative one is nil where the other amount is 0; whether it is below what both may be off is nil where
    /// nobody can say.
    case known(absolute: Double, relative: Double?, isWithinUncertainty: Bool?)
    /// The units are not the same: there is no difference.
    case unitsDiffer
    /// One of them was not measured.
    case unknown

    package init(of amount: ComparedAmount, to base: ComparedAmount) {
        guard case .measured(let value, let unit, let uncertainty) = amount,
            case .measured(let baseValue, let baseUnit, let baseUncertainty) = base
        else {
            self = .unknown
            return
        }
        guard unit == baseUnit else {
            self = .unitsDiffer
            return
        }
        let absolute = Self.difference(value, baseValue)
        let relative = baseValue.asDouble == 0 ? nil : absolute / baseValue.asDouble
        let both = uncertainty.flatMap { one in baseUncertainty.map { one + $0 } }
        self = .known(
            absolute: absolute, relative: relative, isWithinUncertainty: both.map { absolute.magnitude <= $0 })
    }

    /// Whole numbers are subtracted as such: beyond 2^53 doubles cannot tell neighbours apart.
    private static func difference(_ one: Value, _ other: Value) -> Double {
        if case .integer(let one) = one, case .integer(let other) = other {
            let (difference, overflow) = one.subtractingReportingOverflow(other)
            if !overflow { return Double(difference) }
        }
        return one.asDouble - other.asDouble
    }
}
