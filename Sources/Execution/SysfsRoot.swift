import Glibc

/// The value of `--sysfs-root`. The default is not looked at: a machine without `/sys` has no sensors, and says so.
package enum SysfsRoot {
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
