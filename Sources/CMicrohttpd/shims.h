// libmicrohttpd for Swift: what the importer cannot bring over (variadic functions and unions), and the
// one place that knows the differences between 0.9.75 (Debian 12) and 1.0.x (Debian 13).
#ifndef ERGOMETER_CMICROHTTPD_SHIMS_H
#define ERGOMETER_CMICROHTTPD_SHIMS_H

#include <sys/socket.h>
#include <microhttpd.h>

/// Everything the library calls back; `context` is handed to each of them.
struct mhd_callbacks {
    /// Sees the raw request target; what it returns is the request's own context from then on.
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    /// Decodes escapes in place; ours leaves them alone.
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *value);
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    /// Told of every connection when it is there, and before its socket is closed.
    MHD_NotifyConnectionCallback connection;
    void *context;
};

/// What is chosen about a daemon.
struct mhd_settings {
    int listener;
    int is_ipv6;
    unsigned int maximum_connections;
    /// 0 for no such bound.
    unsigned int maximum_connections_per_address;
    unsigned int idle_timeout_seconds;
    size_t memory_per_connection;
    /// GnuTLS's `gnutls_certificate_retrieve_function2`, asked in each handshake; NULL for plain HTTP.
    void *certificate;
};

/// Makes the library strict about what clients send.
#if MHD_VERSION >= 0x00097701
#define MHD_SHIM_STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define MHD_SHIM_STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT
#endif

/// `MHD_start_daemon`, which is variadic: one thread with an epoll loop, connections can be suspended.
static inline struct MHD_Daemon *mhd_start(const struct mhd_settings *settings, const struct mhd_callbacks *callbacks)
{
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    const struct MHD_OptionItem plain[] = { { MHD_OPTION_END, 0, NULL } };
    const struct MHD_OptionItem secure[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, settings->certificate },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        { MHD_OPTION_END, 0, NULL },
    };
    if (settings->certificate != NULL)
        flags |= MHD_USE_TLS;
    if (settings->is_ipv6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0,
        NULL, NULL, callbacks->access, callbacks->context,
        MHD_OPTION_LISTEN_SOCKET, settings->listener,
        MHD_OPTION_CONNECTION_LIMIT, settings->maximum_connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->maximum_connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory_per_connection,
        MHD_SHIM_STRICTNESS, 1,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->target, callbacks->context,
        MHD_OPTION_UNESCAPE_CALLBACK, callbacks->unescape, callbacks->context,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, callbacks->context,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, callbacks->context,
        MHD_OPTION_ARRAY, settings->certificate != NULL ? secure : plain,
        MHD_OPTION_END);
}

/// A callback's answer: whether the connection can go on.
static inline enum MHD_Result mhd_result(int can_go_on)
{
    return can_go_on ? MHD_YES : MHD_NO;
}

/// Whether a connection is there, and not about to be closed.
static inline int mhd_has_started(enum MHD_ConnectionNotificationCode change)
{
    return change == MHD_CONNECTION_NOTIFY_STARTED;
}

/// Calls back with every header of a request, in the order of the wire.
static inline void mhd_each_header(struct MHD_Connection *connection, MHD_KeyValueIteratorN each, void *context)
{
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, each, context);
}

/// Returns 0 if the name or the value is not fit for the wire.
static inline int mhd_add_header(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

/// Sends a response of unknown length without chunks and closes. For HEAD: 0.9.75 sends the last chunk even there.
static inline void mhd_avoid_chunks(struct MHD_Response *response)
{
    MHD_set_response_options(response, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
}

/// Returns 0 if the response was not accepted.
static inline int mhd_queue(struct MHD_Connection *connection, unsigned int status, struct MHD_Response *response)
{
    return MHD_queue_response(connection, status, response) == MHD_YES;
}

/// Whether the library, as it runs, leaves the bytes of a request's head where they were received, with
/// separators overwritten: 0.9.x does, and only there it accepts what must be found by position.
static inline int mhd_head_stays_in_place(void)
{
    return MHD_get_version()[0] == '0';
}

/// The size of the request's head on the wire, from the method to the empty line; 0 if it is not known.
static inline size_t mhd_head_size(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

/// The connection's socket, or -1.
static inline int mhd_descriptor(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// The user at the other end of a Unix socket; all bits set if the kernel does not say.
static inline uid_t mhd_peer_user(struct MHD_Connection *connection)
{
    struct { pid_t pid; uid_t uid; gid_t gid; } peer;
    socklen_t size = sizeof peer;
    if (getsockopt(mhd_descriptor(connection), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer)
        return (uid_t)-1;
    return peer.uid;
}

/// The client's address, or NULL.
static inline const struct sockaddr *mhd_peer(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

/// The status of the response that was queued, by us or by the library itself; 0 if there was none.
static inline unsigned int mhd_status(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    return info == NULL ? 0 : info->http_status;
}

/// A response with a copy of the bytes.
static inline struct MHD_Response *mhd_response_copying(const void *bytes, size_t count)
{
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

#endif
