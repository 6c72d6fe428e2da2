// The child's side of a launch: everything between clone and exec, where only C may run.
#ifndef ERGOMETER_LINUX_LAUNCH_H
#define ERGOMETER_LINUX_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

// A /dev/null that the child opens: one of ours could be changed through its descriptor.
enum { ERGO_STREAM_NULL = -2 };

// What the child does before it executes the command.
typedef struct ergo_launch {
    const char *const *candidates; // paths to try with execve in turn, NULL at the end
    char *const *arguments;
    char *const *environment;
    const char *working_directory; // NULL: stay
    int standard_streams[3];       // become fds 0, 1, 2; -1: keep what is there; or ERGO_STREAM_NULL
    int cgroup;                    // fd of the cgroup directory to be born in; -1: the parent's
    bool reset_signal_actions; // false: what is ignored stays ignored, as under nohup
    uint64_t signal_mask;      // what the command finds blocked, bit n - 1 for signal n
    bool close_descriptors;    // all but 0, 1 and 2; those of this process are close-on-exec anyway
    bool new_session;          // of processes, and an empty one of keys
    bool private_namespaces;   // read-only mounts with an empty /tmp, no network, no System V IPC; takes CAP_SYS_ADMIN
    int ruleset;               // fd of a Landlock ruleset to live under, and no call that reaches around it; -1: none
    bool change_user;
    uint32_t user;
    uint32_t group;
    const uint32_t *groups; // supplementary ones
    uint32_t group_count;
    bool drop_capabilities; // all of them; from the bounding set too where the kernel lets us
    bool no_new_privileges;
    uint32_t file_mode_mask;
    uint64_t open_files_soft; // RLIMIT_NOFILE as it was before the server raised it
    uint64_t open_files_hard;
    // Lowered to these; never raised, so that UINT64_MAX (RLIM_INFINITY) leaves a limit as it is.
    uint64_t data_limit;    // RLIMIT_DATA in bytes
    uint64_t process_limit; // RLIMIT_NPROC
    uint64_t cpu_limit;     // RLIMIT_CPU in seconds: SIGXCPU, and SIGKILL one second later
} ergo_launch;

// The step that failed; the numbers are known to Swift.
enum ergo_launch_step {
    ERGO_LAUNCH_OK = 0,
    ERGO_LAUNCH_STACK = 1,
    ERGO_LAUNCH_CLONE = 2,
    ERGO_LAUNCH_CGROUP = 3, // clone refused the cgroup: the same launch without it may work
    ERGO_LAUNCH_STREAMS = 4,
    ERGO_LAUNCH_WORKING_DIRECTORY = 5,
    ERGO_LAUNCH_PRIVILEGES = 6,
    ERGO_LAUNCH_DESCRIPTORS = 7,
    ERGO_LAUNCH_EXECUTE = 8,
    ERGO_LAUNCH_NAMESPACES = 9, // also when clone refuses them
    ERGO_LAUNCH_USER = 10,
    ERGO_LAUNCH_SANDBOX = 11,
    ERGO_LAUNCH_KEYRING = 12,
};

typedef struct ergo_launched {
    int32_t pid;
    int pidfd; // close-on-exec; readable when the process has ended
    int step;  // enum ergo_launch_step
    int error; // errno of that step
} ergo_launched;

// Starts the command and returns as soon as it has been executed, or has failed to be.
//
// All signals are blocked meanwhile. On failure no process is left behind.
ergo_launched ergo_launch_command(const ergo_launch *launch);

// Takes all capabilities from the bounding set of the calling thread, as the child does: what it finds done costs it
// little.
void ergo_drop_bounding_set(void);

// Leaves the session keyring that the calling thread has inherited for an empty one, in which no key of whoever started
// this process lies. A kernel without keys has none to share, and who is forbidden to ask for them has none to lose.
// Returns 0, or -1 with errno. Raw system calls only.
int ergo_leave_keyring(void);

// waitid(2) with the resource usage that glibc's wrapper keeps to itself.
struct rusage;
typedef struct ergo_exit {
    int32_t code;  // CLD_EXITED, CLD_KILLED or CLD_DUMPED
    int32_t status; // exit code or signal
} ergo_exit;

// Reaps the process behind a pidfd. Returns 0, or -1 with errno.
int ergo_reap(int pidfd, ergo_exit *exit, struct rusage *usage);

// pidfd_send_signal(2), which glibc 2.36 has only under a name the importer may miss. Returns 0, or -1 with errno.
int ergo_pidfd_send_signal(int pidfd, int signal);

#endif
