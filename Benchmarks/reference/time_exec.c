// Runs a command that at last executes `subject stamp FILE`, and writes four times of CLOCK_MONOTONIC: before the
// launch, the subject's first and last instruction, and the end of the command.
//
//   time_exec FILE COMMAND…
#include "counters.h"

int main(int count, char **arguments) {
    if (count < 3) return 2;
    int64_t before = nanoseconds(CLOCK_MONOTONIC);
    waitpid(launch(arguments + 2), NULL, 0);
    int64_t after = nanoseconds(CLOCK_MONOTONIC);
    long long began = 0, ended = 0;
    FILE *file = fopen(arguments[1], "r");
    if (!file || fscanf(file, "%lld %lld", &began, &ended) != 2) die(arguments[1]);
    printf("%lld %lld %lld %lld\n", (long long)before, began, ended, (long long)after);
}
