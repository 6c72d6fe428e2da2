extension HTTPProblem {
    /// The document, on one line.
    package var json: String {
        var members = [
            "\"type\":\(quoted(type))", "\"title\":\(quoted(title))", "\"status\":\(status.code)",
        ]
        if let detail { members.append("\"detail\":\(quoted(detail))") }
        if !errors.isEmpty { members.append("\"errors\":[\(errors.map(\.json).joined(separator: ","))]") }
        return "{\(members.joined(separator: ","))}\n"
    }
}

extension HTTPProblem.Fault {
    fileprivate var json: String {
        "{\"pointer\":\(quoted(pointer)),\"detail\":\(quoted(detail))}"
    }
}

/// The text as a JSON string (RFC 8259, section 7).
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\0"..<" ": result += escaped(scalar)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
}
