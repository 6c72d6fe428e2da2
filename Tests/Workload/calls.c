// Which system calls get through to the kernel: prints those that are not refused as a sandbox refuses them, whatever
// the kernel makes of them then.
#define _GNU_SOURCE
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// Numbers of younger system calls, the same everywhere.
enum { NR_fchmodat2 = 452, NR_setxattrat = 463, NR_removexattrat = 466, NR_file_setattr = 469 };

static void unless(int refusal, const char *name, long result) {
    if (result >= 0 || errno != refusal) puts(name);
}

static void attempt(const char *name, long result) { unless(EPERM, name, result); }

static void attempt_attributes(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    attempt("chmod", syscall(SYS_fchmodat, AT_FDCWD, path, 0644));
    attempt("fchmod", fchmod(file, 0644));
    attempt("fchmodat2", syscall(NR_fchmodat2, AT_FDCWD, path, 0644, 0));
    attempt("fchown", fchown(file, -1, -1));
    attempt("fchownat", fchownat(AT_FDCWD, path, -1, -1, 0));
    attempt("utimensat", utimensat(AT_FDCWD, path, NULL, 0));
    attempt("setxattr", setxattr(path, "user.x", "1", 1, 0));
    attempt("lsetxattr", lsetxattr(path, "user.x", "1", 1, 0));
    attempt("fsetxattr", fsetxattr(file, "user.x", "1", 1, 0));
    attempt("setxattrat", syscall(NR_setxattrat, AT_FDCWD, path, 0, "user.x", NULL, 0));
    attempt("removexattr", removexattr(path, "user.x"));
    attempt("lremovexattr", lremovexattr(path, "user.x"));
    attempt("fremovexattr", fremovexattr(file, "user.x"));
    attempt("removexattrat", syscall(NR_removexattrat, AT_FDCWD, path, 0, "user.x"));
    attempt("file_setattr", syscall(NR_file_setattr, AT_FDCWD, path, NULL, 0, 0));
    int flags = 0;
    ioctl(file, FS_IOC_GETFLAGS, &flags);
    attempt("FS_IOC_SETFLAGS", ioctl(file, FS_IOC_SETFLAGS, &flags));
    close(file);
}

static void attempt_sockets(void) {
    int pair[2];
    attempt("inet", socket(AF_INET, SOCK_DGRAM, 0));
    attempt("inet6", socket(AF_INET6, SOCK_STREAM, 0));
    attempt("mptcp", socket(AF_INET, SOCK_STREAM, 262));
    attempt("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
    attempt("alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
    attempt("netlink of events", socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT));
    attempt("pair of inet", socketpair(AF_INET, SOCK_STREAM, 0, pair));
    attempt("unix", socket(AF_UNIX, SOCK_STREAM, 0));
    attempt("netlink of routes", socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    attempt("pair of unix", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

#ifdef __x86_64__
// Another architecture's numbers on this one: getpid of i386, or death.
static int survives_int80(void) {
    pid_t child = fork();
    if (child == 0) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "r8", "r9", "r10", "r11", "memory");
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status);
}
#endif

void print_open_calls(const char *path) {
    attempt_attributes(path);
    attempt_sockets();
    attempt("keyctl", syscall(SYS_keyctl, 0, -3, 0));
    attempt("add_key", syscall(SYS_add_key, "user", "ergometer", "x", 1, -2));
    attempt("request_key", syscall(SYS_request_key, "user", "ergometer", NULL, 0));
    attempt("setns", syscall(SYS_setns, -1, 0));
    attempt("io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
    attempt("TIOCSTI", ioctl(0, TIOCSTI, "x"));
    attempt("F_SETLEASE", fcntl(1, F_SETLEASE, F_UNLCK));
    attempt("F_SETDELEG", fcntl(1, 1024 + 16, NULL));
    attempt("F_NOTIFY", fcntl(0, F_NOTIFY, 0));
    unless(ENOSYS, "clone3", syscall(SYS_clone3, NULL, 0));
#ifdef __x86_64__
    if (survives_int80()) puts("int80");
#endif
}
