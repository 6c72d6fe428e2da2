#define _GNU_SOURCE
#include "linux_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

// MARK: What Landlock does not know (seccomp)

// Numbers of younger system calls, the same everywhere, which the headers of Debian 12 lack.
enum { NR_fchmodat2 = 452, NR_setxattrat = 463, NR_removexattrat = 466, NR_file_setattr = 469 };

static const uint32_t closed[] = {
    // It does what the calls below are kept from, and is not asked.
    SYS_io_uring_setup,
    // Keys belong to the user: other commands and the server have them as well.
    SYS_add_key,
    SYS_keyctl,
    SYS_request_key,
};

// What changes a file that cannot be written, and even one that cannot be opened.
static const uint32_t changing_attributes[] = {
#ifdef SYS_chmod
    SYS_chmod,
    SYS_chown,
    SYS_futimesat,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
#endif
    SYS_fchmod,
    SYS_fchmodat,
    NR_fchmodat2,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    NR_setxattrat,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    NR_removexattrat,
    NR_file_setattr,
};

// Of these the first argument is a process: 0 is the caller, and any other may be anybody of the same user.
static const uint32_t on_processes[] = {
    SYS_prlimit64, SYS_sched_setaffinity, SYS_sched_setattr, SYS_sched_setparam, SYS_sched_setscheduler,
};

#if defined(__x86_64__)
enum { ARCHITECTURE = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64 };
#endif

typedef struct {
    struct sock_filter instructions[128];
    unsigned short count;
} filter;

static void add(filter *filter, uint16_t code, uint32_t operand, uint8_t skip_if_so, uint8_t skip_if_not) {
    filter->instructions[filter->count++] = (struct sock_filter){code, skip_if_so, skip_if_not, operand};
}

static void load(filter *filter, uint32_t offset) { add(filter, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }

// All arguments that are looked at have 32 bits, of which the kernel takes no more either.
static void load_argument(filter *filter, int index) {
    load(filter, offsetof(struct seccomp_data, args) + 8 * (uint32_t)index);
}

static void answer(filter *filter, uint32_t what) { add(filter, BPF_RET | BPF_K, what, 0, 0); }
static void allow_call(filter *filter) { answer(filter, SECCOMP_RET_ALLOW); }
static void refuse(filter *filter) { answer(filter, SECCOMP_RET_ERRNO | EPERM); }

// The next instructions, so many, are for this value alone.
static void only_for(filter *filter, uint32_t value, uint8_t count) {
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
}

static void refuse_all(filter *filter, const uint32_t *calls, size_t count) {
    for (size_t i = 0; i < count; i++) {
        only_for(filter, calls[i], 1);
        refuse(filter);
    }
}

// The second argument is a process, a group or a user, by the first; 0 is the caller's own.
static void refuse_on_others(filter *filter, uint32_t call, uint32_t user) {
    only_for(filter, call, 7);
    load_argument(filter, 0);
    only_for(filter, user, 1);
    refuse(filter);
    load_argument(filter, 1);
    only_for(filter, 0, 1);
    allow_call(filter);
    refuse(filter);
}

static void make(filter *filter, bool attributes_are_protected) {
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(filter, SECCOMP_RET_KILL_PROCESS);
    load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The same calls under other numbers (x32).
    add(filter, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(filter, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    refuse_all(filter, closed, sizeof closed / sizeof *closed);
    if (!attributes_are_protected)
        refuse_all(filter, changing_attributes, sizeof changing_attributes / sizeof *changing_attributes);
    for (size_t i = 0; i < sizeof on_processes / sizeof *on_processes; i++) {
        only_for(filter, on_processes[i], 4);
        load_argument(filter, 0);
        only_for(filter, 0, 1);
        allow_call(filter);
        refuse(filter);
    }
    refuse_on_others(filter, SYS_setpriority, PRIO_USER);
    const uint32_t user_of_ioprio_set = 3;
    refuse_on_others(filter, SYS_ioprio_set, user_of_ioprio_set);
    // What is no network: Unix sockets, and asking the kernel for addresses.
    only_for(filter, SYS_socket, 6);
    load_argument(filter, 0);
    only_for(filter, AF_UNIX, 1);
    allow_call(filter);
    only_for(filter, AF_NETLINK, 1);
    allow_call(filter);
    refuse(filter);
    // Typing into a terminal; attributes of a file that was opened for reading.
    only_for(filter, SYS_ioctl, 9);
    load_argument(filter, 1);
    const uint32_t requests[] = {TIOCSTI, TIOCLINUX, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR};
    refuse_all(filter, requests, sizeof requests / sizeof *requests);
    allow_call(filter);
}

static int restrict_calls_in_child(bool attributes_are_protected) {
    filter filter = {.count = 0};
    make(&filter, attributes_are_protected);
    struct sock_fprog program = {filter.count, filter.instructions};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

int ergo_sandbox_enter_in_child(int ruleset, bool attributes_are_protected) {
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0) return -1;
    return restrict_calls_in_child(attributes_are_protected);
}
