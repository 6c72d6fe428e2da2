#define _GNU_SOURCE
#include "linux_launch.h"
#include "linux_sandbox.h"
#include "linux_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The kernel's view of a signal action; glibc's differs in layout, and its sigaction(3) is intercepted by sanitizers.
struct kernel_sigaction {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
};

struct child {
    const ergo_launch *launch;
    int step;
    int error;
};

void ergo_drop_bounding_set(void) {
    for (unsigned long capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (syscall(SYS_prctl, PR_CAPBSET_READ, capability, 0, 0, 0) != 0)
            syscall(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
}

// The child runs in the parent's memory on a stack of its own: raw system calls only, no allocation, no locks.
// Its errno is the launching thread's, which sleeps meanwhile.

static void reset_signals(void) {
    struct kernel_sigaction action = {0};
    for (int signal = 1; signal <= 64; signal++) syscall(SYS_rt_sigaction, signal, &action, NULL, sizeof action.mask);
}

static void set_signal_mask(uint64_t mask) {
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

// Moves the streams to 0, 1, 2. Sources that are themselves among 0…2 are first copied out of the way.
static bool place_streams(const int streams[3]) {
    int source[3];
    for (int i = 0; i < 3; i++) {
        source[i] = streams[i];
        if (source[i] == ERGO_STREAM_NULL) {
            source[i] = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);
            if (source[i] < 0) return false;
        }
        if (source[i] < 0 || source[i] > 2) continue;
        source[i] = (int)syscall(SYS_fcntl, source[i], F_DUPFD_CLOEXEC, 3);
        if (source[i] < 0) return false;
    }
    for (int i = 0; i < 3; i++) {
        if (source[i] >= 0 && syscall(SYS_dup3, source[i], i, 0) < 0) return false;
    }
    return true;
}

// As execvp does: goes on to the next candidate where this one is missing or forbidden, and remembers the latter.
static int execute(const ergo_launch *launch) {
    int error = ENOENT;
    for (const char *const *path = launch->candidates; *path; path++) {
        syscall(SYS_execve, *path, launch->arguments, launch->environment);
        switch (errno) {
        case EACCES:
            error = EACCES;
            break;
        case ENOENT:
        case ENOTDIR:
        // What a directory of the PATH on a network file system may answer.
        case ENODEV:
        case ESTALE:
        case ETIMEDOUT:
            break;
        default:
            return errno;
        }
    }
    return error;
}

// Lowers a limit to these values, and never raises it.
static void lower_limit(int resource, uint64_t soft, uint64_t hard) {
    struct rlimit limit;
    if (soft == RLIM_INFINITY || syscall(SYS_prlimit64, 0, resource, NULL, &limit) < 0) return;
    if (limit.rlim_max > hard) limit.rlim_max = hard;
    if (limit.rlim_cur > soft) limit.rlim_cur = soft;
    if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
    syscall(SYS_prlimit64, 0, resource, &limit, NULL);
}

// A view of the file system in which nothing can be changed but a /tmp that is nobody else's.
static bool make_namespaces_private(const ergo_launch *launch) {
    if (!launch->private_namespaces) return true;
    if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return false;
    // Landlock does not keep modes, owners and times from being changed: a read-only mount does.
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof read_only) < 0) return false;
    const char *options = "mode=1777,size=50%";
    if (syscall(SYS_mount, "tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) < 0) return false;
    if (launch->ruleset >= 0 && ergo_sandbox_allow_in_child(launch->ruleset, "/tmp") < 0) return false;
    // Not every machine has these.
    const char *others[] = {"/var/tmp", "/dev/shm"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (syscall(SYS_mount, "tmpfs", others[i], "tmpfs", MS_NOSUID | MS_NODEV, options) == 0 && launch->ruleset >= 0)
            ergo_sandbox_allow_in_child(launch->ruleset, others[i]);
    return true;
}

// Before the change of user, which takes the right to do it. To take a capability away costs the kernel ten times what
// it costs to see that it is not there.
static void drop_bounding_set(const ergo_launch *launch) {
    if (launch->drop_capabilities) ergo_drop_bounding_set();
}

static bool change_user(const ergo_launch *launch) {
    if (!launch->change_user) return true;
    return syscall(SYS_setgroups, (unsigned long)launch->group_count, launch->groups) == 0 &&
           syscall(SYS_setresgid, launch->group, launch->group, launch->group) == 0 &&
           syscall(SYS_setresuid, launch->user, launch->user, launch->user) == 0;
}

// With no_new_privs no execve gives any of them back, not even to root.
static bool drop_capabilities(const ergo_launch *launch) {
    if (!launch->drop_capabilities) return true;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
    syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return syscall(SYS_capset, &header, data) == 0;
}

int ergo_leave_keyring(void) {
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS || errno == EPERM) return 0;
    return -1;
}

// A user has so many keys at most, and a command can use them up: then it is the server's own, which is empty.
static bool leave_keyring(const ergo_launch *launch) {
    return !launch->new_session || ergo_leave_keyring() == 0 || errno == EDQUOT;
}

static bool enter_sandbox(const ergo_launch *launch) {
    if (launch->ruleset < 0) return true;
    ergo_open_calls open = {
        // Everything is mounted read-only but what is the command's own.
        .attributes = launch->private_namespaces,
        // The kernel keeps it from another user's processes, and from those with capabilities that it lacks.
        .scheduling = launch->change_user || launch->private_namespaces,
    };
    return ergo_sandbox_enter_in_child(launch->ruleset) == 0 && ergo_restrict_calls_in_child(open) == 0;
}

static int prepare(const ergo_launch *launch) {
    if (launch->reset_signal_actions) reset_signals();
    if (launch->new_session) syscall(SYS_setsid);
    if (!make_namespaces_private(launch)) return ERGO_LAUNCH_NAMESPACES;
    // Behind the mounts, so that what is opened is protected by them; before the limits, which are not meant for us.
    if (!place_streams(launch->standard_streams)) return ERGO_LAUNCH_STREAMS;
    if (launch->close_descriptors && syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
        return ERGO_LAUNCH_DESCRIPTORS;
    struct rlimit files = {launch->open_files_soft, launch->open_files_hard};
    syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &files, NULL);
    lower_limit(RLIMIT_DATA, launch->data_limit, launch->data_limit);
    lower_limit(RLIMIT_NPROC, launch->process_limit, launch->process_limit);
    lower_limit(RLIMIT_CPU, launch->cpu_limit, launch->cpu_limit + 1);
    syscall(SYS_umask, launch->file_mode_mask);
    drop_bounding_set(launch);
    if (!change_user(launch)) return ERGO_LAUNCH_USER;
    if (!leave_keyring(launch)) return ERGO_LAUNCH_KEYRING;
    if (!drop_capabilities(launch)) return ERGO_LAUNCH_PRIVILEGES;
    if (launch->working_directory && syscall(SYS_chdir, launch->working_directory) < 0)
        return ERGO_LAUNCH_WORKING_DIRECTORY;
    if (launch->no_new_privileges && syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return ERGO_LAUNCH_PRIVILEGES;
    if (!enter_sandbox(launch)) return ERGO_LAUNCH_SANDBOX;
    return ERGO_LAUNCH_OK;
}

__attribute__((noreturn, used)) static int run_child(void *argument) {
    struct child *child = argument;
    child->step = prepare(child->launch);
    child->error = errno;
    if (child->step == ERGO_LAUNCH_OK) {
        set_signal_mask(child->launch->signal_mask);
        child->error = execute(child->launch);
        child->step = ERGO_LAUNCH_EXECUTE;
    }
    for (;;) syscall(SYS_exit_group, 127);
}

// clone3 with a function to run on the new stack, which glibc 2.36 does not export.
static long clone3_calling(struct clone_args *args, struct child *child) {
    long answer;
#if defined(__x86_64__)
    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "mov %[child], %%rdi\n\t"
        "call *%[entry]\n\t"
        "ud2\n"
        "1:"
        : "=a"(answer)
        : "a"((long)SYS_clone3), "D"(args), "S"(sizeof *args), [child] "r"(child), [entry] "r"(run_child)
        : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = SYS_clone3;
    register long x0 __asm__("x0") = (long)args;
    register long x1 __asm__("x1") = sizeof *args;
    __asm__ volatile(
        "svc #0\n\t"
        "cbnz x0, 1f\n\t"
        "mov x29, #0\n\t"
        "mov x0, %[child]\n\t"
        "blr %[entry]\n\t"
        "brk #1\n"
        "1:"
        : "+r"(x0)
        : "r"(x8), "r"(x1), [child] "r"(child), [entry] "r"(run_child)
        : "memory", "x30", "cc");
    answer = x0;
#else
#error "clone3 is spelled out for x86_64 and aarch64 only"
#endif
    if (answer < 0) {
        errno = (int)-answer;
        return -1;
    }
    return answer;
}

enum { CHILD_STACK_SIZE = 64 * 1024 };

static long clone_child(const ergo_launch *launch, struct child *child, char *stack, int *pidfd) {
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = CHILD_STACK_SIZE,
    };
    unsigned long namespaces = launch->private_namespaces ? CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC : 0;
    args.flags |= namespaces;
    if (launch->cgroup >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)launch->cgroup;
    }
    long pid = clone3_calling(&args, child);
    // Container runtimes filter clone3 away with ENOSYS; the old call does all but the cgroup.
    if (pid < 0 && errno == ENOSYS && launch->cgroup < 0)
        pid = clone(
            run_child, stack + CHILD_STACK_SIZE, (int)(CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD | namespaces), child,
            pidfd);
    return pid;
}

// Whether the same launch may work without its cgroup; a shortage of processes or memory is no such case.
static bool refuses_cgroup(const ergo_launch *launch, int error) {
    if (launch->cgroup < 0) return false;
    return error == EACCES || error == EBUSY || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL ||
           error == ENODEV || error == EPERM;
}

ergo_launched ergo_launch_command(const ergo_launch *launch) {
    ergo_launched launched = {.pid = -1, .pidfd = -1};
    char *stack =
        mmap(NULL, CHILD_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        launched.step = ERGO_LAUNCH_STACK;
        launched.error = errno;
        return launched;
    }
    struct child child = {.launch = launch};
    // A handler of ours must not run in the child, which has our memory but is somebody else.
    uint64_t every = ~0ull, before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &every, &before, sizeof every);
    // CLONE_VFORK: this thread sleeps until the child has executed or ended.
    long pid = clone_child(launch, &child, stack, &launched.pidfd);
    if (pid < 0) {
        launched.step = refuses_cgroup(launch, errno) ? ERGO_LAUNCH_CGROUP : ERGO_LAUNCH_CLONE;
        launched.error = errno;
    } else if (child.step != ERGO_LAUNCH_OK) {
        launched.step = child.step;
        launched.error = child.error;
        while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR) {}
        close(launched.pidfd);
        launched.pidfd = -1;
    } else {
        launched.pid = (int32_t)pid;
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    munmap(stack, CHILD_STACK_SIZE);
    return launched;
}

int ergo_reap(int pidfd, ergo_exit *exit, struct rusage *usage) {
    siginfo_t info = {0};
    long answer;
    do {
        answer = syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED, usage);
    } while (answer < 0 && errno == EINTR);
    if (answer < 0) return -1;
    exit->code = info.si_code;
    exit->status = info.si_status;
    return 0;
}

int ergo_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
