/// Limits that the kernel sets on each process and hands on to its children (setrlimit(2)); nil leaves one as it is.
struct ProcessLimits: Sendable, Hashable {
    /// RLIMIT_DATA: heap, stack and private writable mappings of one process. Shared memory and files do not count,
    /// and neither does address space that is only reserved, on which RLIMIT_AS would end many a runtime.
    var dataBytes: UInt64?
    /// RLIMIT_NPROC: processes and threads of the whole user, wherever they come from. Does not bind root.
    var userProcesses: UInt64?
    /// RLIMIT_CPU: SIGXCPU at this time, SIGKILL a second later.
    var cpuSeconds: UInt64?
}
