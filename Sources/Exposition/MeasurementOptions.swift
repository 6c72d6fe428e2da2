/// How rows of measurements are written; raw values are what stands behind `=` in a query and after a flag.
package struct MeasurementOptions: Sendable, Hashable {
    package var units: UnitSuffix
    package var values: ValueMode
    /// Concerns CSV alone.
    package var separator: Separator

    package init(units: UnitSuffix = .symbol, values: ValueMode = .change, separator: Separator = .semicolon) {
        self.units = units
        self.values = values
        self.separator = separator
    }

    /// Whether the unit's symbol stands behind a metric's name.
    package enum UnitSuffix: String, Sendable, Hashable, CaseIterable {
        case symbol, none
    }

    package enum ValueMode: String, Sendable, Hashable, CaseIterable {
        /// Since the previous row of the series: a column adds up to the total.
        case change
        /// Since the start of the run.
        case cumulative
    }

    package enum Separator: String, Sendable, Hashable, CaseIterable {
        case semicolon, comma

        package var byte: UInt8 {
            switch self {
            case .semicolon: UInt8(ascii: ";")
            case .comma: UInt8(ascii: ",")
            }
        }
    }
}
