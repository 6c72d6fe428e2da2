#define _GNU_SOURCE
#include "linux_sandbox.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Spelled out, because the headers of Debian 12 end with version 2.
struct ruleset_attributes {
    uint64_t handled_files;
    uint64_t handled_network; // since version 4
    uint64_t scoped;          // since version 6
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

enum { VERSION_FLAG = 1, PATH_BENEATH = 1 };

static const uint64_t execute = 1 << 0, write_file = 1 << 1, read_file = 1 << 2, read_directory = 1 << 3;
static const uint64_t truncate_file = 1 << 14, control_device = 1 << 15;
// All of version 3: from executing to truncating.
static const uint64_t all_files = (1 << 15) - 1;
// Binding and connecting.
static const uint64_t all_tcp = 3;
// Abstract Unix sockets and signals.
static const uint64_t all_scopes = 3;

int ergo_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);
}

int ergo_sandbox_create(int version) {
    struct ruleset_attributes attributes = {all_files, all_tcp, all_scopes};
    // No rule gives that: reading a device is one thing, commanding it (a terminal, a virtual machine) another.
    if (version >= 5) attributes.handled_files |= control_device;
    size_t size = version >= 6 ? sizeof attributes : sizeof attributes - sizeof attributes.scoped;
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

static int allow(int ruleset, int place, uint64_t allowed) {
    struct path_rule rule = {allowed, place};
    return (int)syscall(SYS_landlock_add_rule, ruleset, PATH_BENEATH, &rule, 0);
}

int ergo_sandbox_allow(int ruleset, const char *path, bool change) {
    int place = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (place < 0) return -1;
    // What the kernel knows already: asking a file server that is gone would fail, or wait for it.
    struct statx status;
    int answer = statx(place, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &status);
    // A link gives no right, or it would give one to what it leads to, which may be what is to be hidden.
    if (answer == 0 && S_ISLNK(status.stx_mode)) {
        close(place);
        return 0;
    }
    uint64_t allowed = change ? all_files : execute | read_file | read_directory;
    // What is no directory has fewer rights to give.
    if (answer == 0 && !S_ISDIR(status.stx_mode)) allowed &= execute | write_file | read_file | truncate_file;
    if (answer == 0) answer = allow(ruleset, place, allowed);
    close(place);
    return answer;
}

int ergo_sandbox_allow_in_child(int ruleset, const char *path) {
    int place = (int)syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC | O_DIRECTORY, 0);
    if (place < 0) return -1;
    int answer = allow(ruleset, place, all_files);
    syscall(SYS_close, place);
    return answer;
}

int ergo_sandbox_enter_in_child(int ruleset) {
    return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}
