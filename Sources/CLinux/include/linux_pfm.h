// libpfm4 for Swift, loaded at run time: it knows the names that the makers of processors give to their events, and
// nothing of this program needs it at build time or to start.
#ifndef ERGOMETER_LINUX_PFM_H
#define ERGOMETER_LINUX_PFM_H

#include "linux_perf.h"

// A library that has been loaded and initialised. It has one state for the whole process and is not thread-safe: the
// functions below take turns.
typedef struct ergo_pfm_library {
    void *handle;
    int (*encode)(const char *name, int privileges, int os, void *argument);
    const char *(*describe)(int code);
} ergo_pfm_library;

// Loads and initialises the library, for good; NULL, or why not, in words that live until the next call.
const char *ergo_pfm_load(ergo_pfm_library *library, const char *path);

// Finds an event by its name, such as INST_RETIRED:ANY_P or skl::INST_RETIRED:ANY_P:u.
//
// event gets type, config, config1, config2 and the modes. qualified gets the name with everything that was left out,
// to be freed by the caller. Returns NULL, or the library's complaint.
const char *ergo_pfm_encode(
    const ergo_pfm_library *library, const char *name, ergo_perf_event *event, char **qualified);

#endif
