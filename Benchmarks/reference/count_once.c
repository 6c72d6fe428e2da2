// Counts one execution of a command, as `perf stat` does, and nothing else.
//
//   count_once COUNT COMMAND…
#include "counters.h"

int main(int count, char **arguments) {
    if (count < 3) return 2;
    int events = atoi(arguments[1]);
    int descriptors[8];
    uint64_t row[3 + 8];
    open_counters(descriptors, events);
    waitpid(launch(arguments + 2), NULL, 0);
    if (read(descriptors[0], row, sizeof row) < 0) die("read");
}
