/// In which unit an axis of time is marked.
struct TimeScale {
    let symbol: String
    let seconds: Double

    init(span: Double) {
        switch span {
        case ..<0.01: (symbol, seconds) = ("ms", 1e-3)
        case ..<600: (symbol, seconds) = ("s", 1)
        case ..<18_000: (symbol, seconds) = ("min", 60)
        default: (symbol, seconds) = ("h", 3600)
        }
    }
}
