// What the references share: a group of software counters for the next child, and a launch as fast as the kernel can.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const uint64_t software[] = {
    PERF_COUNT_SW_TASK_CLOCK, PERF_COUNT_SW_PAGE_FAULTS, PERF_COUNT_SW_CONTEXT_SWITCHES, PERF_COUNT_SW_CPU_MIGRATIONS,
    PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_PAGE_FAULTS_MAJ, PERF_COUNT_SW_CPU_CLOCK,
    PERF_COUNT_SW_CGROUP_SWITCHES,
};

static int64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

// One group, counting from the next child's execve on; members in `descriptors`, the leader first.
static inline void open_counters(int *descriptors, int count) {
    for (int i = 0; i < count; i++) {
        struct perf_event_attr event = {
            .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = software[i % 8],
            .disabled = i == 0, .inherit = 1, .enable_on_exec = i == 0,
            .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        };
        descriptors[i] = syscall(SYS_perf_event_open, &event, 0, -1, i ? descriptors[0] : -1, PERF_FLAG_FD_CLOEXEC);
        if (descriptors[i] < 0) die("perf_event_open");
    }
}

static int launched(void *command) {
    char **arguments = command;
    execv(arguments[0], arguments);
    _exit(127);
}

// Executes a command without copying this process's memory; returns when it has begun.
static inline pid_t launch(char **command) {
    static char stack[65536] __attribute__((aligned(16)));
    pid_t child = clone(launched, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, command);
    if (child < 0) die("clone");
    return child;
}
