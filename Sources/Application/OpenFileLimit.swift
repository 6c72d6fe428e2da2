import Glibc

/// How many descriptors this process may have (`RLIMIT_NOFILE`).
enum OpenFileLimit {
    /// As many as the hard limit allows; children get back what was before.
    static func raise() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }
}
