#include "linux_perf.h"

#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int ergo_perf_event_open(const ergo_perf_event *event, int32_t pid, int cpu, int group) {
    struct perf_event_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.size = sizeof attr;
    attr.type = event->type;
    attr.config = event->config;
    attr.config1 = event->config1;
    attr.config2 = event->config2;
    attr.disabled = event->disabled;
    attr.inherit = event->inherit;
    attr.enable_on_exec = event->enable_on_exec;
    attr.pinned = event->pinned;
    attr.exclude_user = event->exclude_user;
    attr.exclude_kernel = event->exclude_kernel;
    // With a hypervisor's work counted or not, nobody but a host sees a difference; guests refuse the bit.
    attr.exclude_hv = event->exclude_kernel;
    attr.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    // Samples of inherited values belong to one task: where such an event is, the kernel switches counters one by one. There
    // is no sample, for there is no period.
    if (event->never_swapped) attr.sample_type = PERF_SAMPLE_READ | PERF_SAMPLE_TID;
    unsigned long flags = PERF_FLAG_FD_CLOEXEC | (event->of_cgroup ? PERF_FLAG_PID_CGROUP : 0);
    return (int)syscall(SYS_perf_event_open, &attr, pid, cpu, group, flags);
}
