#define _GNU_SOURCE
#include "linux_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/fiemap.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// Numbers of younger system calls, the same everywhere, which the headers of Debian 12 lack.
enum { NR_fchmodat2 = 452, NR_setxattrat = 463, NR_removexattrat = 466, NR_file_setattr = 469 };

enum { F_SETDELEG_OF_LINUX_6_19 = 1024 + 16 };

static const uint32_t always_closed[] = {
    // It does what the calls below are kept from, and is not asked.
    SYS_io_uring_setup,
    // Keys belong to the user: other commands and the server have them as well.
    SYS_add_key,
    SYS_keyctl,
    SYS_request_key,
    // A namespace that lies somewhere as a file is entered by its file.
    SYS_setns,
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
static const uint32_t limiting[] = {SYS_prlimit64};
static const uint32_t scheduling[] = {
    SYS_sched_setaffinity, SYS_sched_setattr, SYS_sched_setparam, SYS_sched_setscheduler,
};

// Of file systems, through a descriptor for reading: by type, of which few requests only look.
static const uint32_t types_of_requests[] = {'f' << 8, 'v' << 8, 'X' << 8, 'r' << 8, 0x94 << 8};
static const uint32_t looking[] = {FS_IOC_GETFLAGS, FS_IOC_FSGETXATTR, FS_IOC_FIEMAP};
static const uint32_t typing[] = {TIOCSTI, TIOCLINUX};

#if defined(__x86_64__)
enum { ARCHITECTURE = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64 };
#endif

enum { CAPACITY = 256 };

struct program {
    struct sock_filter instructions[CAPACITY];
    size_t count;
};

static size_t add(struct program *program, uint16_t code, uint32_t operand, uint8_t skip_if_so) {
    if (program->count < CAPACITY)
        program->instructions[program->count] = (struct sock_filter){code, skip_if_so, 0, operand};
    return program->count++;
}

static void load(struct program *program, uint32_t offset) { add(program, BPF_LD | BPF_W | BPF_ABS, offset, 0); }

// All arguments that are looked at have 32 bits, of which the kernel takes no more either.
static void load_argument(struct program *program, int index) {
    load(program, offsetof(struct seccomp_data, args) + 8 * (uint32_t)index);
}

static void answer(struct program *program, uint32_t what) { add(program, BPF_RET | BPF_K, what, 0); }
static void allow(struct program *program) { answer(program, SECCOMP_RET_ALLOW); }
static void refuse(struct program *program) { answer(program, SECCOMP_RET_ERRNO | EPERM); }

// What is added from here to `end` is for this value alone.
static size_t begin(struct program *program, uint32_t value) {
    return add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0);
}

static void end(struct program *program, size_t beginning) {
    if (program->count > CAPACITY) return;
    program->instructions[beginning].jf = (uint8_t)(program->count - beginning - 1);
}

static void allow_all(struct program *program, const uint32_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t beginning = begin(program, values[i]);
        allow(program);
        end(program, beginning);
    }
}

static void refuse_all(struct program *program, const uint32_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t beginning = begin(program, values[i]);
        refuse(program);
        end(program, beginning);
    }
}

// The first argument is a process.
static void refuse_on_others(struct program *program, const uint32_t *calls, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t beginning = begin(program, calls[i]);
        load_argument(program, 0);
        allow_all(program, (uint32_t[]){0}, 1);
        refuse(program);
        end(program, beginning);
    }
}

// The second argument is a process, a group or, by the first, a user; 0 is the caller's own.
static void refuse_priority_of_others(struct program *program, uint32_t call, uint32_t user) {
    size_t beginning = begin(program, call);
    load_argument(program, 0);
    refuse_all(program, &user, 1);
    load_argument(program, 1);
    allow_all(program, (uint32_t[]){0}, 1);
    refuse(program);
    end(program, beginning);
}

// What is no network: Unix sockets, and asking the kernel for addresses and routes.
static void refuse_network(struct program *program, uint32_t call) {
    size_t beginning = begin(program, call);
    load_argument(program, 0);
    allow_all(program, (uint32_t[]){AF_UNIX}, 1);
    size_t netlink = begin(program, AF_NETLINK);
    load_argument(program, 2);
    allow_all(program, (uint32_t[]){NETLINK_ROUTE}, 1);
    end(program, netlink);
    refuse(program);
    end(program, beginning);
}

// In a user namespace a command has all capabilities again, and with them more of the kernel within reach.
static void refuse_user_namespaces(struct program *program, uint32_t call) {
    size_t beginning = begin(program, call);
    load_argument(program, 0);
    size_t wanted = add(program, BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0);
    refuse(program);
    end(program, wanted);
    allow(program);
    end(program, beginning);
}

// Leases and delegations hold up whoever opens the file. Notices are inotify's forerunner, which nobody uses.
static void refuse_file_controls(struct program *program) {
    size_t beginning = begin(program, SYS_fcntl);
    load_argument(program, 1);
    refuse_all(program, (uint32_t[]){F_SETLEASE, F_SETDELEG_OF_LINUX_6_19, F_NOTIFY}, 3);
    allow(program);
    end(program, beginning);
}

static void refuse_requests(struct program *program, ergo_open_calls open) {
    size_t beginning = begin(program, SYS_ioctl);
    load_argument(program, 1);
    refuse_all(program, typing, COUNT(typing));
    if (!open.attributes) {
        allow_all(program, looking, COUNT(looking));
        add(program, BPF_ALU | BPF_AND | BPF_K, 0xFF00, 0);
        refuse_all(program, types_of_requests, COUNT(types_of_requests));
    }
    allow(program);
    end(program, beginning);
}

static void refuse_other_architectures(struct program *program) {
    load(program, offsetof(struct seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1);
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The same calls under other numbers (x32).
    size_t beginning = add(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0);
    answer(program, SECCOMP_RET_ERRNO | ENOSYS);
    end(program, beginning);
#endif
}

static void make(struct program *program, ergo_open_calls open) {
    refuse_other_architectures(program);
    refuse_all(program, always_closed, COUNT(always_closed));
    refuse_on_others(program, limiting, COUNT(limiting));
    refuse_network(program, SYS_socket);
    refuse_network(program, SYS_socketpair);
    refuse_user_namespaces(program, SYS_unshare);
    refuse_user_namespaces(program, SYS_clone);
    // Its flags cannot be looked at; the C library does without.
    size_t clone3 = begin(program, SYS_clone3);
    answer(program, SECCOMP_RET_ERRNO | ENOSYS);
    end(program, clone3);
    refuse_file_controls(program);
    if (!open.attributes) refuse_all(program, changing_attributes, COUNT(changing_attributes));
    if (!open.scheduling) {
        refuse_on_others(program, scheduling, COUNT(scheduling));
        refuse_priority_of_others(program, SYS_setpriority, PRIO_USER);
        const uint32_t user_of_ioprio_set = 3;
        refuse_priority_of_others(program, SYS_ioprio_set, user_of_ioprio_set);
    }
    refuse_requests(program, open);
    allow(program);
}

bool ergo_has_call_filters(void) {
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int ergo_restrict_calls_in_child(ergo_open_calls open) {
    struct program program = {.count = 0};
    make(&program, open);
    if (program.count > CAPACITY) {
        errno = E2BIG;
        return -1;
    }
    struct sock_fprog filter = {(unsigned short)program.count, program.instructions};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}
