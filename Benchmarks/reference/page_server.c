// The least that answering a scrape can cost: libmicrohttpd handing out bytes that are ready. Writes its port.
//
//   page_server FILE
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

static struct MHD_Response *page;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
    (void)context, (void)url, (void)method, (void)version, (void)data, (void)size;
    static int seen;
    if (*state != &seen) {
        *state = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, page);
}

int main(int count, char **arguments) {
    static char bytes[1 << 20];
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (!file) return 2;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    page = MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(page, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (!daemon) return 1;
    printf("%d\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    pause();
}
