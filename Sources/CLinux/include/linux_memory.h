// The memory of this program.
#ifndef ERGOMETER_LINUX_MEMORY_H
#define ERGOMETER_LINUX_MEMORY_H

// Maps the program's zeroed data, but for the ends of it that share a page, in one call instead of a page fault or two for
// each page (MADV_POPULATE_WRITE, Linux 5.14; nothing happens on others). For a program that is over in milliseconds: what it
// never touches is mapped as well.
void ergo_map_zeroed_data(void);

#endif
