// perf_event_open(2) for Swift: the system call has no wrapper in glibc, `perf_event_attr` has bit fields and
// unions that the importer drops, and its ioctl numbers are macros.
#ifndef ERGOMETER_LINUX_PERF_H
#define ERGOMETER_LINUX_PERF_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

// What this project varies in a perf_event_attr; everything else is fixed in linux_perf.c.
typedef struct ergo_perf_event {
    uint32_t type;      // PERF_TYPE_* or a PMU's `type` from sysfs
    uint64_t config;
    uint64_t config1;
    uint64_t config2;
    bool disabled;
    bool inherit;        // count descendants too
    bool enable_on_exec; // start with the next execve
    bool exclude_user;
    bool exclude_kernel;
    bool of_cgroup;      // pid is a descriptor of a cgroup, whose processes are counted on one CPU
    bool pinned;         // on the hardware whenever its task is on a CPU of its PMU, before all that is not pinned
    bool never_swapped;  // counters of this task and of its descendants are never exchanged for each other; from Linux 6.12
} ergo_perf_event;

// Opens a counter whose reads give {nr, time_enabled, time_running, value[nr]} (PERF_FORMAT_GROUP).
//
// pid 0 is the calling thread; pid -1 with a cpu is the whole CPU. group is the leader's fd or -1.
// The fd is close-on-exec. Returns -1 and sets errno.
int ergo_perf_event_open(const ergo_perf_event *event, int32_t pid, int cpu, int group);

#endif
