import Foundation

@testable import API

/// The body of `POST /runs`. What is accepted is JSON to others too, and valid as a whole.
@Sendable func fuzzSpecification(_ bytes: [UInt8]) {
    if let value = try? JSONParser.parse(bytes), value.isFinite {
        let others = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        precondition(others != nil, "we take for JSON what others do not")
    }
    if let specification = try? RunRequest.parse(bytes) {
        precondition(specification.faults.isEmpty, "a specification with faults was accepted")
    }
}

extension JSONValue {
    /// Numbers beyond a `Double` are infinite to us, and an error to others.
    fileprivate var isFinite: Bool {
        switch self {
        case .number(let number): number.isFinite
        case .array(let elements): elements.allSatisfy(\.isFinite)
        case .object(let members): members.values.allSatisfy(\.isFinite)
        case .null, .bool, .string: true
        }
    }
}
