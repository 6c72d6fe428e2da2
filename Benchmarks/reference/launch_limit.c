// Launches `subject stamp FILE` again and again with COUNT counters open, as directly as the kernel allows, and writes
// for each the nanoseconds from before the last reading to its first instruction.
//
//   launch_limit TIMES COUNT SUBJECT FILE
#include "counters.h"

int main(int count, char **arguments) {
    if (count != 5) return 2;
    int events = atoi(arguments[2]);
    char *command[] = {arguments[3], "stamp", arguments[4], NULL};
    // The first counter on an idle machine takes the kernel milliseconds.
    int kept[8];
    open_counters(kept, 1);
    for (int i = atoi(arguments[1]); i > 0; i--) {
        int descriptors[8];
        uint64_t row[3 + 8];
        open_counters(descriptors, events);
        int64_t before = nanoseconds(CLOCK_MONOTONIC);
        if (read(descriptors[0], row, sizeof row) < 0) die("read");
        waitpid(launch(command), NULL, 0);
        for (int j = events - 1; j >= 0; j--) close(descriptors[j]);
        long long began = 0;
        FILE *file = fopen(arguments[4], "r");
        if (!file || fscanf(file, "%lld", &began) != 1) die(arguments[4]);
        fclose(file);
        printf("%lld\n", began - (long long)before);
    }
}
