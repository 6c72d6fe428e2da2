/// Where the parts of a request's head stood on the wire, in bytes from the method:
///
///     GET /runs HTTP/1.1␍␊Host: localhost␍␊Accept:␍␊␍␊
///     0   4     10         20    26         37      44 46
///
/// libmicrohttpd 0.9.75 cuts a value at a NUL, joins folded lines, takes a bare CR or LF for a line's end and an
/// empty name for the end of the head, without a word. But each of them leaves bytes that belong to no field, and
/// there a proxy in front may have read something else. So the head must be accounted for to the last byte.
package struct HTTPHeadLayout: Sendable {
    package struct Field: Sendable {
        package let name: Range<Int>
        package let value: Range<Int>

        package init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    package let methodLength: Int
    package let target: Range<Int>
    package let version: Range<Int>
    package let fields: [Field]
    /// With the empty line.
    package let size: Int

    package init(methodLength: Int, target: Range<Int>, version: Range<Int>, fields: [Field], size: Int) {
        self.methodLength = methodLength
        self.target = target
        self.version = version
        self.fields = fields
        self.size = size
    }

    private static let lineEnd = 2

    /// What stands where it should not, or nil if every byte has its place.
    package var fault: String? {
        guard target.lowerBound == methodLength + 1, version.lowerBound == target.upperBound + 1 else {
            return "The request line is not method, target and version with one space between."
        }
        var position = version.upperBound + HTTPHeadLayout.lineEnd
        for field in fields {
            guard field.name.lowerBound == position, field.value.lowerBound > field.name.upperBound else {
                return "A header line is folded, or does not end with CR LF, or contains NUL."
            }
            position = field.value.upperBound + HTTPHeadLayout.lineEnd
        }
        guard position + HTTPHeadLayout.lineEnd == size else {
            return "The headers do not end with CR LF CR LF, or one has no name."
        }
        return nil
    }
}
