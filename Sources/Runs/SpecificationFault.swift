/// One thing that is wrong with a specification.
package struct SpecificationFault: Error, Sendable, Hashable {
    /// Where, as a JSON pointer into the request: `/environment/PATH`.
    package let pointer: String
    /// What is wrong and what would be right, as the rest of a sentence that begins with the field's name.
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}

extension RunSpecification {
    /// Everything that is wrong with it apart from its events, which only the machine can judge.
    package var faults: [SpecificationFault] {
        commandFaults + environmentFaults + labelFaults + nameFaults + directoryFaults + durationFaults
            + limits.faults
    }

    private var commandFaults: [SpecificationFault] {
        switch command {
        case .shell(let line):
            if line.isEmpty { return [.init("/command", "must not be empty")] }
            return line.hasNUL ? [.init("/command", "must not contain a NUL character")] : []
        case .arguments(let arguments):
            guard let program = arguments.first, !program.isEmpty else {
                return [.init("/command", "must name a program, such as [\"sleep\", \"1\"]")]
            }
            return arguments.indices.filter { arguments[$0].hasNUL }.map {
                .init("/command/\($0)", "must not contain a NUL character")
            }
        }
    }

    private var environmentFaults: [SpecificationFault] {
        environment.sorted { $0.key < $1.key }.compactMap { name, value in
            let pointer = "/environment/\(name.escapedForPointer)"
            if name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
                return .init(pointer, "must have a name without \"=\"")
            }
            return name.hasNUL || value.hasNUL ? .init(pointer, "must not contain a NUL character") : nil
        }
    }

    private var labelFaults: [SpecificationFault] {
        if labels.count > Self.maximumLabels { return [.init("/labels", "must be \(Self.maximumLabels) at most")] }
        return labels.sorted { $0.key < $1.key }.compactMap { key, value in
            guard key.isEmpty || key.unicodeScalars.count > 128 || value.unicodeScalars.count > 1024 else { return nil }
            return .init(
                "/labels/\(key.escapedForPointer)",
                "must have 1 to 128 characters in its name and 1024 at most in its value"
            )
        }
    }

    private var nameFaults: [SpecificationFault] {
        guard let name, name.isEmpty || name.unicodeScalars.count > 256 else { return [] }
        return [.init("/name", "must have 1 to 256 characters")]
    }

    private var directoryFaults: [SpecificationFault] {
        guard let workingDirectory, !workingDirectory.hasPrefix("/") || workingDirectory.hasNUL else { return [] }
        return [.init("/working_directory", "must be an absolute path")]
    }

    private var durationFaults: [SpecificationFault] {
        var faults: [SpecificationFault] = []
        if !Self.intervalRange.contains(interval) {
            let range = [Self.intervalRange.lowerBound, Self.intervalRange.upperBound].map(DurationText.format)
            faults.append(.init("/interval", "must be between \(range[0]) and \(range[1])"))
        }
        if let baseline, !Self.baselineRange.contains(baseline) {
            let range = [Self.baselineRange.lowerBound, Self.baselineRange.upperBound].map(DurationText.format)
            faults.append(.init("/baseline", "must be between \(range[0]) and \(range[1])"))
        }
        if let timeout, timeout <= .zero { faults.append(.init("/timeout", "must be more than 0")) }
        if killGrace > .seconds(3600) { faults.append(.init("/kill_grace", "must be 1h at most")) }
        return faults
    }
}

extension String {
    fileprivate var hasNUL: Bool { utf8.contains(0) }

    /// A key as a segment of a JSON pointer (RFC 6901).
    package var escapedForPointer: String {
        reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
    }
}
