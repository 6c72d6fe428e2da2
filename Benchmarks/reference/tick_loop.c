// The least that sampling can cost: one group of counters of a command, and some files, read at each deadline.
// Writes ticks, missed deadlines, CPU time of this thread and mean lateness in nanoseconds.
//
//   tick_loop INTERVAL_NS SECONDS COUNT FILE… -- COMMAND…
#include "counters.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

int main(int count, char **arguments) {
    if (count < 6) return 2;
    int64_t interval = atoll(arguments[1]), seconds = atoll(arguments[2]);
    int events = atoi(arguments[3]), files = 0, place = 4, counters[64], file[64];
    for (; place < count && strcmp(arguments[place], "--"); place++)
        if ((file[files++] = open(arguments[place], O_RDONLY | O_CLOEXEC)) < 0) die(arguments[place]);
    if (events > 64 || ++place >= count) return 2;
    open_counters(counters, events);
    pid_t child = launch(arguments + place);
    sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &(struct sched_param){.sched_priority = 1});

    int64_t ticks = 0, missed = 0, most = seconds * 1000000000LL / interval;
    int64_t lateness = 0;
    // Where frames go: some thousand rows, used again and again.
    uint64_t row[3 + 64], (*frames)[128] = calloc(4096, sizeof *frames);
    char text[4096];
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
    int64_t deadline = (nanoseconds(CLOCK_MONOTONIC) / interval + 1) * interval;
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &(struct itimerspec){
        .it_interval = {interval / 1000000000, interval % 1000000000},
        .it_value = {deadline / 1000000000, deadline % 1000000000}}, NULL);
    int64_t cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    while (ticks + missed < most) {
        uint64_t expired;
        epoll_wait(epoll, &event, 1, -1);
        if (read(timer, &expired, sizeof expired) != sizeof expired) continue;
        int64_t instant = nanoseconds(CLOCK_MONOTONIC);
        deadline += (expired - 1) * interval;
        missed += expired - 1;
        lateness += instant - deadline;
        deadline += interval;
        uint64_t *frame = frames[ticks++ % 4096];
        ssize_t size = read(counters[0], row, sizeof row);
        if (size < 0) die("read");
        memcpy(frame + 1, row, size);
        frame[0] = instant;
        for (int i = 0; i < files; i++) {
            ssize_t length = pread(file[i], text, sizeof text - 1, 0);
            if (length < 0) die("pread");
            text[length] = 0;
            frame[70 + i] = strtoull(text, NULL, 10);
        }
    }
    cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    printf("%lld %lld %lld %lld\n", (long long)ticks, (long long)missed, (long long)cpu,
           (long long)(ticks ? lateness / ticks : 0));
}
