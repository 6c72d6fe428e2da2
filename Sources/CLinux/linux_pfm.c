#include "linux_pfm.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

// <perfmon/pfmlib.h> and <perfmon/pfmlib_perf_event.h> of libpfm 4, ABI 4: the library need not be there to build.
enum { PFM_SUCCESS = 0, PFM_OS_PERF_EVENT = 1, PFM_PLM_KERNEL = 0x1, PFM_PLM_USER = 0x8 };

typedef struct {
    struct perf_event_attr *attr;
    char **fstr;
    size_t size;
    int idx;
    int cpu;
    int flags;
    int pad0;
} pfm_perf_encode_arg;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static const char *load(ergo_pfm_library *library, const char *path) {
    memset(library, 0, sizeof *library);
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library->handle) return dlerror();
    int (*initialize)(void);
    void (*terminate)(void);
    *(void **)&initialize = dlsym(library->handle, "pfm_initialize");
    *(void **)&library->encode = dlsym(library->handle, "pfm_get_os_event_encoding");
    *(void **)&library->describe = dlsym(library->handle, "pfm_strerror");
    *(void **)&terminate = dlsym(library->handle, "pfm_terminate");
    const char *complaint = NULL;
    if (!initialize || !library->encode || !library->describe || !terminate) {
        complaint = "it lacks the functions of libpfm 4";
    } else {
        // Whoever has used it before in this process may have had another environment.
        terminate();
        int code = initialize();
        if (code != PFM_SUCCESS) complaint = library->describe(code);
    }
    if (complaint) {
        // Not closed: the words may be the library's own.
        library->handle = NULL;
    }
    return complaint;
}

const char *ergo_pfm_load(ergo_pfm_library *library, const char *path) {
    pthread_mutex_lock(&turn);
    const char *complaint = load(library, path);
    pthread_mutex_unlock(&turn);
    return complaint;
}

const char *ergo_pfm_encode(
    const ergo_pfm_library *library, const char *name, ergo_perf_event *event, char **qualified) {
    struct perf_event_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.size = sizeof attr;
    pfm_perf_encode_arg argument = {.attr = &attr, .fstr = qualified, .size = sizeof argument};
    pthread_mutex_lock(&turn);
    int code = library->encode(name, PFM_PLM_KERNEL | PFM_PLM_USER, PFM_OS_PERF_EVENT, &argument);
    pthread_mutex_unlock(&turn);
    if (code != PFM_SUCCESS) return library->describe(code);
    memset(event, 0, sizeof *event);
    event->type = attr.type;
    event->config = attr.config;
    event->config1 = attr.config1;
    event->config2 = attr.config2;
    event->exclude_user = attr.exclude_user;
    event->exclude_kernel = attr.exclude_kernel;
    return NULL;
}
