import ArgumentParser
import Execution

/// The value of `--sysfs-root`.
func sysfsDirectory(_ path: String) throws -> String {
    guard SysfsRoot.isDirectory(path) else {
        throw ValidationError("--sysfs-root must be a directory, such as /sys; \"\(path)\" is none")
    }
    return path
}
