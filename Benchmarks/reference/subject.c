// The commands that are measured. All times are nanoseconds of CLOCK_MONOTONIC.
//
//   subject stamp FILE            write when main began, when it ended, and CLOCK_REALTIME of the beginning
//   subject cpu AMOUNT FILE       AMOUNT million steps of integer arithmetic; write how long they took
//   subject memory AMOUNT FILE    AMOUNT million dependent reads all over 256 MiB
//   subject fork AMOUNT FILE      AMOUNT processes, one after the other, all on one CPU
//   subject switch AMOUNT FILE    AMOUNT round trips of a byte between two processes on one CPU
//   subject gaps AMOUNT FILE      look at the clock for AMOUNT milliseconds; write how long it was kept from doing so, and
//                                 how long it waited for a CPU that something else ran on (run_delay of schedstat)
//   subject spin                  use CPU time until killed
//   subject children COUNT        COUNT processes that wait; writes "ready" to standard output
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static volatile uint64_t sink;

static void cpu(long millions) {
    uint64_t x = 88172645463325252ULL;
    for (long i = 0; i < millions * 1000000; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    sink = x;
}

// The table is made before the clock starts.
static const size_t entries = (256 << 20) / sizeof(uint32_t);
static uint32_t *table;

static void make_table(void) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    table = mmap(NULL, entries * sizeof *table, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (table == MAP_FAILED) _exit(9);
    // A full period of a linear congruence: every entry leads to another one far away.
    for (size_t i = 0; i < entries; i++) table[i] = (uint32_t)((i * 1664525 + 1013904223) % entries);
}

static void memory(long millions) {
    uint32_t place = 0;
    for (long i = 0; i < millions * 1000000; i++) place = table[place];
    sink = place;
}

// Which CPUs two processes get changes their time by the half: more than anything that is measured here.
static void stay_on_this_cpu(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    if (sched_setaffinity(0, sizeof set, &set)) _exit(9);
}

static void forks(long count) {
    stay_on_this_cpu();
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
    }
}

static void switches(long count) {
    stay_on_this_cpu();
    int there[2], back[2];
    char byte = 0;
    if (pipe(there) || pipe(back)) _exit(9);
    pid_t child = fork();
    if (child == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            if (write(back[1], &byte, 1) != 1) break;
        _exit(0);
    }
    for (long i = 0; i < count; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) _exit(9);
    close(there[1]);
    waitpid(child, NULL, 0);
}

// What interruptions take of a command, and nothing that only makes it slower. A look takes some 50 ns, an interrupt a
// microsecond and more, a tick of a sampler on the same CPU some 60; beyond that the host gives the CPU to others.
static int64_t gaps(long milliseconds) {
    const int64_t shortest = 400, longest = 200000;
    int64_t last = now(CLOCK_MONOTONIC), end = last + milliseconds * 1000000, taken = 0;
    while (last < end) {
        int64_t next = now(CLOCK_MONOTONIC), gap = next - last;
        if (gap > shortest && gap < longest) taken += gap;
        last = next;
    }
    return taken;
}

static int64_t run_delay(void) {
    long long ran, waited = 0;
    FILE *file = fopen("/proc/self/schedstat", "r");
    if (!file || fscanf(file, "%lld %lld", &ran, &waited) != 2) _exit(9);
    fclose(file);
    return waited;
}

static void children(long count) {
    for (long i = 0; i < count; i++)
        if (fork() == 0) {
            pause();
            _exit(0);
        }
    if (write(1, "ready\n", 6) != 6) _exit(9);
    pause();
}

static void report(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || write(file, text, strlen(text)) < 0) _exit(9);
    close(file);
}

int main(int count, char **arguments) {
    int64_t began = now(CLOCK_MONOTONIC), wall = now(CLOCK_REALTIME);
    char text[96];
    const char *mode = count > 1 ? arguments[1] : "";
    long amount = count > 2 ? atol(arguments[2]) : 0;
    if (strcmp(mode, "stamp") == 0 && count == 3) {
        int file = open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        int length = snprintf(text, sizeof text, "%lld %lld %lld\n", (long long)began,
                              (long long)now(CLOCK_MONOTONIC), (long long)wall);
        return write(file, text, length) != length;
    }
    if (strcmp(mode, "spin") == 0) for (;;) cpu(1);
    if (strcmp(mode, "children") == 0) children(amount);
    if (count != 4) return 2;
    if (strcmp(mode, "memory") == 0) make_table();
    if (strcmp(mode, "gaps") == 0) {
        int64_t waited = run_delay(), taken = gaps(amount);
        snprintf(text, sizeof text, "%lld %lld\n", (long long)taken, (long long)(run_delay() - waited));
        report(arguments[3], text);
        return 0;
    }
    began = now(CLOCK_MONOTONIC);
    if (strcmp(mode, "cpu") == 0) cpu(amount);
    else if (strcmp(mode, "memory") == 0) memory(amount);
    else if (strcmp(mode, "fork") == 0) forks(amount);
    else if (strcmp(mode, "switch") == 0) switches(amount);
    else return 2;
    snprintf(text, sizeof text, "%lld\n", (long long)(now(CLOCK_MONOTONIC) - began));
    report(arguments[3], text);
    return 0;
}
