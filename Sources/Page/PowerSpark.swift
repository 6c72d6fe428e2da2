import Analysis
import Measurement

/// The power of a domain over the last minutes, as a line; the cells beside it say it in numbers.
struct PowerSpark {
    private let domain: DomainPower
    private static let width = 300.0
    private static let height = 36.0

    init(_ domain: DomainPower) {
        self.domain = domain
    }

    var html: HTML? {
        guard let maximum = domain.maximum, maximum > 0, let oldest = domain.points.first?.age.inSeconds, oldest > 0
        else {
            return nil
        }
        let lines = stretches.map { points in
            let places = points.map { point in
                "\(text((1 - point.age / oldest) * Self.width)),\(text((1 - point.watts / maximum) * (Self.height - 2) + 1))"
            }
            return "<polyline points=\"\(places.joined(separator: " "))\"/>" as HTML
        }
        return """
            <svg class="history" viewBox="0 0 300 36" width="300" height="36" preserveAspectRatio="none" aria-hidden="true">\(lines)</svg>
            """
    }

    /// What hangs together: a line has no way across what was not measured.
    private var stretches: [[(age: Double, watts: Double)]] {
        var stretches: [[(age: Double, watts: Double)]] = [[]]
        for point in domain.points {
            if let watts = point.watts {
                stretches[stretches.count - 1].append((point.age.inSeconds, watts))
            } else if !stretches[stretches.count - 1].isEmpty {
                stretches.append([])
            }
        }
        return stretches.filter { !$0.isEmpty }
    }

    private func text(_ value: Double) -> String { Quantity.digits(value, 4) }
}
