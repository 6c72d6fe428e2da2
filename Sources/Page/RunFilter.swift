import Runs

/// Which runs a list shows, as its address says.
package struct RunFilter: Sendable, Hashable {
    package var state: RunState?
    package var name: String?
    package var search: String?
    package var cursor: RunID?

    package init(state: RunState? = nil, name: String? = nil, search: String? = nil, cursor: RunID? = nil) {
        self.state = state
        self.name = name
        self.search = search
        self.cursor = cursor
    }

    var isEmpty: Bool { state == nil && name == nil && search == nil }

    /// The address of the list with this filter.
    var address: String {
        let fields = [
            ("state", state?.rawValue), ("name", name), ("search", search), ("cursor", cursor?.description),
        ].compactMap { field in field.1.map { "\(field.0)=\(AddressText.encoded($0))" } }
        return fields.isEmpty ? "/" : "/?\(fields.joined(separator: "&"))"
    }
}
