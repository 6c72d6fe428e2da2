// A program whose cost is known: what the tests measure with ergometer and with perf stat.
//
//   workload pages COUNT main|thread|child|grandchild|exec   touch COUNT fresh pages there
//   workload switches COUNT                                  sleep COUNT times: a voluntary context switch each
//   workload migrations COUNT                                change the CPU COUNT times (needs two)
//   workload spin MILLISECONDS                               use CPU time
//   workload tree MILLISECONDS                               use CPU time four times: in main, a thread, a child, a grandchild
//   workload orphan MILLISECONDS                             the same in a grandchild that nobody waits for
//   workload children COUNT                                  COUNT processes that end at once
//   workload memory MEBIBYTES                                touch so much at once
//   workload populate MEBIBYTES                              let the kernel fault so much in (MAP_POPULATE)
//   workload fds                                             print the open file descriptors, one a line
//   workload signals                                         print the blocked and ignored signals, as hexadecimal masks
//   workload ignore-term                                     print "ready" and wait for SIGKILL
//   workload calls FILE                                      print the system calls that a sandbox does not refuse
//   workload daemon                                          leave a process in a session of its own and exit
#define _GNU_SOURCE
#include "calls.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *own_path;

static void *touch(void *argument) {
    size_t count = (size_t)(long)argument;
    // Small pages: a huge one would turn 512 faults into one.
    char *pages = mmap(NULL, count * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) _exit(9);
    madvise(pages, count * 4096, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < count; i++) pages[i * 4096] = 1;
    return NULL;
}

static void touch_in_child(long count, int generations) {
    pid_t child = fork();
    if (child == 0) {
        if (generations > 1)
            touch_in_child(count, generations - 1);
        else
            touch((void *)count);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void pages(long count, const char *where) {
    if (strcmp(where, "main") == 0) {
        touch((void *)count);
    } else if (strcmp(where, "thread") == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, touch, (void *)count);
        pthread_join(thread, NULL);
    } else if (strcmp(where, "child") == 0) {
        touch_in_child(count, 1);
    } else if (strcmp(where, "grandchild") == 0) {
        touch_in_child(count, 2);
    } else if (strcmp(where, "exec") == 0) {
        char text[32];
        snprintf(text, sizeof text, "%ld", count);
        execl(own_path, own_path, "pages", text, "main", (char *)NULL);
    }
}

static void switches(long count) {
    struct timespec moment = {0, 100000};
    for (long i = 0; i < count; i++) nanosleep(&moment, NULL);
}

static void migrations(long count) {
    cpu_set_t allowed;
    int cpus[2] = {0, 0}, found = 0;
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &allowed)) cpus[found++] = cpu;
    for (long i = 0; i < count; i++) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpus[i % 2], &one);
        sched_setaffinity(0, sizeof one, &one);
    }
}

static void spin(long milliseconds) {
    struct timespec used;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
}

// Uses CPU time of this thread alone.
static void *burn(void *argument) {
    struct timespec used;
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < (long)argument);
    return NULL;
}

static void burn_in_tree(long milliseconds) {
    pthread_t thread;
    pthread_create(&thread, NULL, burn, (void *)milliseconds);
    pid_t child = fork();
    if (child == 0) {
        pid_t grandchild = fork();
        burn((void *)milliseconds);
        if (grandchild > 0) waitpid(grandchild, NULL, 0);
        _exit(0);
    }
    burn((void *)milliseconds);
    pthread_join(thread, NULL);
    waitpid(child, NULL, 0);
}

// The pipe is at its end when the grandchild has ended.
static void burn_in_orphan(long milliseconds) {
    int ends[2];
    if (pipe(ends) < 0) _exit(9);
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) burn((void *)milliseconds);
        _exit(0);
    }
    close(ends[1]);
    waitpid(child, NULL, 0);
    char byte;
    while (read(ends[0], &byte, 1) > 0) {}
}

static void have_children(long count) {
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
    }
}

static void print_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory)) puts(entry->d_name);
    closedir(directory);
}

static void print_signals(void) {
    char line[256];
    FILE *status = fopen("/proc/self/status", "re");
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "SigIgn", 6) == 0) fputs(line, stdout);
    fclose(status);
}

static void leave_daemon(void) {
    if (fork() == 0) {
        setsid();
        for (int fd = 0; fd < 3; fd++) close(fd);
        for (;;) pause();
    }
}

int main(int argc, char **argv) {
    own_path = argv[0];
    const char *what = argc > 1 ? argv[1] : "";
    long count = argc > 2 ? atol(argv[2]) : 0;
    if (strcmp(what, "pages") == 0) pages(count, argc > 3 ? argv[3] : "main");
    else if (strcmp(what, "switches") == 0) switches(count);
    else if (strcmp(what, "migrations") == 0) migrations(count);
    else if (strcmp(what, "spin") == 0) spin(count);
    else if (strcmp(what, "tree") == 0) burn_in_tree(count);
    else if (strcmp(what, "orphan") == 0) burn_in_orphan(count);
    else if (strcmp(what, "children") == 0) have_children(count);
    else if (strcmp(what, "memory") == 0) touch((void *)(count * 256));
    else if (strcmp(what, "populate") == 0)
        mmap(NULL, (size_t)count << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    else if (strcmp(what, "fds") == 0) print_descriptors();
    else if (strcmp(what, "signals") == 0) print_signals();
    else if (strcmp(what, "calls") == 0) print_open_calls(argc > 2 ? argv[2] : "");
    else if (strcmp(what, "daemon") == 0) leave_daemon();
    else if (strcmp(what, "ignore-term") == 0) {
        signal(SIGTERM, SIG_IGN);
        puts("ready");
        fflush(stdout);
        for (;;) pause();
    } else return 2;
    return 0;
}
