# Builds the server and puts it into a small image of its own.
#
#   docker build --tag ergometer .
#   docker run --cap-add PERFMON --cap-add SYS_NICE --publish 127.0.0.1:9797:9797 ergometer
#
# deploy/container/README.md says what the capabilities are for. Build arguments:
#   BUILD_IMAGE, RUNTIME_IMAGE   a Debian 12 with Swift, and one without
#   SERVER                       "compiled" here, or "prebuilt": taken from deploy/container/programs, which were built
#                                elsewhere (make release)

ARG BUILD_IMAGE=docker.io/library/swift:6.3-bookworm
ARG RUNTIME_IMAGE=docker.io/library/debian:bookworm-slim
ARG SERVER=compiled

FROM ${BUILD_IMAGE} AS compiled
RUN apt-get update && apt-get install --yes --no-install-recommends \
        libgnutls28-dev libmicrohttpd-dev libsqlite3-dev libzstd-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift Package.resolved* openapi.yaml ./
COPY Sources Sources
COPY Tests Tests
RUN mkdir -p /out .build/archives && ln -s "$(clang -print-file-name=libstdc++.a)" .build/archives/ \
    && for program in ergometer ergometerd; do \
        swift build -c release --static-swift-stdlib --disable-local-rpath -Xlinker --gc-sections \
            -Xlinker --no-export-dynamic --product $program \
        && strip -o /out/$program .build/release/$program || exit 1; \
    done

FROM ${RUNTIME_IMAGE} AS prebuilt
COPY deploy/container/programs /out

FROM ${SERVER} AS server

FROM ${RUNTIME_IMAGE} AS runtime
RUN apt-get update && apt-get install --yes --no-install-recommends \
        libcap2-bin libgnutls30 libjs-dygraphs libmicrohttpd12 libpfm4 libsqlite3-0 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 9797 ergometer \
    && useradd --uid 9797 --gid 9797 --home-dir /var/lib/ergometer --no-create-home --shell /usr/sbin/nologin ergometer \
    && install --directory --owner 9797 --group 9797 --mode 0700 /var/lib/ergometer
COPY --from=server /out/ergometer /usr/bin/
COPY --from=server /out/ergometerd /usr/libexec/ergometer/
# Whatever of these the container is granted the server has, without root, and commands have not. Both need them: what a
# process has been permitted is lost at its next execve.
RUN setcap cap_perfmon,cap_sys_nice=p /usr/bin/ergometer cap_perfmon,cap_sys_nice=p /usr/libexec/ergometer/ergometerd

USER 9797:9797
# Beyond loopback because clients come from outside of the container. Publish the port to loopback: -p 127.0.0.1:9797:9797
ENV ERGOMETER_LISTEN=0.0.0.0:9797 ERGOMETER_INSECURE_REMOTE=true ERGOMETER_DATA_DIR=/var/lib/ergometer
VOLUME /var/lib/ergometer
EXPOSE 9797
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9797 && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '^ready' <&3"]
ENTRYPOINT ["/usr/bin/ergometer"]
CMD ["serve"]
